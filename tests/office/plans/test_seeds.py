"""The real plans in the office: all five are taken, and Linfen's targets meet Linfen's air of 2019."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

pytestmark = [pytest.mark.shared, pytest.mark.django_db]


@pytest.fixture
def register(db: None) -> None:
    """The carried register of Shanxi."""
    from lantian.office.regions.actions import CARRIED, load_regions

    load_regions([CARRIED])


def test_linfens_plan_is_taken_with_every_unit_tied_or_said(register: None, shared: Path) -> None:
    from lantian.office.plans.actions import load_plan_file
    from lantian.office.plans.models import Assignment

    loaded = load_plan_file(shared / "seeds" / "linfen-city-2024.txt")
    plan = loaded.plan
    assert (plan.region.code, plan.doc_no) == ("141000", "临政发〔2024〕4号")
    assert loaded.counts["tasks"] >= 48
    assert loaded.counts["targets"] >= 45
    text = plan.document.text
    assert all(text[t.start : t.end] == t.quote for t in plan.targets.all())
    assignments = Assignment.objects.filter(task__plan=plan)
    counties = assignments.filter(written="各县市区人民政府")
    assert counties.count() >= 30
    assert {a.regions.count() for a in counties} == {17}
    loose = assignments.filter(unit=None, regions=None)
    assert {a.unresolved for a in loose} <= {"class", "some", "place"}
    assert load_plan_file(shared / "seeds" / "linfen-city-2024.txt").already


def test_all_five_seeds_load(register: None, shared: Path) -> None:
    from lantian.office.plans.actions import load_plan_file

    regions = {f.name: load_plan_file(f).plan.region.code for f in sorted((shared / "seeds").glob("*.txt"))}
    assert regions == {
        "jinzhong-city-2024.txt": "140700", "linfen-city-2024.txt": "141000", "lingchuan-county-2024.txt":
        "140524", "shanxi-province-2021.txt": "140000", "shanxi-province-2024.txt": "140000",
    }  # fmt: skip


def test_linfens_state_in_2019_stands_beside_its_targets(
    register: None, shared: Path, office_data: Path
) -> None:
    from lantian.ambient.intake import import_ambient
    from lantian.lake import Lake
    from lantian.office.plans.actions import load_plan_file
    from lantian.office.plans.rules import statuses_of, targets_of
    from lantian.office.regions.models import Region

    for name in ("linfen-city-2024.txt", "shanxi-province-2024.txt"):
        load_plan_file(shared / "seeds" / name)
    lake = Lake.open(office_data / "lake", create=True)
    import_ambient([shared / "data" / "cnemc_city_hourly" / "shanxi11_hourly_201812_202002.csv.gz"], lake)
    linfen = Region.objects.get(code="141000")
    rows = statuses_of(targets_of(linfen), date(2019, 6, 30), within=linfen)
    pm = next(r for r in rows if r.target.indicator == "pm2_5" and r.target.value == 44)
    assert (pm.status.code, pm.status.reason) == ("not_computable", "year_ahead")
    assert pm.status.reading is not None
    assert pm.status.reading.url.startswith("/explain/141000/pm2_5/")
    assert pm.status.gap == pm.status.reading.value - 44
    assert 60 < pm.status.reading.value < 90
    rank = next(
        r
        for r in rows
        if r.target.indicator == "composite_rank" and r.region == linfen and r.target.by == "2024"
    )
    assert rank.status.reading is not None
    assert rank.status.reading.pool == 11
    late = statuses_of([pm.target], date(2026, 6, 30), within=linfen)
    assert late[0].status.reason == "year_outside_data"
