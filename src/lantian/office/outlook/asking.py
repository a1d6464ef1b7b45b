"""Which outlooks a person is shown: targets of plans, else limits and last year's figures, place by place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

from django.http import HttpRequest

from lantian.ambient import Period
from lantian.ambient.outlook.result import Outlook
from lantian.ambient.outlook.target import RANK, Target
from lantian.ambient.period_rules import PeriodRules
from lantian.ambient.ranking import Pool, pools
from lantian.office.monitoring import figures, kernel
from lantian.office.monitoring.figures import Figure, RegionFigures
from lantian.office.monitoring.indicators import INDICATORS, Indicator
from lantian.office.monitoring.places import feed_names
from lantian.office.outlook import rules
from lantian.office.outlook.ground import Ask, Field, Question, Step, answers
from lantian.office.outlook.rules import LAST_YEAR, LIMIT, OWN, PLAN
from lantian.office.plans.models import Target as PlanTarget
from lantian.office.plans.rules import goal_of, targets_of
from lantian.office.plans.terms import PlanStatus, Review
from lantian.office.regions.models import Region

BY_LIMIT = ("pm2_5", "pm10", "no2", "o3_8h")
BY_LAST_YEAR = (("composite_index", "<="), ("good_days", ">="), ("heavy_days", "<="))
NOT_NOW = {"no_date", "year_ahead", "year_over"}
"""Reasons that no outlook could change: they are counted, not listed."""


@dataclass(frozen=True)
class Row:
    """One target at one place. `basis`: plan, limit, last_year, own; `why`: a code, where no outlook is."""

    region: Region
    indicator: Indicator
    target: Target | None
    basis: str
    plan: PlanTarget | None = None
    why: str = ""
    ask: Ask | None = None
    question: Question | None = None
    to_date: Figure | None = None
    outlook: Outlook | None = None

    @property
    def asked(self) -> tuple[Question, Ask]:
        """What the kernel is asked. LookupError for a row that asks nothing."""
        if self.question is None or self.ask is None:
            raise LookupError(f"nothing is asked of {self.indicator.key} in {self.region.code}")
        return self.question, self.ask

    @property
    def verdict(self) -> str:
        return rules.verdict(self.outlook)

    @property
    def name(self) -> str:
        """The indicator by its symbol where people use one (PM₂.₅), else by its term."""
        return self.indicator.short if self.indicator.statistic else self.indicator.label

    @property
    def risk(self) -> tuple[int, float, str, str]:
        """Sorts rows, the greatest risk first."""
        likely = self.outlook.probability if self.outlook and self.outlook.probability is not None else 2.0
        return rules.RISK[self.verdict], likely, self.region.code, self.indicator.key


@dataclass
class Overview:
    """The rows of a page before they are computed, and what was left out: `not_now` targets of other years,
    `drafts` of plans whose reading is not accepted."""

    region: Region
    day: date
    rows: list[Row] = field(default_factory=list)
    not_now: int = 0
    drafts: int = 0

    @property
    def key(self) -> tuple[object, ...]:
        return tuple((row.question.key, row.ask.key) for row in self.rows if row.question and row.ask)


class Grounds:
    """Fields and rules asked once a page."""

    def __init__(self, day: date) -> None:
        self.day = day
        self._fields: dict[tuple[str, str], Field] = {}

    def question(self, region: Region, period: Period) -> Question:
        """What an outlook of this region and period shares with others."""
        level = {"province": "city", "zone": "county"}.get(region.level, region.level)
        key = (region.path.split("/", 1)[0], level)
        if key not in self._fields:
            self._fields[key] = Field.of(region)
        return Question(self._fields[key], period, self.day, kernel.regime_on(period.last))


def day_of(request: HttpRequest) -> date | None:
    """The last day known: `?on=` where the office holds it, else the newest; None without data."""
    return read_day(request.GET.get("on", ""))


def read_day(text: str) -> date | None:
    """A day as asked for, at most the newest held."""
    newest, oldest = kernel.latest_day(), kernel.first_day()
    if newest is None:
        return None
    try:
        asked = date.fromisoformat(text) if text else newest
    except ValueError:
        return newest
    return min(max(asked, oldest or asked), newest)


def overview(region: Region, user: Any, day: date, *, drafts: bool = False) -> Overview:
    """What is asked for the subtree of a region: targets this person may see, else limits and last year."""
    found = Overview(region, day)
    grounds = Grounds(day)
    settled: dict[str, set[str]] = {}
    for target in targets_of(region, user):
        known = target.plan.status == PlanStatus.ACCEPTED or target.review in {
            Review.ACCEPTED,
            Review.CORRECTED,
        }
        places = [own for own in target.regions.all() if own.path.startswith(region.path)]
        rows = [plan_row(target, place, grounds) for place in places]
        now = [row for row in rows if row is not None and row.why not in NOT_NOW]
        if not known and not drafts:
            found.drafts += bool(now)
            continue
        found.not_now += sum(row is not None for row in rows) - len(now)
        for row in now:
            found.rows.append(row)
            settled.setdefault(row.region.code, set()).add(row.indicator.key)
    for place in _places(region):
        own = settled.get(place.code, set())
        # What no plan speaks of is shown of the region asked for; of those below only where no plan speaks.
        if not own or place == region:
            more = default_rows(place, Period.year(day.year), grounds)
            found.rows.extend(row for row in more if row.indicator.key not in own)
    return found


def _places(region: Region) -> list[Region]:
    if region.level != "province":
        return [region]
    return list(Region.objects.filter(path__startswith=region.path, level="city", valid_to__isnull=True))


def plan_row(target: PlanTarget, region: Region, grounds: Grounds) -> Row | None:
    """A target of a plan at one place; None where it is not one of ambient air."""
    goal = goal_of(target)
    period = rules.period_of(goal.last_day) if goal.last_day else Period.year(grounds.day.year)

    def before(key: str, past: Period) -> Any:
        figure = figures.region_figures(region, past, kernel.regime_on(period.last)).figure(key)
        return figure.value if figure else None

    asked = rules.asked_of(goal, grounds.day, before, decimals(goal.indicator, period))
    if asked.why == "not_air":
        return None
    from lantian.office.monitoring.indicators import indicator

    own = indicator(goal.indicator) or INDICATORS["pm2_5"]
    row = Row(region, own, asked.target, PLAN, target, asked.why)
    return row if asked.target is None else placed(row, grounds, asked.pool)


def default_rows(region: Region, period: Period, grounds: Grounds) -> list[Row]:
    """The yearly statistics against grade 2 and last year's figures, where no plan says anything."""
    if grounds.day >= period.last:
        return []
    limits = PeriodRules.of(kernel.rulebook(), kernel.regime_on(period.last), period.last).composite.limits
    rows = [Row(region, INDICATORS[key], Target(key, "<=", limits[key], period), LIMIT) for key in BY_LIMIT]
    past = figures.region_figures(region, period.previous_year(), kernel.regime_on(period.last))
    for key, comparator in BY_LAST_YEAR:
        figure = past.figure(key)
        if region.level != "province" and figure is not None and figure.value is not None:
            rows.append(
                Row(region, INDICATORS[key], Target(key, comparator, figure.value, period), LAST_YEAR)
            )
    return [placed(row, grounds) for row in rows]


