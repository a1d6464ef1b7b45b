"""What registers feed, as indicators: asked by targets, score cards and rules like any other number."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.office.frame import clock
from lantian.office.indicators import Answer, Indicator, Line, Period, Subject, register
from lantian.office.indicators.registry import REGION, UNIT
from lantian.office.monitoring.kernel import rulebook
from lantian.office.registers import rules
from lantian.office.registers.declaring.base import ledgers
from lantian.office.registers.declaring.feeds import Count, Feed
from lantian.office.registers.declaring.ledger import Ledger

SOURCE = "register"
MOST_LINES = 100
HIGHER = {"more": True, "less": False, "": None}


def register_all() -> None:
    """Make every feed of every register known as an indicator."""
    for ledger in ledgers():
        for feed in ledger.feeds:
            register(
                Indicator(
                    feed.code,
                    feed.title,
                    feed.unit,
                    partial(answer, ledger, feed),
                    frozenset({REGION, UNIT}),
                    HIGHER[feed.better],
                    feed.formula or ledger.title,
                    SOURCE,
                )
            )


def answer(ledger: Ledger, feed: Feed, subject: Subject, period: Period) -> Answer:
    """A feed for a region with everything in it, or for the unit in charge.

    A register that holds nothing there gives no figure: an empty register is not a zero. What is not dated is
    told as the register stands today; asked for a period that is over, it says so.
    """
    rows = ledger.model.objects.filter(withdrawn=False)
    rows = (
        rows.filter(rules.inside(subject.region))
        if subject.region is not None
        else rows.filter(unit=subject.unit)
    )
    url = address(ledger, feed, subject, period)
    if not rows.exists():
        words = _("The register “%(register)s” holds nothing here.") % {"register": ledger.title}
        return Answer(None, words, url=url, count=0)
    if not feed.dated and period.last < clock.today():
        words = _("The register “%(register)s” tells how things stand today, not how they stood on %(day)s.")
        return Answer(None, words % {"register": ledger.title, "day": period.last.isoformat()}, url=url)
    counted = rows.filter(rules.counted_by(feed, period.first, period.last))
    value = rules.value_of(feed, counted)
    number = counted.count()
    if value is None:
        return Answer(None, _("Nothing in the register counts here."), url=url, count=number)
    verified = not feed.rule or rulebook().rule(feed.rule, on=period.last).verified
    return Answer(value, lines=_lines(feed, counted, number, url), url=url, count=number, verified=verified)


def _lines(feed: Feed, counted: Any, number: int, url: str) -> tuple[Line, ...]:
    """The records themselves where they are few, their number where not."""
    if number > MOST_LINES:
        return (Line(_("%(number)s records") % {"number": number}, Decimal(number), url),)
    rows = counted.order_by("pk")
    one = isinstance(feed, Count)
    return tuple(
        Line(str(row), Decimal(1) if one else _part(feed, row), row.get_absolute_url()) for row in rows
    )


def _part(feed: Any, row: Any) -> Decimal | None:
    field = getattr(feed, "of", None) or getattr(feed, "by", None)
    return None if field is None else getattr(row, field.name)


def address(ledger: Ledger, feed: Feed, subject: Subject, period: Period) -> str:
    """The list of the records a feed is made of."""
    query: dict[str, Any] = {"feed": feed.code}
    if feed.yearly:
        first, last = rules.whole_years(period.first, period.last)
        query |= {f"{feed.dated.name}_from": first, f"{feed.dated.name}_to": last}
    elif feed.dated:
        query |= {f"{feed.dated.name}_since": period.first, f"{feed.dated.name}_until": period.last}
    query |= {"region": subject.region.code} if subject.region is not None else {"unit": subject.unit.pk}
    return f"{reverse('registers:records', args=[ledger.code])}?{urlencode(query)}"
