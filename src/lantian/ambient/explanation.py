"""Why a figure is what it is: every step from the hours to the digit, with rule, rounding and what was
refused.

The explanation reads the same days and the same rules as `evaluate` and ends with the same digits; where it
did not, it would raise rather than tell another story.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pyarrow.compute as pc

from lantian.ambient import steps_of_day, steps_of_more, steps_of_period
from lantian.ambient.choosing import Chosen, chosen_days, known_cities
from lantian.ambient.evaluation import evaluate, evaluation_of
from lantian.ambient.events.deduction import cities_of, deducted, marked
from lantian.ambient.events.lists import DayList
from lantian.ambient.names import find, nearest
from lantian.ambient.period import Period
from lantian.ambient.period_rules import PeriodRules
from lantian.ambient.provenance import Behind, Rows, behind, rows_behind
from lantian.ambient.records import Evaluation, PlaceEvaluation
from lantian.ambient.rules import SIX
from lantian.ambient.sources import KINDS, STATION, Question
from lantian.ambient.steps import Step
from lantian.errors import LantianError
from lantian.lake import Lake, engines
from lantian.rulebook import BY_DATE, Rule, Rulebook, load

COUNTS = ("good_days", "heavy_days", "days_used")
RANK, CHANGE = "composite_rank", "change_rate"
INDICATORS = (
    *SIX,
    "composite_index",
    *COUNTS,
    "aqi",
    *steps_of_more.RATIOS,
    *steps_of_more.SHARES,
    *steps_of_more.PERCENTILES,
    CHANGE,
    RANK,
)
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure and the steps that made it. `value` is the published text, None when there is none.

    `behind` are the store's versions it was read from, `rows` the rows themselves (with `rows=True`),
    `rulebook` the digest of every rule file, `rule_files` name and text of those laid over the packaged ones.
    """

    place: str
    name: str
    indicator: str
    period: Period
    level: str
    regime: str
    data_version: int
    source: str
    value: str | None
    unit: str
    step: Step
    marks: tuple[str, ...]
    rules: tuple[Rule, ...] = field(repr=False)
    asked_regime: str = ""
    rulebook: str = ""
    rule_files: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    groups: Mapping[str, str] | None = None
    day_list: DayList | None = None
    behind: tuple[Behind, ...] = field(default=(), repr=False)
    rows: tuple[Rows, ...] = field(default=(), repr=False)

    @property
    def verified(self) -> bool:
        """Whether every rule behind the figure was read in its document."""
        return all(rule.verified for rule in self.rules)

    def lines(self) -> Iterator[str]:
        """The explanation as indented text."""
        unit = f" {self.unit}" if self.unit else ""
        yield f"{self.indicator} of {self.name}, {self.period}: {self.value or 'none'}{unit}"
        yield f"regime {self.regime}, data version {self.data_version}, from {self.source}"
        yield from self.step.lines()

    def as_dict(self) -> dict[str, Any]:
        """The explanation as plain values, for JSON; `replay` recomputes it."""
        return {
            "format": FORMAT,
            "place": self.place,
            "name": self.name,
            "indicator": self.indicator,
            "period": self.period.label,
            "level": self.level,
            "regime": self.regime,
            "asked_regime": self.asked_regime or self.regime,
            "data_version": self.data_version,
            "source": self.source,
            "value": self.value,
            "unit": self.unit,
            "verified": self.verified,
            "marks": list(self.marks),
            "rulebook": self.rulebook,
            "rule_files": [{"name": name, "text": text} for name, text in self.rule_files],
            "groups": None if self.groups is None else dict(self.groups),
            "day_list": None if self.day_list is None else self.day_list.as_dict(),
            "behind": [version.as_dict() for version in self.behind],
            "step": self.step.as_dict(),
            "rows": [rows.as_dict() for rows in self.rows],
        }


