"""Hours and days against the limits that hold on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from lantian.telemetry.judgement.limits import DAY_MEAN, HOUR_MEAN, Limit, limits_on
from lantian.telemetry.validity.exact import half_even, text
from lantian.telemetry.validity.records import DayValue, HourValue
from lantian.telemetry.validity.rules import DayRules, Rules, local_day, midnight
from lantian.telemetry.validity.steps import Step, rounding

EXCEEDED, APPROACHING, EXEMPT, OVER_RANGE = "exceeded", "approaching", "exempt", "over_range"
RATIO_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Exceedance:
    """One hour or day against one limit.

    Attributes
    ----------
    state
        exceeded (counts); approaching (near the limit); exempt (above it, but marked: listed, not counted);
        over_range (a lower bound above it: an alarm, not counted)
    time
        start of the hour or of the local day, UTC
    value, limit
        rounded half-even to the decimals of the comparison, in the limit's unit; `exact` unrounded
    ratio
        value / limit, three decimals; `over` is how much of the limit it lies above (超标倍数)
    strictest
        whether no other limit of that time is stricter
    marks
        kinds of marks that exempt it
    """

    outlet: str
    factor: str
    averaging: str
    basis: str
    time: datetime
    state: str
    value: Decimal
    exact: Fraction
    limit: Limit
    strictest: bool
    marks: tuple[str, ...] = ()

    @property
    def ratio(self) -> Decimal:
        """Times the limit, three decimals."""
        return half_even(Fraction(self.value) / Fraction(self.limit.value), RATIO_DECIMALS)

    @property
    def over(self) -> Decimal:
        """How far above the limit, in limits (超标倍数), three decimals."""
        return self.ratio - 1

    @property
    def day(self) -> date:
        """The local day."""
        return local_day(self.time)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What alarms are merged by: outlet, factor, basis, averaging."""
        return self.outlet, self.factor, self.basis, self.averaging


@dataclass(frozen=True, slots=True)
class Tally:
    """Hours or days under one basis."""

    judged: int = 0
    exceeded: int = 0
    approaching: int = 0
    exempt: int = 0
    over_range: int = 0
    strictest: int = 0


@dataclass(frozen=True)
class Judgement:
    """One factor of one outlet, hours or days, against all its limits.

    `rows` are the exceedances that count, `others` those that do not (exempt, over range) and near ones;
    `tallies` per basis; `normal` per basis the times judged and within the limit; `unlimited` how many judged
    values no limit holds for; `not_judged` values without a valid converted mean.
    """

    outlet: str
    factor: str
    averaging: str
    rows: tuple[Exceedance, ...]
    others: tuple[Exceedance, ...]
    tallies: dict[str, Tally]
    normal: dict[str, tuple[datetime, ...]] = field(repr=False)
    unlimited: int = 0
    not_judged: int = 0

    @property
    def times(self) -> int:
        """Hours or days above at least one limit."""
        return len({row.time for row in self.rows})

    @property
    def signals(self) -> tuple[Exceedance, ...]:
        """What alarms are made of: exceeded, over range and near, in order of time."""
        others = [row for row in self.others if row.state != EXEMPT]
        return tuple(sorted([*self.rows, *others], key=lambda row: (row.time, row.basis)))


def judge(
    values: Iterable[HourValue | DayValue],
    limits: Sequence[Limit],
    rules: Rules | None = None,
    *,
    outlet: str = "",
) -> Judgement:
    """Compare the hours, or the days, of one factor with the limits that hold on them.

    Parameters
    ----------
    values
        of one factor, all hours (`hours`) or all days (`days`)
    limits
        of the outlet; other factors and averagings among them are passed over. Each basis is judged by its
        own, the strictest of the time is told.

    Notes
    -----
    Converted values count. A value is rounded half-even to the decimals of the limit, then compared: above
    is exceeded. Hours exempt by a mark are not counted; those above a limit are listed.
    """
    rules = rules or Rules()
    given = list(values)
    averaging = DAY_MEAN if given and isinstance(given[0], DayValue) else HOUR_MEAN
    factor = given[0].factor if given else ""
    made = _Judging(outlet, factor, averaging, rules)
    mine = [one for one in limits if one.factor == factor and one.averaging == averaging]
    for value in given:
        made.take(value, mine)
    return made.answer()


