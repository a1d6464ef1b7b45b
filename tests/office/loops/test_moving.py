"""Moves: from the right state, by who may, once, with their trace; two at once cannot both win."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections

from lantian.errors import LantianError
from lantian.office.dispatch.models import Round, SupervisionOrder
from lantian.office.dispatch.ordering import issue_order
from lantian.office.frame import clock
from lantian.office.loops import move, moves_for, overdue
from lantian.office.people.actions import verify_chain
from lantian.office.people.models import ActionLog, Unit

NOW = datetime(2026, 3, 5, 2, tzinfo=UTC)


@pytest.fixture
def people(province: dict[str, Any], person: Any) -> dict[str, Any]:
    made = {name: Unit.objects.create(name=name, region=province["141000"]) for name in ("甲局", "乙局")}
    return {
        "chief": person("chief", "141000", role="dispatcher", unit=made["甲局"]),
        "colleague": person("colleague", "141000", role="dispatcher", unit=made["甲局"]),
        "other": person("other", "141000", role="dispatcher", unit=made["乙局"]),
        "yaodu": person("yaodu", "141002"),
        "hongtong": person("hongtong", "141024"),
        "analyst": person("analyst", "141000", role="analyst"),
        "taiyuan": person("taiyuan", "140100", role="dispatcher"),
    }


@pytest.fixture
def order(province: dict[str, Any], people: dict[str, Any]) -> SupervisionOrder:
    """An order of Linfen to 141002, to be answered by the 10th of March 2026."""
    with clock.at(NOW):
        return issue_order(
            people["chief"], province["141000"], title="扬尘", text="请整改", to_region=province["141002"],
            reply_by=date(2026, 3, 10),
        )  # fmt: skip


def test_a_move_writes_state_and_log_in_one(order: Any, people: Any) -> None:
    with clock.at(NOW):
        move(order, "reply_order", people["yaodu"], "已办", version=1)
    assert (order.state, order.version, order.state_since, order.state_due) == ("replied", 2, NOW, None)
    row = ActionLog.objects.first()
    assert (row.verb, row.actor, row.reason) == ("reply_order", people["yaodu"], "已办")
    assert json.loads(row.before) == {"state": "issued"}
    assert json.loads(row.after) == {"state": "replied"}
    assert verify_chain() == []


def test_a_move_starts_from_its_states_only(order: Any, people: Any) -> None:
    with pytest.raises(LantianError, match="chief"):
        move(order, "accept_reply", people["other"])
    assert order.state == "issued" and ActionLog.objects.filter(verb="accept_reply").count() == 0


@pytest.mark.parametrize("who", ["hongtong", "analyst", "taiyuan", "chief"])
def test_who_may_not(order: Any, people: Any, who: str) -> None:
    """A county beside, a role without the capability, another city, the issuer itself."""
    with pytest.raises(PermissionDenied):
        move(order, "reply_order", people[who])
    assert [m.name for m in moves_for(order, people["yaodu"])] == ["reply_order"]
    assert "reply_order" not in [m.name for m in moves_for(order, people[who])]


def test_a_reason_is_asked_where_it_is_needed(order: Any, people: Any) -> None:
    with pytest.raises(LantianError):
        move(order, "withdraw_order", people["chief"], "  ")
    move(order, "withdraw_order", people["chief"], " 误发 ")
    assert order.is_closed and ActionLog.objects.first().reason == "误发"


def test_another_version_means_somebody_was_faster(order: Any, people: Any) -> None:
    move(order, "reply_order", people["yaodu"])
    move(order, "return_reply", people["other"], "不全")
    with pytest.raises(LantianError, match="other"):
        move(order, "reply_order", people["yaodu"], version=1)
    move(order, "reply_order", people["yaodu"], version=3)


def test_not_by_the_same_person_nor_the_same_unit(
    order: Any, people: Any, province: Any, person: Any
) -> None:
    """Nobody of the unit that replied accepts the reply, whatever their role."""
    unit = people["chief"].unit
    both = person("both", "141002", role="dispatcher", unit=unit)
    move(order, "reply_order", both)
    for nobody in ("chief", "colleague"):
        with pytest.raises(PermissionDenied):
            move(order, "accept_reply", people[nobody])
        assert "accept_reply" not in [m.name for m in moves_for(order, people[nobody])]
    move(order, "accept_reply", people["other"])
    assert order.state == "accepted"


def test_what_also_raises_undoes_everything(order: Any, people: Any) -> None:
    before = ActionLog.objects.count()

    def also(row: Any) -> None:
        row.title = "改"
        raise LantianError("no")

    with pytest.raises(LantianError, match="no"):
        move(order, "reply_order", people["yaodu"], also=also)
    order.refresh_from_db()
    assert (order.state, order.title, order.version) == ("issued", "扬尘", 1)
    assert ActionLog.objects.count() == before


def test_values_and_what_also_returns_are_told(order: Any, people: Any) -> None:
    move(
        order, "reply_order", people["yaodu"], values={"issuer": "新"}, also=lambda row: {"files": ["a.pdf"]}
    )
    row = ActionLog.objects.first()
    assert json.loads(row.before)["issuer"] == "甲局"
    assert json.loads(row.after) == {"state": "replied", "issuer": "新", "files": ["a.pdf"]}


def test_time_limits(order: Any, people: Any) -> None:
    late = datetime(2026, 3, 11, tzinfo=UTC)
    with clock.at(late - timedelta(days=2)):
        assert not order.is_late and not overdue(SupervisionOrder.objects.all())
    with clock.at(late):
        assert order.is_late and list(overdue(SupervisionOrder.objects.all())) == [order]
        move(order, "reply_order", people["yaodu"])
        assert not order.is_late, "a move without a limit clears the former one"
        move(order, "return_reply", people["other"], "不全", due=late + timedelta(days=3))
    assert order.state_due == late + timedelta(days=3)


def test_a_limit_of_the_loop_and_one_that_holds_on(
    monkeypatch: pytest.MonkeyPatch, order: Any, people: Any
) -> None:
    from dataclasses import replace

    loop = order.loop
    moves = {
        "reply_order": replace(loop.move("reply_order"), keeps_limit=True),
        "accept_reply": replace(loop.move("accept_reply"), limit=timedelta(days=2)),
    }
    monkeypatch.setattr(type(loop), "move", lambda _self, name: moves[name])
    due = order.state_due
    with clock.at(NOW):
        move(order, "reply_order", people["yaodu"])
        assert order.state_due == due
        move(order, "accept_reply", people["other"])
        assert order.state_due == NOW + timedelta(days=2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_two_people_at_once_exactly_one_wins(province: Any, person: Any, attempt: int) -> None:
    """On a SQLite file and on PostgreSQL alike; the loser is told who was faster."""
    made = Round.objects.create(
        region=province["141000"], kind="once", name="调度", period="2026", opens=NOW.date(), due=NOW
    )
    people = [person(f"d{n}", "141000", role="dispatcher") for n in range(4)]
    start, results = threading.Barrier(len(people)), []

    def act(who: Any) -> None:
        try:
            mine = Round.objects.get(pk=made.pk)
            start.wait(10)
            try:
                move(mine, "close_round", who, version=1)
                results.append("won")
            except LantianError as error:
                results.append(error.line)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=(who,)) for who in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert len(results) == 4 and results.count("won") == 1, results
    winner = ActionLog.objects.get(verb="close_round", target_id=str(made.pk)).actor_name
    assert all(winner in line for line in results if line != "won")
    made.refresh_from_db()
    assert (made.state, made.version) == ("closed", 2)
    assert verify_chain() == []
    assert connection.vendor in {"sqlite", "postgresql"}