@dataclass(frozen=True)
class _Asked:
    """What is asked besides place and period."""

    lake: Lake
    level: str
    regime: str
    groups: Mapping[str, str] | None
    version: int
    book: Rulebook
    day_list: DayList | None
    engine: str

    def under(self, regime: str) -> _Asked:
        return replace(self, regime=regime)

    def of(self, place: str, period: Period) -> _Found | None:
        """The days and the evaluation of the place, as `evaluate` has them."""
        # Of every place, since those days are kept for the next question; of one alone they are not.
        question = Question.of(self.lake, self.level, self.groups, None, self.version, engine=self.engine)
        whole = chosen_days(question, period, self.regime, self.book)
        key = find(place, _named(whole))
        if key is None:
            return None
        own = [
            replace(part, table=part.table.filter(pc.equal(part.table["key"], key))) for part in whole.parts
        ]
        chosen = Chosen([part for part in own if part.table.num_rows], whole.cut)
        question = replace(question, places=frozenset([key]))
        chosen = deducted(chosen, self.day_list, self.book, cities_of(question, self.book))
        found = evaluation_of(
            chosen,
            period,
            self.book,
            level=self.level,
            regime=self.regime,
            data_version=self.version,
            engine=self.engine,
        )
        if self.day_list is not None:
            found = marked(found, chosen, period, self.book)
        row = found.place(key)
        return None if row is None else _Found(question, chosen, found, row)

    def whole(self, period: Period) -> Evaluation:
        """The evaluation of every place."""
        return evaluate(
            self.lake, period, level=self.level, regime=self.regime, groups=self.groups, as_of=self.version,
            rulebook=self.book, day_list=self.day_list, engine=self.engine,
        )  # fmt: skip

    def names(self) -> dict[str, str | None]:
        """Every place of the level, with the name shown for it."""
        if self.level == "group":
            return dict.fromkeys((self.groups or {}).values())
        everything = Question.of(self.lake, self.level, self.groups, None, self.version)
        if self.level == "city":
            return dict.fromkeys(sorted(known_cities(everything)))
        kind = KINDS[STATION]
        if kind not in self.lake.kinds():
            return {}
        return {place.place: place.name for place in self.lake.places(kind, as_of=self.version)}


def _named(chosen: Chosen) -> dict[str, str | None]:
    names: dict[str, str | None] = {}
    for part in chosen.parts:
        grouped = part.table.group_by("key").aggregate([("name", "max")])
        names.update(zip(grouped["key"].to_pylist(), grouped["name_max"].to_pylist(), strict=True))
    return names


@dataclass(frozen=True)
class _Found:
    question: Question
    chosen: Chosen
    evaluation: Evaluation
    row: PlaceEvaluation


