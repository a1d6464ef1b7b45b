"""Why a figure is what it is: every step from the hours to the digit, with rule, rounding and what was
refused.

The explanation reads the same days and the same rules as `evaluate` and ends with the same digits; where it
did not, it would raise rather than tell another story.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lantian.ambient import steps_of_day, steps_of_period
from lantian.ambient.choosing import chosen_days
from lantian.ambient.evaluation import evaluate
from lantian.ambient.period import Period
from lantian.ambient.period_rules import PeriodRules
from lantian.ambient.rules import SIX, UNITS
from lantian.ambient.sources import Question
from lantian.ambient.steps import Step
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import BY_DATE, Rule, Rulebook, load

COUNTS = ("good_days", "heavy_days", "days_used")
INDICATORS = (*SIX, "composite_index", *COUNTS, "aqi")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure and the steps that made it. `value` is the published text, None when there is none."""

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
        """The explanation as plain values, for JSON."""
        return {
            "place": self.place,
            "name": self.name,
            "indicator": self.indicator,
            "period": self.period.label,
            "level": self.level,
            "regime": self.regime,
            "data_version": self.data_version,
            "source": self.source,
            "value": self.value,
            "unit": self.unit,
            "verified": self.verified,
            "marks": list(self.marks),
            "step": self.step.as_dict(),
        }


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
) -> Explanation:
    """How one figure of one place came about.

    Parameters
    ----------
    place
        key of the place, as in `evaluate`
    indicator
        so2, no2, pm10, pm2_5, co, o3_8h (statistics of the period; of a single day, its value),
        composite_index, good_days, heavy_days, days_used; aqi for a single day
    lake, period, level, regime, groups, as_of
        as for `evaluate`

    Raises
    ------
    LantianError
        no such indicator or place, or `aqi` of more than a day
    """
    if indicator not in INDICATORS:
        raise LantianError(
            f"'{indicator}' cannot be explained", remedy="Choose one of " + ", ".join(INDICATORS) + "."
        )
    if indicator == "aqi" and period.days > 1:
        raise LantianError("an AQI is that of one day", remedy="Ask for one day, such as 2019-06-15.")
    book = rulebook or load()
    question = Question.of(lake, level, groups, [place], as_of)
    chosen = chosen_days(question, period, regime, book)
    evaluation = evaluate(
        lake, period, level=level, regime=regime, groups=groups, places=[place], as_of=question.version,
        rulebook=book,
    )  # fmt: skip
    row = evaluation.place(place)
    if row is None or not chosen.parts:
        raise LantianError(
            f"there is nothing of '{place}' at the level '{level}' in {period}",
            remedy="Check place and period.",
        )
    if indicator == "aqi" or (period.days == 1 and indicator in SIX):
        step = steps_of_day.explained(question, chosen, place, indicator)
    elif indicator == "composite_index":
        step = steps_of_period.composite(chosen, row, PeriodRules.of(book, regime, period.last))
    elif indicator in COUNTS:
        step = steps_of_period.count(chosen, row, indicator)
    else:
        step = steps_of_period.statistic(chosen, row, indicator, PeriodRules.of(book, regime, period.last))
    return Explanation(
        place=place,
        name=row.name,
        indicator=indicator,
        period=period,
        level=level,
        regime=evaluation.regime,
        data_version=evaluation.data_version,
        source=evaluation.source,
        value=step.value,
        unit=UNITS.get(indicator, ""),
        step=step,
        marks=row.marks,
        rules=step.every_rule(),
    )
