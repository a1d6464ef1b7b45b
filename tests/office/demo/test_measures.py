"""The demonstration's tables of dustfall, road dust and species, taken in by the same door as real ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lantian.ambient import Period
from lantian.ambient.measures import (
    SpeciesWishes,
    dustfall,
    import_dustfall,
    import_road_dust,
    import_road_ranks,
    import_species,
    mass_closure,
    ozone_potential,
    road_dust,
)
from lantian.lake import Lake
from lantian.office.demo import measures

TODAY = date(2026, 11, 22)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.open(tmp_path / "lake", create=True)


def kept(tmp_path: Path, name: str, content: bytes) -> list[Path]:
    path = tmp_path / name
    path.write_bytes(content)
    return [path]


def test_every_county_has_its_months_and_three_rows_are_wrong(lake: Lake, tmp_path: Path) -> None:
    table = measures.dustfall_table(TODAY, 14)
    assert table == measures.dustfall_table(TODAY, 14), "the same every time"
    known = {line.split(",")[1] for line in table.decode().splitlines()} - {"东山县"}
    report = import_dustfall(kept(tmp_path, "d.csv", table), lake, known_places=known.__contains__, now=TODAY)
    codes = sorted(refusal.code for refusal in report.refusals)
    assert codes == ["absurd", "not_a_number", "unknown_place"]
    found = dustfall(lake, Period.parse("2026-10"))
    assert len(found.units) == 117 and len(found.cities) == 11
    assert 3 < found.summary.mean < 8 and found.summary.change is not None


def test_roads_stand_on_both_sides_of_their_limits(lake: Lake, tmp_path: Path) -> None:
    report = import_road_dust(kept(tmp_path, "r.csv", measures.road_table(TODAY)), lake, now=TODAY)
    assert report.rows_refused == 0
    assert import_road_ranks(kept(tmp_path, "l.csv", measures.list_table(TODAY)), lake, now=TODAY).ok
    found = road_dust(lake, Period.parse("2026-11"))
    assert len(found.roads) == 27 and {"陵川县", "尧都区"} <= {one.county for one in found.counties}


def test_the_mass_closes_and_voc_have_a_potential(lake: Lake, tmp_path: Path) -> None:
    wishes = SpeciesWishes(site="s")
    for name, table in (("v.csv", measures.voc_table(TODAY)), ("p.csv", measures.particle_table(TODAY))):
        assert import_species(kept(tmp_path, name, table), lake, wishes=wishes).refusal_count == 0
    closed = mass_closure(lake, "s", Period.parse("2026-10-01..2026-11-21"))
    assert closed.accepted and closed.excluded == {"no_measured_mass": 1, "no_oc": 1}
    assert ozone_potential(lake, "s", Period.parse("2026-11")).potential > 50
