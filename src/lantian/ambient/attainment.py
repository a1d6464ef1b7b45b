"""Attainment (达标评价): the statistics of a place against the limits of a grade, and its days.

What is printed and what is judged differ: PM2.5 of 35.4 is printed 35.4 and judged as 35. Both, and the exact
value, stay side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Unpack

from lantian.ambient.asking import Asked, book_of, days_asked, engine_of, named_regime
from lantian.ambient.day_attainment import DayCounts, day_counts
from lantian.ambient.evaluation import evaluate
from lantian.ambient.exact import half_even
from lantian.ambient.percentiles import percentiles
from lantian.ambient.period import Period
from lantian.ambient.records import Evaluation, PlaceEvaluation, Statistic
from lantian.ambient.rules import distinct
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import BY_DATE, Rule, Rulebook

TREE = "ambient.attainment"
VARIANTS = ("full", "bulletin")
GRADES = (1, 2)


@dataclass(frozen=True, slots=True)
class Check:
    """One statistic against one limit.

    `averaging` is year, day or mda8: whose limit. `statistic` as printed; `evaluated` the same value at
    evaluation decimals, from the unrounded one, which is what is judged [µg/m³; CO mg/m³]. `attained` None:
    there is no value. `multiple`: how many times the limit it is above it (超标倍数), None when it is not.
    """

    item: str
    averaging: str
    statistic: Statistic
    evaluated: Decimal | None
    limit: Decimal
    attained: bool | None
    multiple: Decimal | None


@dataclass(frozen=True, slots=True)
class PlaceAttainment:
    """Whether a place attains.

    `attained`: every item does; False as soon as one does not; None while an item has no value and none is
    above. `valid`: every statistic has the days it needs; `why` says per statistic what is short.
    """

    place: str
    name: str
    checks: tuple[Check, ...]
    days: DayCounts
    rate: Decimal | None
    evaluation: PlaceEvaluation

    @property
    def items(self) -> dict[str, bool | None]:
        """Whether each item attains: all its checks do."""
        found: dict[str, list[bool | None]] = {}
        for check in self.checks:
            found.setdefault(check.item, []).append(check.attained)
        return {item: _all(answers) for item, answers in found.items()}

    @property
    def attained(self) -> bool | None:
        return _all(self.items.values())

    @property
    def valid(self) -> bool:
        return not self.why

    @property
    def why(self) -> dict[str, str]:
        """What is short, by item and averaging: `{"o3_8h mda8": "too_few_days"}`."""
        return {
            f"{check.item} {check.averaging}": check.statistic.why
            for check in self.checks
            if check.statistic.why
        }

    @property
    def exceeding(self) -> tuple[str, ...]:
        """Items that do not attain."""
        return tuple(item for item, answer in self.items.items() if answer is False)


@dataclass(frozen=True, slots=True)
class Attainment:
    """The attainment of every place of a level in a period; `marks` hold for all of them."""

    period: Period
    level: str
    regime: str
    grade: int
    variant: str
    data_version: int
    source: str
    rows: list[PlaceAttainment]
    marks: tuple[str, ...]
    rules: tuple[Rule, ...] = field(repr=False)

    @property
    def attaining(self) -> int:
        """How many places attain."""
        return sum(row.attained is True for row in self.rows)


def evaluate_attainment(
    lake: Lake, period: Period, *, grade: int = 2, variant: str = "full", **asked: Unpack[Asked]
) -> Attainment:
    """Whether each place attains the limits of a grade in a period.

    Parameters
    ----------
    lake, period
        as for `evaluate`, and so are `level`, `regime`, `groups`, `places`, `as_of`, `rulebook`, `day_list`,
        `engine`
    grade
        1 (class 1 zones) or 2 (class 2 zones; a city attains by grade 2)
    variant
        `full`: annual mean and 24-hour percentile of SO2, NO2 (98th), PM10, PM2.5 (95th), CO 95th, O3 90th.
        `bulletin`: means of the four, CO 95th, O3 90th

    Raises
    ------
    LantianError
        no such grade or variant; else as `evaluate`

    Notes
    -----
    GB 3095 table 1, HJ 663-2013 and 2026 (decimals: HJ 663-2026 table 3). Limits of the year are meant for
    years: another period bears the mark `not_a_year`. Statistics follow the regime of the period's last day,
    days each their own, unless one regime is named.
    """
    if grade not in GRADES or variant not in VARIANTS:
        raise LantianError(
            f"there is no attainment by grade {grade}, variant '{variant}'",
            remedy="Choose grade 1 or 2, variant full or bulletin.",
        )
    book = book_of(asked)
    found = evaluate(lake, period, **asked)
    chosen = days_asked(lake, period, asked)
    regime = named_regime(period, asked)
    checks = _Checks.of(book, period, regime, grade, variant)
    more: dict[str, dict[str, Statistic]] = {}
    if checks.percents:
        more = percentiles(chosen, checks.percents, found, checks.printed, engine=engine_of(asked))
    counts, day_rules = day_counts(chosen, book, grade=grade, regime=asked.get("regime", BY_DATE))
    rows = [
        _place(row, checks, more.get(row.place, {}), counts.get(row.place, DayCounts())) for row in found.rows
    ]
    return Attainment(
        period=period,
        level=found.level,
        regime=regime,
        grade=grade,
        variant=variant,
        data_version=found.data_version,
        source=found.source,
        rows=sorted(rows, key=lambda row: row.place),
        marks=() if period.kind == "year" else ("not_a_year",),
        rules=distinct([*found.rules, *checks.rules, *day_rules]),
    )


def statistics_of(
    found: Evaluation, more: Mapping[str, Statistic], row: PlaceEvaluation
) -> dict[str, Statistic]:
    """Means and percentiles of a row by name: `so2`, `so2_percentile` …, `co_percentile`."""
    named = {
        item if statistic.method == "mean" else f"{item}_percentile": statistic
        for item, statistic in row.statistics.items()
    }
    return {**named, **{f"{item}_percentile": statistic for item, statistic in more.items()}}


@dataclass(frozen=True)
class _Checks:
    """What is held against what."""

    rows: tuple[tuple[str, str, str, Decimal], ...]
    percents: dict[str, int]
    decimals: Mapping[str, int]
    printed: Mapping[str, int]
    multiple_exact: bool
    rules: tuple[Rule, ...]

    @classmethod
    def of(cls, book: Rulebook, period: Period, regime: str, grade: int, variant: str) -> _Checks:
        used: list[Rule] = []

        def ask(path: str) -> Rule:
            used.append(book.rule(f"ambient.{path}", on=period.last, regime=regime))
            return used[-1]

        rows = []
        for row in ask(f"attainment.checks.{variant}").rows:
            limit = ask(f"limits.{row['limit']}.grade_{grade}").number
            rows.append((str(row["item"]), str(row["statistic"]), str(row["limit"]).partition(".")[2], limit))
        means = {item for item, method in ask("composite.items").table.items() if method == "mean"}
        wanted = [item for item, statistic, _, _ in rows if statistic == "percentile" and item in means]
        return cls(
            rows=tuple(rows),
            percents={item: ask(f"statistics.percent.{item}").integer for item in wanted},
            decimals={str(k): int(v) for k, v in ask("statistics.decimals.evaluation").table.items()},
            printed={str(k): int(v) for k, v in ask("statistics.decimals.statistics").table.items()},
            multiple_exact=ask("attainment.multiple").text == "exact",
            rules=tuple(used),
        )


def _place(
    row: PlaceEvaluation, checks: _Checks, more: Mapping[str, Statistic], days: DayCounts
) -> PlaceAttainment:
    found = []
    for item, kind, averaging, limit in checks.rows:
        statistic = more.get(item, row.statistics[item]) if kind == "percentile" else row.statistics[item]
        exact = statistic.unrounded
        evaluated = None if exact is None else half_even(exact, checks.decimals[item])
        multiple = None
        if exact is not None and evaluated is not None and evaluated > limit:
            value = exact if checks.multiple_exact else Fraction(evaluated)
            multiple = half_even(value / Fraction(limit) - 1, checks.decimals["exceed_multiple"])
        found.append(
            Check(
                item=item,
                averaging=averaging,
                statistic=statistic,
                evaluated=evaluated,
                limit=limit,
                attained=None if evaluated is None else evaluated <= limit,
                multiple=multiple,
            )
        )
    rate = days.rate(checks.decimals["attainment_rate"])
    return PlaceAttainment(row.place, row.name, tuple(found), days, rate, row)


def _all(answers: Iterable[bool | None]) -> bool | None:
    told = list(answers)
    if False in told:
        return False
    return None if None in told or not told else True
