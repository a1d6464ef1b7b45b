"""Shanxi's stations of 2020: screened, the 25 dead ones voided together, the cities' figures move."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lantian.office.monitoring import actions as monitoring_actions
from lantian.office.monitoring import figures, kernel
from lantian.office.people.actions import verify_chain
from lantian.office.people.models import User
from lantian.office.quality import actions, screening
from lantian.office.quality.models import Suspicion
from lantian.office.quality.rules import Wish
from lantian.office.regions.actions import CARRIED, load_regions
from lantian.office.regions.models import Region

pytestmark = [pytest.mark.shared, pytest.mark.slow]


def test_the_dead_are_found_and_voided(db: Any, shared: Path) -> None:
    load_regions([CARRIED])
    files = sorted((shared / "data" / "shanxi_station_hourly_2020").glob("*.csv.gz"))
    monitoring_actions.load_ambient(files)
    run = screening.screen_hours()
    assert run.state == "done" and run.places == 83
    dead = [
        row
        for row in Suspicion.objects.filter(code="stopped")
        if row.body["evidence"].get("whole_span") or row.body["evidence"].get("basis") == "name"
    ]
    assert len({row.place for row in dead}) == 25
    province = Region.objects.get(code="140000")
    cities = figures.children_to_rank(province)
    counted = {row.place for row in dead if row.station and row.station.counts}
    before = figures.evaluate_regions(cities, "2020-04", "gb3095-2012")
    analyst = User.objects.create(username="a", role="analyst", region=province)
    actions.decide(analyst, dead, Wish("void", "dead since before the file begins"))
    assert {row.state for row in Suspicion.objects.filter(pk__in=[row.pk for row in dead])} == {"voided"}
    after = figures.evaluate_regions(cities, "2020-04", "gb3095-2012")
    moved = {
        code for code in before if before[code].composite_index != after[code].composite_index
    }  # fmt: skip
    # Stations whose names say that they stopped were counted by nobody; the others were.
    touched = {row.region.code for row in dead if row.place in counted}
    assert moved and moved <= touched
    assert screening.screen_hours().added == 0 and verify_chain() == []
    assert kernel.data_version() == len(files) + 1