def own_row(region: Region, key: str, target: Target, day: date, pool: int | None = None) -> Row:
    """A target a person tries, or none (only the final figure is foretold)."""
    return placed(Row(region, INDICATORS[key], target, OWN), Grounds(day), pool)


def placed(row: Row, grounds: Grounds, pool: int | None = None) -> Row:
    """The row with what is asked of the kernel, or why it cannot be asked. `pool`: how many are ranked."""
    target = row.target
    if target is None:
        return row
    question = grounds.question(row.region, target.period)
    ask = Ask(row.region.code, target)
    if row.region.level == "province":
        ask = replace(ask, province=row.region.name)
    if target.indicator == RANK:
        own = question.field.pool()
        if row.region.level == "province":
            return replace(row, why="pool")
        if pool is None or pool == len(own.members):
            ask = replace(ask, pool=own)
        elif found := national_pool(pool, target.period.last, row.region):
            ask = replace(ask, pool=found[0], fed=found[1])
        else:
            return replace(row, why="pool")
    return replace(row, ask=ask, question=question)


def national_pool(size: int, day: date, region: Region) -> tuple[Pool, str] | None:
    """A pool of the rulebook of this size that the feed half holds, and the region's name in it."""
    lake = kernel.lake()
    fed = {
        place.place
        for kind in (kernel.CITY_HOUR, kernel.CITY_DAY)
        if kind in lake.kinds()
        for place in lake.places(kind)
    }
    names = [name for name in feed_names([region]) if name in fed]
    for pool in pools(day, rulebook=kernel.rulebook()):
        if pool.level == "city" and pool.size == size and names:
            matched = pool.names().match((place, place) for place in sorted(fed)).found
            if 2 * len(matched) >= len(pool.members) and pool.names().find(names[0]):
                return pool, names[0]
    return None


def decimals(key: str, period: Period) -> int | None:
    """With how many decimals an indicator is published in a period."""
    from lantian.office.monitoring.indicators import indicator

    found = indicator(key)
    if found is None:
        return None
    own = PeriodRules.of(kernel.rulebook(), kernel.regime_on(period.last), period.last)
    if found.statistic:
        return own.decimals[found.statistic]
    if found.key == "composite_index":
        return own.composite.index_decimals
    return 1 if found.key.endswith("_ratio") else 0


def work_of(rows: Sequence[Row]) -> Callable[[Step], list[Outlook | None]]:
    """The computation of these rows, to be done without a database."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, row in enumerate(rows):
        if row.question and row.ask:
            groups.setdefault(row.question.key, []).append(number)

    def work(step: Step) -> list[Outlook | None]:
        found: list[Outlook | None] = [None] * len(rows)
        done = 0
        for numbers in groups.values():
            asks = [row.ask for number in numbers if (row := rows[number]).ask]
            question, _ask = rows[numbers[0]].asked
            before = done

            def tell(phase: str, now: int, of: int, before: int = before) -> None:
                if phase == "answers":
                    step(phase, before + now, len(rows))
                else:
                    step(phase, now, of)

            for number, answer in zip(numbers, answers(question, asks, tell), strict=True):
                found[number] = answer
            done += len(numbers)
        return found

    return work


def answered(rows: Sequence[Row], outlooks: Iterable[Outlook | None]) -> list[Row]:
    """The rows with their answers and the figures to date, as every other page has them."""
    tables = cache(_figures_to_date)
    found = []
    for row, own in zip(rows, outlooks, strict=True):
        why = row.why or (own.why or "" if own else "")
        found.append(replace(row, outlook=own, why=why, to_date=to_date(row, tables)))
    return found


def _figures_to_date(region: Region, period: Period, regime: str) -> RegionFigures:
    return figures.region_figures(region, period, regime)


def to_date(
    row: Row, tables: Callable[[Region, Period, str], RegionFigures] = _figures_to_date
) -> Figure | None:
    """The figure of the days known, linked to its explanation; None where none of the period has come."""
    if row.target is None or row.question is None or (row.ask and row.ask.fed):
        return None
    known = row.question.period.within(row.question.period.first, row.question.day)
    return tables(row.region, known, row.question.regime).of(row.indicator) if known else None
