"""Dust by weight: what measures weighed above the limit becomes a finding, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from lantian.ambient import Period
from lantian.office.findings.models import Finding
from lantian.office.findings.special.weighing import actions
from lantian.office.findings.special.weighing.models import HeavyRoad
from lantian.office.frame import clock
from lantian.office.measures.actions import Wishes, load_table

AFTER = datetime(2025, 3, 1, 4, tzinfo=UTC)
FEBRUARY = Period.parse("2025-02")
# Means: 10.0 and 9.0 above 8, 5.0 below, and a class that has no limit.
ROADS = """\
城市,县区,道路,道路等级,日期,点1(g/m²),点2(g/m²),点3(g/m²)
临汾市,尧都区,鼓楼北街,主干道,2025-02-05,9.0,10.0,11.0
临汾市,尧都区,鼓楼北街,主干道,2025-02-12,9.0,9.0,9.0
临汾市,洪洞县,大槐树路,主干道,2025-02-05,4.0,5.0,6.0
临汾市,洪洞县,无限值路,支路,2025-02-05,40.0,50.0,60.0
"""
LIMITS = """\
add:
  ambient.road_dust.limits.临汾市:
    - {value: {主干道: 8}, unit: g/m², document: our notice, clause: "1", verified: true}
"""


@pytest.fixture
def roads(office_data: Path, person: Any) -> Iterator[None]:
    from lantian.office.monitoring.kept import forget

    (office_data / "rules").mkdir()
    (office_data / "rules" / "roads.yaml").write_text(LIMITS, encoding="utf-8")
    load_table(
        person("data", "140000", role="analyst"), "road", "roads.csv", ROADS.encode(), Wishes(city="临汾市")
    )
    yield
    forget()


def test_each_failing_weight_opens_one_finding(roads: None, province: Any, person: Any) -> None:
    officer = person("in", "141002")
    with clock.at(AFTER):
        made = actions.open_findings(officer, province["141002"], FEBRUARY)
        again = actions.open_findings(officer, province["141002"], FEBRUARY)
        whole = actions.open_findings(None, province["140000"], FEBRUARY)
    assert (len(made), again, whole) == (2, [], [])
    told = sorted((f.place, f.found_on.isoformat(), f.region.code, f.kind) for f in Finding.objects.all())
    assert told == [
        ("鼓楼北街", "2025-02-05", "141002", "road"),
        ("鼓楼北街", "2025-02-12", "141002", "road"),
    ]
    assert "10.0克/平方米，限值8克/平方米" in Finding.objects.get(found_on="2025-02-05").words


def test_nobody_opens_for_another_county(roads: None, province: Any, person: Any) -> None:
    with pytest.raises(PermissionDenied):
        actions.open_findings(person("out", "141024"), province["141002"], FEBRUARY)
    assert not HeavyRoad.objects.exists()


def test_the_page(roads: None, province: Any, person: Any, signed_in: Any, scope_doors: Any) -> None:
    inside, outside = person("in", "141002"), person("out", "141024")
    with clock.at(AFTER):
        browser = signed_in(inside)
        assert "鼓楼北街" in browser.get("/heavy-roads/?period=2025-02").content.decode()
        answer = browser.post("/heavy-roads/open/", {"period": "2025-02", "region": "141002"})
        assert answer.status_code == 302 and HeavyRoad.objects.count() == 2
        assert signed_in(outside).get("/heavy-roads/?period=2025-02&region=141002").status_code == 404
        scope_doors(
            thing=HeavyRoad.objects.first(),
            secret="鼓楼北街",
            inside=inside,
            outside=outside,
            lists=["/heavy-roads/?period=2025-02"],
        )
