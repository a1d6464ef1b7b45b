"""The rules of a period's statistics: which, to how many decimals, from how many days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lantian.ambient.composite import CompositeRules
from lantian.ambient.period import Period
from lantian.ambient.rules import SIX
from lantian.rulebook import BY_DATE, Rule, Rulebook


@dataclass(frozen=True)
class PeriodRules:
    """The rules of a period's statistics, those of its last day."""

    regime: str
    percents: dict[str, int]
    means: tuple[str, ...]
    decimals: dict[str, int]
    min_days: int
    min_month: int
    min_february: int
    composite: CompositeRules
    rules: tuple[Rule, ...]

    @classmethod
    def of(cls, book: Rulebook, regime: str, on: date) -> PeriodRules:
        used: list[Rule] = []

        def ask(path: str) -> Rule:
            used.append(book.rule(f"ambient.{path}", on=on, regime=regime))
            return used[-1]

        methods = {str(item): str(method) for item, method in ask("composite.items").table.items()}
        ask("statistics.percentile_method")
        composite = CompositeRules.of(book, regime=regime, on=on)
        return cls(
            regime=regime if regime != BY_DATE else book.regime_on(on),
            percents={
                item: ask(f"statistics.percent.{item}").integer for item in SIX if methods[item] != "mean"
            },
            means=tuple(item for item in SIX if methods[item] == "mean"),
            decimals={str(k): int(v) for k, v in ask("statistics.decimals.statistics").table.items()},
            min_days=ask("validity.year.min_days").integer,
            min_month=ask("validity.month.min_days").integer,
            min_february=ask("validity.month.min_days_february").integer,
            composite=composite,
            rules=(*used, *composite.rules),
        )

    def shortage(
        self, n: int, item: str, period: Period, months: Mapping[tuple[int, int], Mapping[str, int]]
    ) -> str | None:
        """Why `n` days are too few for a statistic, or None; `months`: days by month and item."""
        if n == 0:
            return "no_days"
        if period.kind == "year" and n < self.min_days:
            return "too_few_days"
        if period.kind in ("day", "range"):
            return None
        for year, month in period.months():
            needed = self.min_february if month == 2 else self.min_month
            if months.get((year, month), {}).get(item, 0) < needed:
                return (
                    "too_few_days" if period.kind == "month" else f"too_few_days_in_month:{year}-{month:02}"
                )
        return None
