"""Questions to a register: what is asked by an address becomes one queryset; counts and feeds."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.db.models import Count as Counted
from django.db.models import Q, QuerySet, Sum

from lantian.office.frame import clock
from lantian.office.registers.declaring.base import ledgers
from lantian.office.registers.declaring.feeds import Feed, Share, Total
from lantian.office.registers.declaring.ledger import Ledger


def records(ledger: Ledger, person: Any) -> QuerySet[Any]:
    """The records of a register a person may see, without withdrawn ones."""
    return ledger.model.objects.visible_to(person).filter(withdrawn=False)


def late(ledger: Ledger) -> Q:
    """Open and past its day; nothing for a register in which nothing is due."""
    if ledger.due is None:
        return Q(pk__in=[])
    return Q(due__lt=clock.today()) & ledger.status.open.q


def inside(region: Any) -> Q:
    """Lies in a region or below it."""
    from lantian.office.regions.models import Region

    return Q(region__in=Region.objects.filter(path__startswith=region.path).values("pk"))


def state_counts(rows: QuerySet[Any]) -> dict[str, int]:
    """How many records are in each state."""
    return dict(rows.order_by().values_list("status").annotate(n=Counted("pk")))


def feed_of(code: str) -> tuple[Ledger, Feed] | None:
    """The register and feed of an indicator's code."""
    for ledger in ledgers():
        for feed in ledger.feeds:
            if feed.code == code:
                return ledger, feed
    return None


def counted_by(feed: Feed, first: Any = None, last: Any = None) -> Q:
    """The records a feed is made of; of the days `first … last` where it is dated."""
    q = feed.where.q if feed.where is not None else Q()
    if feed.dated and first is not None:
        q &= Q(**{f"{feed.dated.name}__range": (first, last)})
    return q


def value_of(feed: Feed, rows: QuerySet[Any]) -> Decimal | None:
    """The feed's number over records that were asked by `counted_by`; None for a share of nothing."""
    if isinstance(feed, Total):
        return Decimal(rows.aggregate(n=Sum(feed.of.name))["n"] or 0)
    if isinstance(feed, Share):
        whole, part = _measure(feed, rows), _measure(feed, rows.filter(feed.part.q))
        if not whole:
            return None
        return (100 * part / whole).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    return Decimal(rows.count())


def _measure(feed: Share, rows: QuerySet[Any]) -> Decimal:
    return Decimal((rows.aggregate(n=Sum(feed.by.name))["n"] or 0) if feed.by else rows.count())
