"""Tables of two cities small enough to reckon by hand, loaded through the office's own door."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

# 尧都区 is above the limit of 7, 洪洞县 equal, 小店区 below; a year before all had 8.0.
DUSTFALL = """\
城市,县区,月份,降尘量(t/(km²·30d)),有效性,备注
临汾市,尧都区,2024-02,8.0,有效,
临汾市,洪洞县,2024-02,8.0,有效,
太原市,小店区,2024-02,8.0,有效,
临汾市,尧都区,2025-01,6.0,有效,
临汾市,洪洞县,2025-01,6.2,无效,缸被打翻
临汾市,尧都区,2025-02,9.6,有效,
临汾市,洪洞县,2025-02,7.0,有效,
太原市,小店区,2025-02,4.0,有效,
"""
ROADS = """\
城市,县区,道路,道路等级,日期,点1(g/m²),点2(g/m²),点3(g/m²)
临汾市,尧都区,鼓楼北街,主干道,2025-02-05,9.0,10.0,11.0
临汾市,尧都区,鼓楼北街,主干道,2025-02-12,9.0,9.0,9.0
临汾市,洪洞县,大槐树路,主干道,2025-02-05,4.0,5.0,6.0
太原市,小店区,长风街,主干道,2025-02-05,3.0,3.0,
"""
LISTS = """\
城市,县区,榜单,名次,道路,月份
临汾市,尧都区,最差,1,鼓楼北街,2025-01
临汾市,尧都区,最差,1,鼓楼北街,2025-02
临汾市,洪洞县,最净,1,大槐树路,2025-02
太原市,小店区,最差,1,长风街,2025-02
"""
VOC = """\
时间,乙烷(ppb),乙烯(ppb),甲苯(ppb),二氯甲烷(ppb)
2025-07-01 08:00,3.0,2.0,1.0,1.0
2025-07-01 09:00,3.0,<0.2,1.0,1.0
"""
PARTICLES = """\
日期,PM2.5(µg/m³),SO4(µg/m³),NO3(µg/m³),NH4(µg/m³),OC(µg/m³),EC(µg/m³)
2025-01-10,80,14,22,11,14,4
2025-01-11,100,20,30,16,17,5
2025-01-12,,10,15,8,9,3
"""
LIMITS = """\
add:
  ambient.road_dust.limits.临汾市:
    - {value: {主干道: 8}, unit: g/m², document: our notice, clause: "1", verified: true}
"""


@pytest.fixture(autouse=True)
def forget_figures() -> Iterator[None]:
    """No test sees what another one kept."""
    from lantian.office.monitoring.kept import forget

    yield
    forget()


@pytest.fixture(autouse=True)
def rule_file(office_data: Any) -> None:
    """The office's own limit of road dust; rules are read once a process and folder, so before all else."""
    (office_data / "rules").mkdir()
    (office_data / "rules" / "roads.yaml").write_text(LIMITS, encoding="utf-8")


@pytest.fixture
def analyst(person: Any) -> Any:
    """Who loads tables for the province."""
    return person("lu", "140000", role="analyst")


@pytest.fixture
def load(analyst: Any) -> Callable[..., Any]:
    """`load("dustfall", TEXT)`: a table taken in, as the province's analyst or as `actor`."""

    def take(
        kind: str, text: str | bytes, *, actor: Any = None, name: str = "table.csv", **wishes: Any
    ) -> Any:
        from lantian.office.measures.actions import Wishes, load_table

        content = text.encode() if isinstance(text, str) else text
        return load_table(actor or analyst, kind, name, content, Wishes(**wishes))

    return take


@pytest.fixture
def dust(load: Any) -> Any:
    """Dustfall of three counties."""
    return load("dustfall", DUSTFALL)


@pytest.fixture
def roads(load: Any) -> Any:
    """Road dust of three counties, published lists."""
    load("road_ranks", LISTS, name="lists.csv")
    return load("road", ROADS)


@pytest.fixture
def site(analyst: Any, province: Any) -> Any:
    """A site of species in 尧都区."""
    from lantian.office.measures.actions import register_site

    return register_site(analyst, "尧都超级站", province["141002"], "Yaodu supersite")


@pytest.fixture
def species(load: Any, site: Any) -> Any:
    """VOC by the hour and PM2.5 by the day of the site."""
    load("species", PARTICLES, name="pm.csv", site=site)
    return load("species", VOC, name="voc.csv", site=site)


@pytest.fixture
def texts() -> dict[str, str]:
    """The tables, by kind."""
    return {"dustfall": DUSTFALL, "road": ROADS, "road_ranks": LISTS, "voc": VOC, "pm": PARTICLES}
