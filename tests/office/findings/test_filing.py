"""A form makes one finding; a photo without place and a place outside are asked about."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError

from lantian.errors import LantianError
from lantian.office.findings import actions, recording
from lantian.office.findings.models import Finding
from lantian.office.findings.placing import ELSEWHERE, OUTSIDE, POSITION_UNKNOWN, UnansweredError
from lantian.office.frame import clock
from lantian.office.people.models import ActionLog

NOON = datetime(2026, 5, 20, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.at(NOON):
        yield


def new(province: dict[str, Any], **more: Any) -> actions.NewFinding:
    given: dict[str, Any] = {
        "kind": "dust", "region": province["141002"], "place": "滨河路工地", "words": "裸土未覆盖",
        "found_on": date(2026, 5, 20),
    }  # fmt: skip
    return actions.NewFinding(**(given | more))


def test_a_form_sent_twice_is_one_finding(province: Any, person: Any, photo: Any) -> None:
    officer, number = person("officer", "141002"), uuid.uuid4()
    told = {"form_id": number, "answers": [POSITION_UNKNOWN]}
    first = actions.record_once(officer, new(province, files=[photo()], **told))
    again = actions.record_once(officer, new(province, files=[photo()], **told))
    assert (first.again, again.again, again.differs) == (False, True, ())
    assert first.finding == again.finding and Finding.objects.get().files.count() == 1
    assert ActionLog.objects.filter(verb="record_finding").count() == 1
    # Said otherwise the second time: named, not taken.
    other = actions.record_once(officer, new(province, words="已覆盖", severity="serious", **told))
    assert other.again and len(other.differs) == 2
    assert Finding.objects.get().words == "裸土未覆盖"


def test_two_sendings_at_once(province: Any, person: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    officer, number = person("officer", "141002"), uuid.uuid4()
    actions.record_finding(officer, new(province, form_id=number))
    real, asked = recording._sent_before, []

    def late(form_id: Any) -> Any:
        asked.append(form_id)
        return None if len(asked) == 1 else real(form_id)

    monkeypatch.setattr(recording, "_sent_before", late)
    assert actions.record_once(officer, new(province, form_id=number)).again
    assert Finding.objects.count() == 1
    monkeypatch.setattr(recording, "_sent_before", lambda form_id: None)
    with pytest.raises(IntegrityError):
        actions.record_once(officer, new(province, form_id=number))


def test_nobody_learns_of_anothers_form(province: Any, person: Any) -> None:
    number = uuid.uuid4()
    actions.record_finding(person("a", "141002"), new(province, form_id=number))
    with pytest.raises(LantianError):
        actions.record_finding(
            person("b", "141024"), new(province, region=province["141024"], form_id=number)
        )


def test_a_photo_without_place_is_asked_about(province: Any, person: Any, photo: Any) -> None:
    officer = person("officer", "141002")
    with pytest.raises(UnansweredError) as asked:
        actions.record_finding(officer, new(province, files=[photo()]))
    assert asked.value.code == POSITION_UNKNOWN and not Finding.objects.exists()
    answered = new(province, files=[photo()], answers=[POSITION_UNKNOWN])
    row = actions.record_finding(officer, answered)
    assert (row.lon, row.position_by) == (None, "unknown")
    assert POSITION_UNKNOWN in ActionLog.objects.get(verb="record_finding").after


def test_the_photos_own_place_is_taken_and_told(province: Any, person: Any, photo: Any) -> None:
    row = actions.record_finding(
        person("officer", "141002"), new(province, place="", files=[photo("111.52", "36.08")])
    )
    assert (row.lon, row.lat, row.position_by) == (Decimal("111.52"), Decimal("36.08"), "photo")
    assert row.place == "尧都区 111.52000, 36.08000"


def test_a_photo_from_elsewhere_is_asked_about(province: Any, person: Any, photo: Any) -> None:
    officer = person("officer", "141002")
    far = {"lon": Decimal("111.52"), "lat": Decimal("36.08"), "files": [photo("111.60", "36.08")]}
    with pytest.raises(UnansweredError) as asked:
        actions.record_finding(officer, new(province, **far))
    assert asked.value.code == ELSEWHERE and "7.2" in asked.value.line  # 0.08° × cos 36.08° × 111.2 km
    assert actions.record_finding(officer, new(province, answers=[ELSEWHERE], **far)).position_by == "given"
    near = {"lon": Decimal("111.52"), "lat": Decimal("36.08"), "files": [photo("111.53", "36.08")]}
    actions.record_finding(officer, new(province, **near))


@pytest.mark.parametrize(
    ("lon", "lat", "became"),
    [
        ("111.50", "36.10", "taken"),
        ("111.605", "36.10", "taken"),  # 450 m over the line: outlines are simplified
        ("111.70", "36.10", OUTSIDE),  # in 141024, which the city sees too
        ("111.90", "36.10", "refused"),  # 9 km outside of the city
    ],
)
def test_a_place_outside_the_region(outlines: Any, person: Any, lon: str, lat: str, became: str) -> None:
    officer = person("city", "141000", "dispatcher")
    told = new(outlines, lon=Decimal(lon), lat=Decimal(lat))
    if became == "taken":
        actions.record_finding(officer, told)
        return
    with pytest.raises(LantianError) as fault:
        actions.record_finding(officer, told)
    assert isinstance(fault.value, UnansweredError) is (became == OUTSIDE)
    if isinstance(fault.value, UnansweredError):
        assert fault.value.region == outlines["141024"]
        sure = new(outlines, lon=Decimal(lon), lat=Decimal(lat), answers=[OUTSIDE])
        assert actions.record_finding(officer, sure).region == outlines["141002"]
        moved = new(outlines, lon=Decimal(lon), lat=Decimal(lat), region=outlines["141024"])
        actions.record_finding(officer, moved)
    else:
        with pytest.raises(LantianError):
            actions.record_finding(
                officer, new(outlines, lon=Decimal(lon), lat=Decimal(lat), answers=[OUTSIDE])
            )


def test_a_township_is_asked_by_its_county(outlines: Any, person: Any) -> None:
    town = {"region": outlines["141002001"], "lon": Decimal("111.70"), "lat": Decimal("36.1")}
    with pytest.raises(LantianError):
        actions.record_finding(person("county", "141002"), new(outlines, **town))
    actions.record_finding(person("in", "141002"), new(outlines, **(town | {"lon": Decimal("111.5")})))


@pytest.mark.parametrize("day", [date(1926, 5, 20), date(2015, 5, 20), date(2026, 5, 21)])
def test_a_day_of_the_wrong_century(province: Any, person: Any, day: date) -> None:
    with pytest.raises(LantianError):
        actions.record_finding(person("officer", "141002"), new(province, found_on=day))


def test_neither_place_nor_position(province: Any, person: Any) -> None:
    with pytest.raises(LantianError):
        actions.record_finding(person("officer", "141002"), new(province, place=" "))
