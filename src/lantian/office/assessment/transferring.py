"""Transfers of a month: who takes part, their figures, the statement, and what of it a person sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from lantian.ambient import Period as Span
from lantian.assessment import Fact
from lantian.assessment.transfers import (
    Statement,
    Transfer,
    TransferScheme,
    Values,
    transfer_schemes,
    transfers,
)
from lantian.office import indicators
from lantian.office.assessment import asking
from lantian.office.assessment.states import answers_for
from lantian.office.indicators import Period, Subject
from lantian.office.monitoring import kernel
from lantian.office.monitoring.kept import kept
from lantian.office.regions.models import Region


@dataclass(frozen=True, slots=True)
class Row:
    """A region's transfers, with its amounts by part."""

    region: Region
    transfer: Transfer


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement as one person sees it: all rows for who answers for the whole pool, else their own."""

    pool: Region
    statement: Statement
    rows: tuple[Row, ...]
    whole: bool
    in_force: bool


def known_schemes() -> list[TransferScheme]:
    """Every transfer scheme of this office, of all days."""
    return transfer_schemes(kernel.rulebook())


def holds(scheme: TransferScheme, on: date) -> bool:
    """Whether a scheme is in force on a day."""
    return (scheme.valid_from or date.min) <= on <= (scheme.valid_to or date.max)


def pool_of(region: Region, scheme: TransferScheme) -> Region | None:
    """The region whose children share a scheme: the province for cities, the city for counties."""
    wanted = "province" if scheme.level == "city" else "city"
    found: Region | None = region
    while found is not None and found.level != wanted:
        found = found.parent
    return found


def members(pool: Region, scheme: TransferScheme) -> list[Region]:
    """Who takes part."""
    levels = ("city",) if scheme.level == "city" else ("county", "zone")
    return list(pool.children.filter(level__in=levels).select_related("parent").order_by("code"))


def shown(user: Any, pool: Region, scheme: TransferScheme, span: Span) -> Shown:
    """The statement of a pool and period, cut to what a person may see."""
    found = members(pool, scheme)
    key = (scheme.path, str(scheme.valid_from), pool.code, span.label, kernel.rulebook().digest)
    held = scheme.indicators
    if "score" in held:  # frozen cards are no part of the store's version
        statement = reckoned(scheme, found, span)
    else:
        statement = kept(
            "assessment.transfers", kernel.store_version(), key, lambda: reckoned(scheme, found, span)
        )
    by_code = {region.code: region for region in found}
    rows = [Row(by_code[row.subject], row) for row in statement.rows]
    whole = answers_for(pool, user)
    own = [row for row in rows if whole or answers_for(row.region, user)]
    if not own:  # a county sees the row of its city
        own = [row for row in rows if user.region and user.region.path.startswith(row.region.path)]
    return Shown(pool, statement, tuple(own), whole, holds(scheme, span.last))


def reckoned(scheme: TransferScheme, found: list[Region], span: Span) -> Statement:
    """The statement itself."""
    now = Period(span.first, span.last)
    past = span.previous_year()
    before = Period(past.first, past.last)
    values = {
        region.code: {code: _values(code, Subject(region=region), now, before) for code in scheme.indicators}
        for region in found
    }
    return transfers(scheme, span.label, values)


def _values(code: str, subject: Subject, now: Period, before: Period) -> Values:
    """This month and the same month a year before, both under one standard where the office keeps that."""
    present = asking.fact_of(code, subject, now)
    difference = f"{code}_difference"
    if difference not in indicators.known():
        return Values(present, asking.fact_of(code, subject, before))
    change = asking.fact_of(difference, subject, now)
    if present.value is None or change.value is None:
        return Values(present, Fact(None, change.reason or present.reason))
    return Values(present, Fact(present.value - change.value, None, present.title, present.unit, change.url))