def explain(
    lake: Lake,
    place: str,
    indicator: str,
    period: Period,
    *,
    level: str = "city",
    regime: str = BY_DATE,
    groups: Mapping[str, str] | None = None,
    as_of: int | datetime | None = None,
    rulebook: Rulebook | None = None,
    day_list: DayList | None = None,
    engine: str = engines.DUCKDB,
    rows: bool = False,
) -> Explanation:
    """How one figure of one place came about.

    Parameters
    ----------
    place
        key or name of the place; 临汾市 and 临汾 are the same
    indicator
        so2, no2, pm10, pm2_5, co, o3_8h (statistics of the period; of a single day, its value),
        composite_index, good_days, heavy_days, days_used, good_days_ratio, heavy_days_ratio,
        load_share_pm2_5 and the like, pm2_5_percentile and the like (the other half of attainment),
        change_rate (of the index against the year before), composite_rank; aqi for a single day
    lake, period, level, regime, groups, as_of, day_list, engine
        as for `evaluate`
    rows
        take the rows of the store along, hour by hour, so that all can be recomputed from the answer alone

    Raises
    ------
    LantianError
        no such indicator or place (near names are listed), or `aqi` of more than a day

    Notes
    -----
    A change rate takes both years under one regime, the one of the period's last day.
    """
    if indicator not in INDICATORS:
        raise LantianError(
            f"'{indicator}' cannot be explained", remedy="Choose one of " + ", ".join(INDICATORS) + "."
        )
    if indicator == "aqi" and period.days > 1:
        raise LantianError("an AQI is that of one day", remedy="Ask for one day, such as 2019-06-15.")
    book = rulebook or load()
    version = Question.of(lake, level, groups, [place], as_of, engine=engine).version
    asked = _Asked(lake, level, regime, groups, version, book, day_list, engine)
    found = asked.of(place, period)
    if found is None:
        names = asked.names()
        near = nearest(place, names) if find(place, names) is None else "Check the period."
        raise LantianError(f"there is nothing of '{place}' at the level '{level}' in {period}", remedy=near)
    step, regime_used = _step(asked, found, indicator, period)
    kinds = list(dict.fromkeys(KINDS[part.origin] for part in found.chosen.parts))
    return Explanation(
        place=found.row.place,
        name=found.row.name,
        indicator=indicator,
        period=period,
        level=level,
        regime=regime_used,
        data_version=version,
        source=found.evaluation.source,
        value=step.value,
        unit="" if indicator in COUNTS else step.unit,
        step=step,
        marks=found.row.marks,
        rules=step.every_rule(),
        asked_regime=regime,
        rulebook=book.digest,
        rule_files=tuple((file.name, file.read_text("utf-8")) for file in book.extra),
        groups=groups,
        day_list=None if day_list is None else day_list.within(period.first, period.last),
        behind=behind(lake, kinds, period, version),
        rows=rows_behind(found.question, found.chosen, found.row.place, period) if rows else (),
    )


def _step(asked: _Asked, found: _Found, indicator: str, period: Period) -> tuple[Step, str]:
    """The step of the indicator, and the regime its figure follows."""
    regime = found.evaluation.regime
    if indicator == CHANGE:
        return _change(asked.under(regime), found.row.place, period), regime
    day = indicator == "aqi" or (period.days == 1 and indicator in SIX)
    if day:
        return steps_of_day.explained(found.question, found.chosen, found.row.place, indicator), regime
    return _of_period(asked, found, indicator, period), regime


def _of_period(asked: _Asked, found: _Found, indicator: str, period: Period) -> Step:
    chosen, row = found.chosen, found.row
    rules = PeriodRules.of(asked.book, asked.regime, period.last)
    ground = steps_of_more.Ground(asked.book, rules, period.last)
    if indicator in COUNTS:
        step = steps_of_period.count(chosen, row, indicator)
    elif indicator in steps_of_more.RATIOS:
        step = steps_of_more.ratio(chosen, row, indicator, ground)
    elif indicator in steps_of_more.PERCENTILES:
        step = steps_of_more.other_percentile(chosen, indicator, ground)
    elif indicator in SIX:
        step = steps_of_period.statistic(chosen, row, indicator, rules)
    else:
        step = steps_of_period.composite(chosen, row, rules)
        if indicator in steps_of_more.SHARES:
            step = steps_of_more.load_share(row, indicator, step, ground)
        elif indicator == RANK:
            whole = asked.whole(period)
            step = steps_of_more.rank(whole, whole.place(row.place) or row, step)
    return step


def _change(asked: _Asked, place: str, period: Period) -> Step:
    steps = []
    for span in (period, period.previous_year()):
        found = asked.of(place, span)
        rules = PeriodRules.of(asked.book, asked.regime, span.last)
        if found is None:
            steps.append(Step("composite_index", span.label, "", None))
        else:
            whole = steps_of_period.composite(found.chosen, found.row, rules)
            steps.append(whole.about(span.label))
    rules = PeriodRules.of(asked.book, asked.regime, period.last)
    return steps_of_more.change_rate(
        steps[0], steps[1], place, steps_of_more.Ground(asked.book, rules, period.last)
    )
