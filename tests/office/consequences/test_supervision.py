"""A supervision that is imposed is an order of dispatch, and its closing the proof."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from lantian.errors import LantianError
from lantian.office.consequences import actions, proposing
from lantian.office.consequences.models import Proposal, State
from lantian.office.dispatch import ordering
from lantian.office.dispatch.models import SupervisionOrder
from lantian.office.frame import clock
from lantian.office.indicators import Answer, Indicator, register
from lantian.office.indicators.registry import UNIT, known
from lantian.office.loops.audit import audit
from lantian.office.people.models import Unit

NOON = datetime(2026, 5, 30, 4, tzinfo=UTC)
REPLY = date(2026, 6, 5)


@pytest.fixture
def bureau(province: dict[str, Any]) -> Unit:
    return Unit.objects.create(name="尧都区住建局", region=province["141002"])


@pytest.fixture
def raised(bureau: Unit) -> Any:
    """A supervision proposed because the bureau sent no report three times."""
    from decimal import Decimal

    kept = known()["reports_missing"]
    register(
        Indicator(
            "reports_missing", kept.title, kept.unit, lambda subject, period: Answer(Decimal(3)), {UNIT}
        )
    )
    try:
        with clock.at(NOON):
            proposing.propose(None, NOON.date())
    finally:
        register(kept)
    return Proposal.objects.get(kind="supervision", unit=bureau)


def test_from_the_decision_to_the_proof(raised: Proposal, bureau: Unit, person: Any) -> None:
    city, officer = person("city", "141000", "dispatcher"), person("officer", "141002", unit=bureau)
    with clock.at(NOON):
        actions.decide(raised, "impose", city, decision=actions.Decision(reply_by=REPLY))
        order = SupervisionOrder.objects.get()
        assert (order.to_unit, order.region.code, order.issued_by) == (bureau, "141000", city)
        assert order.reply_by.astimezone(UTC).date() == REPLY
        about = order.subjects.get()
        assert (about.thing_type, about.url) == ("consequences.proposal", raised.get_absolute_url())
        assert "补报的进展" in order.text and raised.title in order.title
        with pytest.raises(LantianError):  # not closed yet: no proof
            actions.carry_out(raised, officer, "已补报", [])
        ordering.reply(order, officer, "已全部补报")
        ordering.accept_reply(order, city)
        ordering.close_order(order, city)
        actions.carry_out(raised, officer, "已补报", [])
    assert raised.state == State.CARRIED_OUT
    assert audit() == []


def test_no_order_where_it_is_waived_or_fails(raised: Proposal, person: Any) -> None:
    city = person("city", "141000", "dispatcher")
    with clock.at(NOON):
        with pytest.raises(LantianError):  # a day that has passed undoes the decision too
            actions.decide(raised, "impose", city, decision=actions.Decision(reply_by=date(2026, 5, 1)))
        raised.refresh_from_db()
        assert raised.state == State.PROPOSED
        actions.decide(raised, "waive", city, "已补报")
    assert not SupervisionOrder.objects.exists()


def test_the_page_offers_the_day_and_leads_to_the_order(
    raised: Proposal, person: Any, signed_in: Any
) -> None:
    city = signed_in(person("city", "141000", "dispatcher"))
    at = f"/consequences/{raised.pk}/"
    with clock.at(NOON):
        assert 'name="reply_by"' in city.get(at).content.decode()
        sent = {"version": raised.version, "addressees": "尧都区住建局", "reply_by": "2026-06-05"}
        assert city.post(f"{at}do/impose/", sent).status_code == 302
        order = SupervisionOrder.objects.get()
        assert f"/orders/{order.pk}/" in city.get(at).content.decode()
        assert at in city.get(f"/orders/{order.pk}/").content.decode()
