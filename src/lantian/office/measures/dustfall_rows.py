"""Rows of dustfall as pages and exports show them, cut to what a person may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from lantian.ambient import Period
from lantian.ambient.measures import CityDustfall, Dustfall, Trigger, UnitDustfall, summarise
from lantian.office.measures import words
from lantian.office.measures.register import Register, sees
from lantian.office.monitoring import kernel
from lantian.office.monitoring import words as air_words
from lantian.office.regions.models import Region

UNIT = "t/(km²·30d)"


@dataclass(frozen=True, slots=True)
class Row:
    """A unit or city in a ranking. `own` tells whether a person sees more of it than the printed row."""

    rank: int | None
    tied: bool
    label: str
    city: str
    region: Region | None
    own: bool
    url: str
    value: Decimal | None
    limit: Decimal | None
    verdict: str | None
    last_year: Decimal | None
    change: Decimal | None
    change_rank: int | None
    reported: Decimal | None
    note: str
    months: str
    why: str

    @property
    def verdict_words(self) -> str:
        """Below, equal to or above the limit."""
        return words.said(words.VERDICTS, self.verdict)


def page_of(region: Region | None, period: Period) -> str:
    """The address of a unit's months and of how its figure came about."""
    if region is None:
        return ""
    return f"{reverse('measures:dustfall-unit', args=[region.code])}?period={quote(period.label)}"


def unit_rows(found: Dustfall, register: Register, user: Any) -> list[Row]:
    """Units in the order of the ranking; those without a value last, and only one's own among them."""
    ranks = [unit.rank for unit in found.units if unit.rank is not None]
    rows = []
    for unit in found.units:
        own = sees(user, register.find(unit.place))
        if unit.value is not None or own:
            tied = unit.rank is not None and ranks.count(unit.rank) > 1
            rows.append(_unit_row(unit, found.period, register, own=own, tied=tied))
    return rows


def _unit_row(unit: UnitDustfall, period: Period, register: Register, *, own: bool, tied: bool) -> Row:
    region = register.find(unit.place)
    city = register.find(unit.city) if unit.city else None
    return Row(
        rank=unit.rank,
        tied=tied,
        label=region.label if region else unit.name,
        city=city.short_label if city else (unit.city or ""),
        region=region,
        own=own,
        url=page_of(region, period) if own else "",
        value=unit.value,
        limit=unit.limit,
        verdict=unit.verdict,
        last_year=unit.last_year,
        change=unit.change,
        change_rank=unit.change_rank,
        reported=None,
        note=words.why(unit.marks) if own else "",
        months=f"{unit.months_used}/{unit.months_in_period}" if own else "",
        why=without_value(unit) if own and unit.value is None else "",
    )


def without_value(unit: UnitDustfall) -> str:
    """Why a unit is not ranked."""
    if unit.invalid:
        return _("invalid: %(count)d months") % {"count": unit.invalid}
    if unit.missing:
        return _("not measured: %(count)d months") % {"count": unit.missing}
    return air_words.why("not_reported")


def city_rows(cities: Sequence[CityDustfall], register: Register, user: Any, period: Period) -> list[Row]:
    """Cities in the order of their ranking."""
    ranks = [city.rank for city in cities if city.rank is not None]
    rows = []
    for city in cities:
        region = register.find(city.city)
        own = sees(user, region)
        rows.append(
            Row(
                rank=city.rank,
                tied=city.rank is not None and ranks.count(city.rank) > 1,
                label=region.label if region else city.city,
                city="",
                region=region,
                own=own,
                url=page_of(region, period) if own else "",
                value=city.value,
                limit=city.limit,
                verdict=city.verdict,
                last_year=city.last_year,
                change=city.change,
                change_rank=city.change_rank,
                reported=city.reported if own else None,
                note="",
                months=str(city.units_used),
                why="",
            )
        )
    return rows


def statements(found: Dustfall, register: Register) -> list[str]:
    """The sentences of a notice: of the cities where there are several, and of the units."""
    language = get_language() or "zh"
    said = []
    if len(found.cities) > 1:
        cities = [replace(row, city=_label(register, row.city, row.city)) for row in found.cities]
        summary = summarise(cities, rulebook=kernel.rulebook(), on=found.period.last)
        said.append(summary.statement(language, pgettext("many of them", "cities")))
    if found.units:
        units = [replace(row, name=_label(register, row.place, row.name)) for row in found.units]
        summary = summarise(units, rulebook=kernel.rulebook(), on=found.period.last)
        said.append(summary.statement(language, pgettext("many of them", "counties")))
    return said


def _label(register: Register, key: str, name: str) -> str:
    region = register.find(key)
    return region.label if region else name


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason to start a campaign, in words."""

    text: str
    trigger: Trigger


@dataclass(frozen=True, slots=True)
class Proposal:
    """A campaign to start: whom it concerns, and every reason."""

    label: str
    place: str
    url: str
    reasons: tuple[Reason, ...]


def grouped(found: Sequence[tuple[str, str, str, Reason]]) -> list[Proposal]:
    """Reasons (label, place, address, reason) gathered by whom they concern, in the order they came."""
    whom: dict[tuple[str, str, str], list[Reason]] = {}
    for label, place, url, reason in found:
        whom.setdefault((label, place, url), []).append(reason)
    return [Proposal(*key, tuple(reasons)) for key, reasons in whom.items()]


def proposals(triggers: Sequence[Trigger], register: Register, user: Any, period: Period) -> list[Proposal]:
    """Campaigns for the places a person sees; those of others are theirs."""
    found = []
    for one in triggers:
        region = register.find(one.place)
        if not sees(user, region):
            continue
        label = region.label if region else one.name
        above = region.parent if region is not None and region.level != "city" else None
        named = register.find(f"{one.name}/{one.evidence['unit']}") if one.level == "city" else None
        told = replace(one, evidence={**one.evidence, "unit": named.label}) if named else one
        reason = Reason(words.trigger(told), one)
        found.append((label, above.label if above else "", page_of(region, period), reason))
    return grouped(found)
