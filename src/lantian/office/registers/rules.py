"""Questions to a register: what is asked by an address becomes one queryset; counts and feeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import reduce
from operator import add
from typing import Any

from django.db.models import Count as Counted
from django.db.models import F, Q, QuerySet, Sum

from lantian.office.frame import clock
from lantian.office.regions.models import Region
from lantian.office.registers.declaring.base import ledgers
from lantian.office.registers.declaring.feeds import Feed, Ratio, Share, Total
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
    return Q(region__in=Region.objects.filter(path__startswith=region.path).values("pk"))


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
        q &= Q(**{f"{feed.dated.name}__range": whole_years(first, last) if feed.yearly else (first, last)})
    return q


def value_of(feed: Feed, rows: QuerySet[Any]) -> Decimal | None:
    """The feed's number over records that were asked by `counted_by`; None for a share of nothing."""
    found = rows.aggregate(**_sums(feed, Q()))
    return _value(feed, found["whole"], found["part"])


def whole_years(first: date, last: date) -> tuple[int, int]:
    """The years that lie wholly within some days; first > last where none does."""
    return first.year + ((first.month, first.day) > (1, 1)), last.year - ((last.month, last.day) < (12, 31))


@dataclass(frozen=True, slots=True)
class Tally:
    """A feed counted for every region at once: by the path of each, records held, whole and part."""

    feed: Feed
    by_path: Mapping[str, tuple[int, Decimal, Decimal]]

    def of(self, path: str) -> tuple[int, Decimal | None]:
        """How many records the register holds in a region and below it, and the feed's number of them."""
        inside = [numbers for place, numbers in self.by_path.items() if place.startswith(path)]
        held = sum(numbers[0] for numbers in inside)
        whole, part = (sum((numbers[at] for numbers in inside), Decimal(0)) for at in (1, 2))
        return held, _value(self.feed, whole, part) if held else None


def tally(ledger: Ledger, feed: Feed, first: date, last: date) -> Tally:
    """A feed for every region, in two questions; of the days `first … last` where it is dated."""
    counted = counted_by(feed, first, last)
    rows = ledger.model.objects.filter(withdrawn=False).order_by().values("region_id")
    found = {
        row["region_id"]: (row["held"], Decimal(row["whole"] or 0), Decimal(row["part"] or 0))
        for row in rows.annotate(held=Counted("pk"), **_sums(feed, counted))
    }
    paths = dict(Region.objects.filter(pk__in=found).values_list("pk", "path"))
    return Tally(feed, {paths[key]: numbers for key, numbers in found.items()})


def _sums(feed: Feed, where: Q) -> dict[str, Any]:
    """What the database adds up: the whole, and of it the part a share speaks of."""
    if isinstance(feed, Ratio):
        held = where or Q(pk__isnull=False)
        sums = {"whole": feed.wholes, "part": feed.parts}
        return {
            name: Sum(reduce(add, (F(field.name) for field in fields)), filter=held)
            for name, fields in sums.items()
        }
    of = feed.of if isinstance(feed, Total) else feed.by if isinstance(feed, Share) else None
    part = where & feed.part.q if isinstance(feed, Share) else where

    def added(condition: Q) -> Any:
        # An empty condition would be no condition at all for a filtered aggregate.
        chosen = condition or Q(pk__isnull=False)
        return Sum(of.name, filter=chosen) if of is not None else Counted("pk", filter=chosen)

    return {"whole": added(where), "part": added(part)}


def _value(feed: Feed, whole: Any, part: Any) -> Decimal | None:
    if not isinstance(feed, (Share, Ratio)):
        return None if feed.yearly and not whole else Decimal(whole or 0)
    if not whole:
        return None
    return (100 * Decimal(part or 0) / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
