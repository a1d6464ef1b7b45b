"""Runs over runs: nothing twice, what a person decided stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lantian.office.quality.models import Screening, Suspicion
from lantian.office.quality.taking import after, take

HOUR = timedelta(hours=1)


@pytest.fixture
def run(air: Any, report: Any) -> Any:
    def once(*suspicions: Any, **span: Any) -> int:
        return take(Screening.objects.create(state="done"), report(list(suspicions), **span))

    return once


def test_a_second_run_finds_the_same_rows(run: Any, found: Any) -> None:
    assert run(found(), found("1003A")) == 2
    assert run(found(), found("1003A")) == 0
    assert Suspicion.objects.count() == 2


def test_what_goes_on_is_the_row_it_was(run: Any, found: Any) -> None:
    run(found(hours=48))
    assert run(found(hours=96)) == 0
    row = Suspicion.objects.get()
    assert row.hours == 96 and row.until == found(hours=96).until


def test_a_run_that_begins_within_keeps_the_beginning(run: Any, found: Any) -> None:
    run(found(first=1, hours=48))
    later = found(first=25, hours=48)
    assert run(later, first_day=1) == 0
    row = Suspicion.objects.get()
    assert (row.since, row.until, row.hours) == (found().since, later.until, 72)
    assert row.body["words"]["hours"] == 72
    assert run(found(first=1, hours=72)) == 0 and Suspicion.objects.get().hours == 72


def test_what_is_found_no_longer_says_so_and_may_come_back(run: Any, found: Any) -> None:
    run(found(), found("1003A"))
    run(found("1003A"))
    assert Suspicion.objects.get(place="1001A").state == "gone"
    run(found(), found("1003A"))
    assert set(Suspicion.objects.values_list("state", flat=True)) == {"open"}
    # A run over other days says nothing of these.
    run(first_day=20)
    assert set(Suspicion.objects.values_list("state", flat=True)) == {"open"}


def test_a_decided_one_stays_and_only_later_hours_are_new(run: Any, found: Any) -> None:
    run(found(hours=48))
    Suspicion.objects.update(state="voided")
    assert run(found(hours=48)) == 0
    assert Suspicion.objects.get().state == "voided"
    assert run(found(hours=60)) == 1
    new = Suspicion.objects.get(state="open")
    assert new.since == found().until + HOUR and new.hours == 12
    assert run(found(hours=72)) == 0
    new.refresh_from_db()
    assert new.hours == 24 and Suspicion.objects.count() == 2


def test_after_keeps_the_stretches_that_remain(found: Any) -> None:
    one = found(first=1, hours=48)
    parted = type(one).from_dict(
        one.as_dict()
        | {
            "stretches": [
                [one.since.isoformat(), (one.since + 3 * HOUR).isoformat()],
                [(one.since + 10 * HOUR).isoformat(), one.until.isoformat()],
            ]
        }
    )
    rest = after(parted, one.since + 5 * HOUR)
    assert rest is not None and rest.stretches == (((one.since + 10 * HOUR), one.until),) and rest.hours == 38
    assert after(one, one.until) is None


def test_owners(run: Any, found: Any, province: Any) -> None:
    failed = {"code": "all_failed", "name": "临汾", "city": "临汾", "items": ("pm2_5", "pm10")}
    run(
        found("临汾", **failed, evidence={"stations": ["1001A"]}),
        found("", code="frozen", name="", city="", evidence={"basis": "feed", "stations": ["1001A"]}),
        found("9999A", name="elsewhere", city="北京"),
    )
    owners = dict(Suspicion.objects.values_list("place", "region__code"))
    # A place of a city that the register does not know is no row of this office.
    assert owners == {"临汾": "141000", "": "140000"}