@dataclass
class _Judging:
    outlet: str
    factor: str
    averaging: str
    rules: Rules
    rows: list[Exceedance] = field(default_factory=list)
    others: list[Exceedance] = field(default_factory=list)
    normal: dict[str, list[datetime]] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    unlimited: int = 0
    not_judged: int = 0
    _holding: dict[date, list[Limit]] = field(default_factory=dict)

    def take(self, value: HourValue | DayValue, limits: Sequence[Limit]) -> None:
        day, time, marks, judged = _of(value)
        if day not in self._holding:
            self._holding[day] = limits_on(limits, self.factor, self.averaging, day)
        holding = self._holding[day]
        exact = value.converted_exact
        bound = None
        if isinstance(value, HourValue) and not judged:
            bound = value.bound if value.bound_converted is None else value.bound_converted
        if exact is None and bound is None:
            self.not_judged += 1
            return
        if not holding:
            self.unlimited += 1
            return
        rules = self.rules.on(day)
        for position, limit in enumerate(holding):
            state, shown, number = self._against(limit, exact, bound, rules, judged=judged)
            count = self.counts.setdefault(limit.basis, dict.fromkeys(Tally.__dataclass_fields__, 0))
            count["judged"] += judged
            if state is None:
                if judged:
                    self.normal.setdefault(limit.basis, []).append(time)
                continue
            count[state] += 1
            first = position == 0
            count["strictest"] += first and state == EXCEEDED
            row = Exceedance(
                self.outlet or limit.outlet, self.factor, self.averaging, limit.basis, time, state, shown,
                number, limit, first, marks,
            )  # fmt: skip
            (self.rows if state == EXCEEDED else self.others).append(row)

    def _against(
        self, limit: Limit, exact: Fraction | None, bound: Fraction | None, rules: DayRules, *, judged: bool
    ) -> tuple[str | None, Decimal, Fraction]:
        number = (exact if exact is not None else bound or Fraction(0)) / limit.per_unit(rules)
        shown = half_even(number, limit.rounds_to(rules))
        if shown > limit.value:
            if exact is None:
                return OVER_RANGE, shown, number
            return (EXCEEDED if judged else EXEMPT), shown, number
        near = Fraction(shown) * 100 >= Fraction(limit.value) * rules.number("judgement.approaching")
        return (APPROACHING if judged and near else None), shown, number

    def answer(self) -> Judgement:
        return Judgement(
            self.outlet, self.factor, self.averaging, tuple(self.rows), tuple(self.others),
            {basis: Tally(**count) for basis, count in sorted(self.counts.items())},
            {basis: tuple(times) for basis, times in sorted(self.normal.items())},
            self.unlimited, self.not_judged,
        )  # fmt: skip


def _of(value: HourValue | DayValue) -> tuple[date, datetime, tuple[str, ...], bool]:
    """Local day, start in UTC, exempting marks, and whether it is judged."""
    if isinstance(value, DayValue):
        return value.date, midnight(value.date).astimezone(UTC), (), value.judged
    return local_day(value.time), value.time, value.exempt, value.judged


def explain_exceedance(row: Exceedance, rules: Rules | None = None) -> Step:
    """Why a value is or is not above a limit."""
    day = (rules or Rules()).on(row.day)
    cited = (day.rule("judgement.extra_decimals"),)
    sign = ">" if row.value > row.limit.value else "≤"
    return Step(
        "exceedance", f"{row.factor} {row.time.isoformat()}",
        f"{text(row.exact)} → {row.value} {sign} {row.limit.value} ({row.basis}, {row.limit.document})",
        row.state, row.limit.unit, rounding(row.exact, row.value), cited,
        data={"exact": str(row.exact), "limit": str(row.limit.value), "ratio": str(row.ratio)},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """Share of the judged hours within the limit of a basis [%], against what is wanted."""

    basis: str
    within: int
    judged: int
    least: Decimal
    share: Decimal | None
    met: bool | None
    step: Step


def share_within(judgement: Judgement, rules: Rules | None = None, *, on: date) -> Share:
    """The share of hours within the basis the rule names (ultra-low, 95 % of the valid hours of a month).

    None where nothing was judged: an outlet that stood still neither meets nor misses it.
    """
    day = (rules or Rules()).on(on)
    rule = day.rule("judgement.share")
    basis, least = str(rule.table["basis"]), Decimal(rule.table["least"])
    tally = judgement.tallies.get(basis, Tally())
    within = tally.judged - tally.exceeded
    exact = Fraction(100 * within, tally.judged) if tally.judged else None
    shown = None if exact is None else half_even(exact, day.decimals("rate"))
    step = Step(
        "share", f"{judgement.factor} {basis}", f"{within} / {tally.judged}",
        None if shown is None else str(shown), "%",
        "" if exact is None or shown is None else rounding(exact, shown), (rule,),
    )  # fmt: skip
    return Share(basis, within, tally.judged, least, shown, None if exact is None else exact >= least, step)
