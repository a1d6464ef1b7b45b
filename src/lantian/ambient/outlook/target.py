"""A target: an indicator, which side of which value, over which period."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from lantian.ambient.outlook.arrays import Flags, Floats
from lantian.ambient.outlook.finals import INDICATORS
from lantian.ambient.period import Period
from lantian.ambient.ranking.line import Line
from lantian.errors import LantianError

RANK = "composite_rank"
EXIT_LAST = "exit-last"
NAMES = (*INDICATORS, RANK)
SIGNS = {"<=": "<=", "≤": "<=", "<": "<", ">=": ">=", "≥": ">=", ">": ">"}


@dataclass(frozen=True, slots=True)
class Target:
    """`pm2_5 <= 35` over 2025. `value` None: nothing is judged, the outlook tells the final figure only.

    `indicator` is one of so2 no2 pm10 pm2_5 co o3_8h composite_index good_days heavy_days good_days_ratio
    heavy_days_ratio composite_rank. A rank is judged in a pool; its comparator may be `exit-last`: out of the
    last `value` ranks.
    """

    indicator: str
    comparator: str
    value: Decimal | None
    period: Period

    def __post_init__(self) -> None:
        if self.indicator not in NAMES:
            raise LantianError(
                f"there is no outlook for '{self.indicator}'", remedy="Choose " + ", ".join(NAMES) + "."
            )
        leaving = self.comparator == EXIT_LAST and self.indicator == RANK
        if self.comparator not in ("<=", "<", ">=", ">") and not leaving:
            raise LantianError(
                f"'{self.comparator}' compares nothing", remedy="Write <=, <, >= or > before the value."
            )
        if self.value is not None and not self.value.is_finite():
            raise LantianError(f"the target is {self.value}", remedy="Write a number, for example <=35.")

    @classmethod
    def parse(cls, indicator: str, text: str | None, period: Period | str) -> Target:
        """Read `<=35`, `≤ 35`, `>=285`; a bare number takes the side that is better.

        Of a rank also `exit-last-10` (退出后10位) and `top-30` (前30).

        Raises
        ------
        LantianError
            another form, or no such indicator
        """
        span = Period.parse(period) if isinstance(period, str) else period
        better = ">=" if indicator.startswith("good_days") else "<="
        if text is None:
            return cls(indicator, better, None, span)
        if indicator == RANK and not re.match(r"\s*[<≤\d]", text):
            line = Line.parse(text)
            return cls(indicator, EXIT_LAST if line.kind == "last" else "<=", Decimal(line.number), span)
        match = re.fullmatch(r"\s*(<=|>=|<|>|≤|≥|)\s*(\d+(?:\.\d+)?)\s*%?\s*", text)
        if match is None:
            raise LantianError(f"'{text}' is not a target", remedy="Write it like '<=35' or '>=285'.")
        return cls(indicator, SIGNS.get(match[1], better), Decimal(match[2]), span)

    @property
    def text(self) -> str:
        """`<=35`; the text that `parse` reads back."""
        if self.comparator == EXIT_LAST:
            return f"{EXIT_LAST}-{self.value}"
        return "" if self.value is None else f"{self.comparator}{self.value}"

    @property
    def bound(self) -> Decimal:
        """The value. Raises LantianError where there is none to judge by."""
        if self.value is None:
            raise LantianError(f"the target of {self.indicator} has no value", remedy="Write it like '<=35'.")
        return self.value

    def met(self, figure: Decimal) -> bool:
        """Whether a published figure attains the target."""
        if self.comparator == "<=":
            return figure <= self.bound
        if self.comparator == "<":
            return figure < self.bound
        return figure >= self.bound if self.comparator == ">=" else figure > self.bound

    def met_by(self, figures: Floats) -> Flags:
        """The same of many figures, which have at most three decimals."""
        bound = float(self.bound)
        close = 1e-6  # far below the last published digit, far above what a float may be off
        if self.comparator == "<=":
            return figures <= bound + close
        if self.comparator == "<":
            return figures < bound - close
        return figures >= bound - close if self.comparator == ">=" else figures > bound + close
