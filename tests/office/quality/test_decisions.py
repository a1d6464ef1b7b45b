"""Decisions: store, record and log together or not at all; figures follow."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from lantian.ambient.reviews import reviews_of
from lantian.errors import LantianError
from lantian.office.monitoring import figures, kernel
from lantian.office.people.actions import verify_chain
from lantian.office.people.models import ActionLog
from lantian.office.quality import actions, effect
from lantian.office.quality.models import Decision
from lantian.office.quality.rules import Wish
from lantian.office.regions.models import Region

WHOLE_MONTH = {"first": 1, "hours": 30 * 24}


def test_voided_hours_leave_the_figures_and_come_back(suspect: Any, analyst: Any, values: Any) -> None:
    row = suspect("1003A", **WHOLE_MONTH)
    linfen = Region.objects.get(code="141000")

    def mean() -> Any:
        return figures.region_figures(linfen, "2025-06", "gb3095-2012").statistics["pm2_5"].value

    assert mean() == Decimal(40)
    (decision,) = actions.decide(analyst, [row], Wish("void", "inlet blocked"))
    row.refresh_from_db()
    assert (row.state, decision.state, decision.changed) == ("voided", "applied", 720)
    assert values("1003A", "pm2_5") == [None] * 3 and values("1003A", "pm10") == [60] * 3
    assert mean() == Decimal(30)
    told = {e.indicator.key: e for e in effect.effects(decision, linfen, "2025-06")}
    assert (told["pm2_5"].before.value, told["pm2_5"].after.value) == (Decimal(40), Decimal(30))
    assert told["pm2_5"].moved and effect.months(decision) == ["2025-06"]
    actions.decide(analyst, [row], Wish("accept", "the log of the station says it was right"))
    row.refresh_from_db()
    assert row.state == "accepted" and values("1003A", "pm2_5") == [50] * 3 and mean() == Decimal(40)
    verbs = ActionLog.objects.filter(target_type="quality.suspicion").values_list("verb", flat=True)
    assert sorted(verbs) == ["accept_hours", "void_hours"] and verify_chain() == []
    review = reviews_of(kernel.lake(), "ambient_station_hour")[0]
    assert (review.actor, review.reason, review.code) == ("chief", "inlet blocked", "frozen")


def test_a_factor_and_single_hours_correct(suspect: Any, analyst: Any, values: Any, found: Any) -> None:
    row = suspect("1001A", first=1, hours=4)
    actions.decide(analyst, [row], Wish("correct", "half the flow", values={"pm2_5": "*2"}))
    assert values("1001A", "pm2_5", 1, 5) == [60, 60, 60, 60, 30]
    row.refresh_from_db()
    assert row.state == "corrected"
    times = {("pm2_5", found(first=2, hours=1).since): "33"}
    actions.decide(analyst, [row], Wish("correct", "read off the strip", by_hour=times))
    assert values("1001A", "pm2_5", 1, 4) == [60, 33, 60, 60]


def test_a_part_leaves_the_rest_open(suspect: Any, analyst: Any, values: Any, found: Any) -> None:
    row = suspect("1001A", first=1, hours=4, items=("pm2_5", "pm10"))
    actions.decide(analyst, [row], Wish("void", "known fault", items=("pm2_5",)))
    row.refresh_from_db()
    assert row.state == "open" and values("1001A", "pm10") == [60] * 3
    part = found(first=1, hours=2)
    actions.decide(analyst, [row], Wish("void", "same", items=("pm10",), since=part.since, until=part.until))
    row.refresh_from_db()
    assert row.state == "open"
    actions.decide(analyst, [row], Wish("accept", "the rest is right", items=("pm10",), since=part.until))
    row.refresh_from_db()
    assert row.state == "accepted" and values("1001A", "pm10", 1, 4) == [None, 60, 60, 60]


@pytest.mark.parametrize(
    "wish",
    [
        Wish("void", "  "),
        Wish("guess", "why"),
        Wish("void", "why", items=()),
        Wish("correct", "why"),
        Wish("correct", "why", values={"pm2_5": "minus"}),
    ],
)
def test_a_wrong_wish_writes_nothing(suspect: Any, analyst: Any, wish: Wish) -> None:
    row = suspect()
    version = kernel.data_version()
    with pytest.raises(LantianError):
        actions.decide(analyst, [row], wish)
    assert kernel.data_version() == version and not Decision.objects.exists()


def test_only_those_who_review_decide(suspect: Any, person: Any) -> None:
    row = suspect()
    with pytest.raises(PermissionDenied):
        actions.decide(person("w", "141002", role="dispatcher"), [row], Wish("void", "why"))
    assert kernel.data_version() == 1


def test_a_store_that_fails_leaves_nothing(
    suspect: Any, analyst: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = suspect()

    def full(*_args: Any, **_more: Any) -> Any:
        raise OSError("no space left on device")

    monkeypatch.setattr(actions, "apply_reviews", full)
    with pytest.raises(OSError, match="no space"):
        actions.decide(analyst, [row], Wish("void", "why"))
    row.refresh_from_db()
    assert row.state == "open" and not Decision.objects.exists() and kernel.data_version() == 1


def test_a_record_cut_short_is_finished_from_the_store(
    suspect: Any, analyst: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = suspect()

    def away(*_args: Any, **_more: Any) -> Any:
        raise RuntimeError("database is away")

    with monkeypatch.context() as patch:
        patch.setattr(actions, "record", away)
        with pytest.raises(RuntimeError):
            actions.decide(analyst, [row], Wish("void", "why"))
    row.refresh_from_db()
    assert row.state == "open" and Decision.objects.get().state == "pending" and kernel.data_version() == 2
    actions.finish_what_was_cut_short()
    row.refresh_from_db()
    decision = Decision.objects.get()
    assert (row.state, decision.state, decision.version) == ("voided", "applied", 2)
    assert ActionLog.objects.get(verb="void_hours").actor == analyst and verify_chain() == []


def test_an_intent_the_store_never_saw_is_dropped(suspect: Any, analyst: Any) -> None:
    row = suspect()
    Decision.objects.create(suspicion=row, verdict="void", reviews=[], reason="why", made_by=analyst)
    actions.finish_what_was_cut_short()
    assert not Decision.objects.exists() and kernel.data_version() == 1


def test_several_at_once_are_one_version(suspect: Any, analyst: Any) -> None:
    rows = [suspect("1001A"), suspect("1003A")]
    made = actions.decide(analyst, rows, Wish("void", "thunderstorm"))
    assert {decision.version for decision in made} == {2} and kernel.data_version() == 2
    with pytest.raises(LantianError, match="一条"):
        actions.decide(analyst, rows, Wish("correct", "why", values={"pm2_5": "*2"}))
