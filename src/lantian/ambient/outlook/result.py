"""What an outlook answers, in plain records."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from lantian.ambient.outlook.target import Target
from lantian.rulebook import Rule


@dataclass(frozen=True, slots=True)
class MonthNeed:
    """One month (or its rest): its remaining days, their mean in past years, and the mean they must hold."""

    month: str
    days: int
    past: Decimal | None
    mean: Decimal | None


@dataclass(frozen=True, slots=True)
class Needs:
    """What the remaining days must bring for the target to be attained.

    `mean`: the mean they must hold, rounded to the safe side, of a target on a mean; `past_mean` what the
    same days of past years held; `months` the same by month, spread as past years were. `days`: of a
    percentile, how many days above `level` may still come; of good days, how many must; of heavy days, how
    many may. Negative: already too many. `factor`: by what the days of past years must be multiplied.
    `index_line`: of a rank, the largest index that would do, in the middle case. Every remaining day is
    taken to have a value.
    """

    mean: Decimal | None = None
    past_mean: Decimal | None = None
    months: tuple[MonthNeed, ...] = ()
    days: int | None = None
    level: Decimal | None = None
    factor: Decimal | None = None
    index_line: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PastYear:
    """The same figure in a past year, under the same rules: up to the same day, and in the end."""

    label: str
    to_date: Decimal | None
    final: Decimal | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The outlook of one target at one place.

    `to_date` is the figure that `evaluate` gives for the days known. `probability` that the published final
    figure attains the target, with the 90 % interval that our knowledge of the method's parameters leaves;
    None without a target or when nothing can be computed (`why`). `decided` True or False when no remaining
    day can change it. `final` are quantiles of the final figure in percent: 2.5, 10, 25, 50, 75, 90, 97.5.
    `assumptions` are codes, see `lantian.ambient.outlook.words`; `marks` those of the evaluation to date.
    """

    place: str
    name: str
    target: Target
    as_of_day: date
    regime: str
    data_version: int | None
    unit: str
    to_date: Decimal | None
    days_known: int
    days_remaining: int
    probability: float | None
    probability_interval: tuple[float, float] | None
    decided: bool | None
    final: dict[str, Decimal]
    needs: Needs
    past_years: tuple[PastYear, ...]
    assumptions: tuple[str, ...]
    marks: tuple[str, ...]
    why: str | None
    rules: tuple[Rule, ...] = ()

    def interval(self, percent: int) -> tuple[Decimal, Decimal]:
        """The 50, 80 or 95 percent interval of the final figure; KeyError where `final` is empty."""
        low, high = {50: ("25", "75"), 80: ("10", "90"), 95: ("2.5", "97.5")}[percent]
        return self.final[low], self.final[high]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON and templates: figures as numbers, days as text."""
        target = self.target
        plain: dict[str, Any] = {
            "place": self.place,
            "name": self.name,
            "indicator": target.indicator,
            "target": target.text or None,
            "period": target.period.label,
            "as_of_day": self.as_of_day.isoformat(),
            "regime": self.regime,
            "data_version": self.data_version,
            "unit": self.unit,
            "to_date": _plain(self.to_date),
            "days_known": self.days_known,
            "days_remaining": self.days_remaining,
            "probability": None if self.probability is None else round(self.probability, 4),
            "probability_interval": self.probability_interval
            and [round(edge, 4) for edge in self.probability_interval],
            "decided": self.decided,
            "final": {key: _plain(value) for key, value in self.final.items()},
            "needs": _plain(asdict(self.needs)),
            "past_years": [_plain(asdict(year)) for year in self.past_years],
            "assumptions": list(self.assumptions),
            "marks": list(self.marks),
            "why": self.why,
        }
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value.as_tuple().exponent == 0 else float(value)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
