"""What a station's name and kind say."""

from __future__ import annotations

import pytest

from lantian.office.monitoring import rules


@pytest.mark.parametrize(
    ("name", "kind", "active"),
    [
        ("巨轮", "national", True),
        ("巨轮(启用181031)", "national", True),
        ("上兰(对照点)", "background", True),
        ("市监测站(停运161122)", "other", False),
        ("对照点(停运160601)", "background", False),
    ],
)
def test_the_name_of_a_station_says_whether_it_runs_and_counts(name: str, kind: str, active: bool) -> None:
    assert rules.read_name(name) == (kind, active)


def test_only_national_stations_make_a_city_and_control_points_make_nothing() -> None:
    assert rules.counts_for("national", "city") and rules.counts_for("county", "county")
    assert not rules.counts_for("county", "city")
    assert not any(rules.counts_for("background", level) for level in rules.COUNTED)


@pytest.mark.parametrize(
    ("place", "code"),
    [("1081A", "1081A"), ("太原/上兰", "太原-上兰"), ("长治/a b?", "长治-a-b"), (" x ", "x")],
)
def test_a_place_becomes_a_code_fit_for_an_address(place: str, code: str) -> None:
    assert rules.station_code(place) == code
