"""The limits of an outlet: dated, on several bases; and those a kind of source starts from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lantian.errors import LantianError
from lantian.rulebook import Rule
from lantian.telemetry.validity.exact import decimals_of
from lantian.telemetry.validity.rules import DayRules, Rules, amount

HOUR_MEAN, DAY_MEAN = "hour", "day"
BASES = ("standard", "local", "ultra_low", "permit", "grade")


@dataclass(frozen=True, slots=True)
class Limit:
    """What an outlet may emit of a factor, on one basis, from a day to a day (both included).

    Parameters
    ----------
    outlet, factor
        as the caller names the outlet; canonical code
    basis
        standard, local, ultra_low, permit or grade
    value, unit
        at reference oxygen where the outlet has one
    averaging
        hour or day
    valid_from, valid_to
        local days; None: open
    decimals
        decimals a value is rounded to before it is compared; None: those the value has without trailing
        zeros, and as many more as `telemetry.judgement.extra_decimals` says
    verified
        whether its value was checked against its document
    """

    outlet: str
    factor: str
    basis: str
    value: Decimal
    unit: str = "mg/m³"
    averaging: str = HOUR_MEAN
    valid_from: date | None = None
    valid_to: date | None = None
    document: str = ""
    decimals: int | None = None
    verified: bool = True

    def holds_on(self, day: date) -> bool:
        """Whether it holds on a local day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )

    def rounds_to(self, rules: DayRules) -> int:
        """Decimals of the comparison, in the limit's own unit."""
        if self.decimals is not None:
            return self.decimals
        return decimals_of(self.value) + rules.rule("judgement.extra_decimals").integer

    def per_unit(self, rules: DayRules) -> Fraction:
        """How many mg/m³ one of the limit's unit is.

        Raises
        ------
        LantianError
            a unit the rulebook does not know
        """
        table = rules.table("judgement.units")
        if self.unit not in table:
            raise LantianError(
                f"the limit of {self.factor} is in {self.unit}",
                remedy="Write it in one of " + ", ".join(table) + ".",
            )
        return amount(table[self.unit])


def limits_on(limits: Iterable[Limit], factor: str, averaging: str, day: date) -> list[Limit]:
    """The limits of a factor that hold on a local day, the strictest of each basis, strictest first."""
    found: dict[str, Limit] = {}
    for limit in limits:
        if limit.factor == factor and limit.averaging == averaging and limit.holds_on(day):
            other = found.get(limit.basis)
            if other is None or limit.value < other.value:
                found[limit.basis] = limit
    return sorted(found.values(), key=lambda limit: (limit.value, limit.basis))


@dataclass(frozen=True, slots=True)
class SourceLimits:
    """What one document sets for a kind of source, out of the rulebook."""

    code: str
    basis: str
    zh: str
    en: str
    reference_o2: Decimal | None
    values: dict[str, Decimal]
    rule: Rule

    def limits(self, outlet: str, *, valid_from: date | None = None) -> list[Limit]:
        """The same as limits of an outlet."""
        return [
            Limit(
                outlet, factor, self.basis, value, self.rule.unit, valid_from=valid_from,
                document=self.rule.in_language("zh").citation, verified=self.rule.verified,
            )
            for factor, value in self.values.items()
        ]  # fmt: skip


def source_limits(rules: Rules, day: date) -> list[SourceLimits]:
    """Every kind of source whose limits the rulebook knows on a day (`telemetry.limits`)."""
    found = []
    for path in rules.book.paths("telemetry.limits."):
        if not any(rule.valid_from is None or rule.valid_from <= day for rule in rules.book.history(path)):
            continue
        rule = rules.book.rule(path, on=day)
        _, _, basis, code = path.split(".", 3)
        table = dict(rule.table)
        zh, en, oxygen = table.pop("zh"), table.pop("en"), table.pop("reference_o2")
        values = {factor: Decimal(value) for factor, value in table.items()}
        base = None if oxygen is None else Decimal(oxygen)
        found.append(SourceLimits(code, basis, str(zh), str(en), base, values, rule))
    return found
