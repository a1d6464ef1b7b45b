"""The province: believable, told to be simulated, the same for the same seed."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from lantian.errors import LantianError
from lantian.telemetry.hj212 import codes
from lantian.telemetry.simulator.plants import plant_of, processes, province


def test_a_province_is_a_mix_and_the_first_plants_do_not_depend_on_how_many_are_asked_for() -> None:
    many = province(150, 7)
    assert province(20, 7) == many[:20]
    assert province(20, 8) != many[:20]
    kinds = Counter(plant.process.code for plant in many)
    assert len(kinds) >= 12
    assert max(kinds.values()) < 40
    assert {plant.generation for plant in many} == {2005, 2017, 2025}
    assert len({plant.mn for plant in many}) == 150


def test_every_plant_says_that_it_is_simulated() -> None:
    for plant in province(30, 1):
        assert plant.name.startswith("模拟")
        assert plant.name_en.startswith("Simulated")


def test_names_on_the_line_have_the_form_of_their_generation() -> None:
    for plant in province(80, 2):
        if plant.generation == 2005:
            assert len(plant.mn) == 14
            assert plant.flag is None
        else:
            assert re.fullmatch("[0-9A-F]{24}", plant.mn)
            assert plant.flag is not None
            assert plant.flag >> 2 == {2017: 1, 2025: 2}[plant.generation]
        assert re.fullmatch(r"\d{6}", plant.password)
        assert (plant.sm4_key is not None) == plant.encrypted
        assert not plant.encrypted or plant.generation == 2025


def test_levels_leave_room_below_limits_and_ranges_hold_them() -> None:
    for plant in province(100, 3):
        for factor, limit in plant.process.limits.items():
            assert 0 <= plant.zs[factor] < limit
            assert plant.ranges[factor] > limit
            assert codes.table()[factor].family in ("air", "flue")


def test_reference_oxygen_is_above_what_the_process_could_not_exceed() -> None:
    for kind in processes().values():
        assert kind.zs.keys() == kind.limits.keys() == kind.scatter.keys()
        if kind.reference_o2 is not None:
            assert 3 <= kind.reference_o2 <= 18
            assert kind.o2[0] < 21


@pytest.mark.parametrize("call", [lambda: province(0, 1), lambda: plant_of("volcano", 1, 1)])
def test_nonsense_is_refused(call: object) -> None:
    with pytest.raises(LantianError):
        call()  # type: ignore[operator]


def test_a_neighbour_is_another_outlet_of_the_same_plant() -> None:
    plant = province(1, 1)[0]
    beside = plant.neighbour()
    assert (beside.process, beside.outlet, beside.name) == (plant.process, "DA002", plant.name)
    assert beside.mn != plant.mn
