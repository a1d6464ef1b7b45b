"""A finding from its record to its end: who may do what, when it is due, what a repeat is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.errors import LantianError
from lantian.office.findings import actions, rules
from lantian.office.findings.models import Finding, State
from lantian.office.frame import clock
from lantian.office.loops import moves_for
from lantian.office.people.actions import verify_chain
from lantian.office.people.models import Unit

NOON = datetime(2026, 5, 20, 4, tzinfo=UTC)
PHOTO = b"\xff\xd8\xff" + b"a photo"


@pytest.fixture
def bureau(province: dict[str, Any]) -> Unit:
    return Unit.objects.create(name="尧都区住建局", region=province["141002"])


@pytest.fixture
def other(province: dict[str, Any]) -> Unit:
    return Unit.objects.create(name="尧都区生态环境局", region=province["141002"])


def new(province: dict[str, Any], **more: Any) -> actions.NewFinding:
    given: dict[str, Any] = {
        "kind": "dust", "region": province["141002"], "place": "滨河路工地", "words": "裸土未覆盖",
        "found_on": date(2026, 5, 20),
    }  # fmt: skip
    return actions.NewFinding(**(given | more))


def test_from_record_to_close(province: Any, person: Any, bureau: Unit, other: Unit) -> None:
    officer = person("officer", "141002", unit=other)
    worker = person("worker", "141002", unit=bureau)
    mate = person("mate", "141002", unit=bureau)
    with clock.at(NOON):
        photo = [SimpleUploadedFile("site.jpg", PHOTO)]
        row = actions.record_finding(officer, new(province, files=photo, answers=["position_unknown"]))
        assert (row.state, row.state_due) == (State.OPEN, NOON + timedelta(days=1))
        actions.act(row, "assign_finding", officer, unit=bureau)
        # ordinary: seven days
        assert (row.unit, row.state_due) == (bureau, NOON + timedelta(days=7))
        with pytest.raises(PermissionDenied):  # not of the unit responsible
            actions.act(row, "rectify", officer, "已覆盖")
    with clock.at(NOON + timedelta(days=8)):
        assert row.is_late
        actions.act(row, "rectify", worker, "已覆盖", files=[SimpleUploadedFile("after.jpg", PHOTO + b"2")])
        assert row.rectified_on == date(2026, 5, 28)
        for own in (worker, mate):  # nobody checks his own, nor that of his unit
            assert [step.name for step in moves_for(row, own)] == []
            with pytest.raises(PermissionDenied):
                actions.act(row, "close_finding", own)
        actions.act(row, "reopen", officer, "只盖了一半")
        assert (row.state, row.state_due) == (State.REOPENED, NOON + timedelta(days=15))
        actions.act(row, "rectify", worker, "全部覆盖")
        actions.act(row, "close_finding", officer)
    assert (row.state, row.closed_on) == (State.CLOSED, date(2026, 5, 28))
    assert [file.step for file in row.files.all()] == ["found", "rectified"]
    assert verify_chain() == []


def test_void_needs_a_reason_and_counts_nothing(province: Any, person: Any) -> None:
    officer = person("officer", "141002")
    with clock.at(NOON):
        row = actions.record_finding(officer, new(province))
        with pytest.raises(LantianError):
            actions.act(row, "void_finding", officer)
        actions.act(row, "void_finding", officer, "不在本区")
    assert row.state == State.VOID
    assert rules.points_of(row) == 0


def test_who_was_faster_wins(province: Any, person: Any, bureau: Unit) -> None:
    officer = person("officer", "141002")
    with clock.at(NOON):
        row = actions.record_finding(officer, new(province))
        seen = row.version
        actions.act(row, "assign_finding", officer, unit=bureau, version=seen)
        with pytest.raises(LantianError):
            actions.act(row, "void_finding", officer, "重复录入", version=seen)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "nonsense"},
        {"words": "  "},
        {"place": ""},
        {"found_on": date(2026, 5, 21)},
        {"lon": Decimal("111.5")},
        {"lon": Decimal("211.5"), "lat": Decimal(36)},
        {"severity": "terrible"},
        {"files": [SimpleUploadedFile("photo.jpg", b"MZ\x90 a program")]},
    ],
)
def test_what_is_refused(province: Any, person: Any, wrong: dict[str, Any]) -> None:
    with clock.at(NOON), pytest.raises(LantianError):
        actions.record_finding(person("officer", "141002"), new(province, **wrong))
    assert not Finding.objects.exists()


def test_a_unit_of_elsewhere_is_refused(province: Any, person: Any) -> None:
    unit = Unit.objects.create(name="洪洞县住建局", region=province["141024"])
    with clock.at(NOON), pytest.raises(LantianError):
        actions.record_finding(person("officer", "141000"), new(province, unit=unit))


def test_nobody_records_outside_their_region(province: Any, person: Any) -> None:
    for name, code, role in (("out", "141024", "county_officer"), ("analyst", "141000", "analyst")):
        with clock.at(NOON), pytest.raises(PermissionDenied):
            actions.record_finding(person(name, code, role), new(province))


@pytest.mark.parametrize(
    ("later", "is_repeat"),
    [
        ({}, True),
        ({"place": "滨河路 工地"}, True),  # spaces say nothing
        ({"place": "别处"}, False),
        ({"kind": "bulk_coal"}, False),
        ({"found_on": date(2026, 5, 19)}, False),  # earlier than the first: nothing before it
        ({"place": "路口", "lon": Decimal("111.5020"), "lat": Decimal("36.0800")}, True),  # 180 m away
        ({"place": "路口", "lon": Decimal("111.5100"), "lat": Decimal("36.0800")}, False),  # 900 m away
    ],
)
def test_repeats(province: Any, person: Any, later: dict[str, Any], is_repeat: bool) -> None:
    officer = person("officer", "141002")
    with clock.at(NOON):
        first = actions.record_finding(
            officer, new(province, lon=Decimal("111.5000"), lat=Decimal("36.0800"))
        )
        second = actions.record_finding(officer, new(province, **later))
    assert (second.repeated_of == first) is is_repeat
    assert second.repeat_confirmed is None and not second.is_repeat


def test_a_month_later_it_is_another_problem(province: Any, person: Any) -> None:
    officer = person("officer", "141002")
    with clock.at(NOON):
        first = actions.record_finding(officer, new(province, found_on=date(2026, 4, 20)))
        in_time = actions.record_finding(officer, new(province))  # 30 days later
    with clock.at(NOON + timedelta(days=31)):
        too_late = actions.record_finding(officer, new(province, found_on=date(2026, 6, 20)))  # 31 after it
    assert in_time.repeated_of == first
    assert too_late.repeated_of is None


def test_a_person_confirms_a_repeat(province: Any, person: Any) -> None:
    officer = person("officer", "141002")
    with clock.at(NOON):
        first = actions.record_finding(officer, new(province))
        second = actions.record_finding(officer, new(province))
        with pytest.raises(LantianError):
            actions.settle_repeat(first, officer, True)
        actions.settle_repeat(second, officer, True)
    assert second.is_repeat
    assert rules.points_of(second) == 6  # ordinary 3, twice


def test_the_day_counts_by_unit(province: Any, person: Any, bureau: Unit) -> None:
    officer = person("officer", "141002")
    with clock.at(NOON):
        for place in ("甲", "乙"):
            actions.record_finding(officer, new(province, place=place, unit=bureau))
        old = actions.record_finding(officer, new(province, place="丙", found_on=date(2026, 5, 10)))
        actions.act(old, "assign_finding", officer)
    with clock.at(NOON + timedelta(days=10)):
        rows, table = rules.day_table(officer, date(2026, 5, 20))
    assert len(rows) == 2
    assert [(line.name, line.found, line.waiting, line.late, line.rectified) for line in table] == [
        ("尧都区住建局", 2, 2, 2, 0),
        ("尧都区", 0, 1, 1, 0),
    ]
