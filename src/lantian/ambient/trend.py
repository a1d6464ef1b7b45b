"""Trend over periods: Spearman's rank correlation with time, against its critical value (变化趋势)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Unpack

from lantian.ambient.asking import Asked, book_of, named_regime, under
from lantian.ambient.evaluation import evaluate
from lantian.ambient.exact import Number, exact, half_even
from lantian.ambient.figures import FIGURES, printed, unrounded
from lantian.ambient.period import Period
from lantian.ambient.records import PlaceEvaluation
from lantian.lake import Lake
from lantian.rulebook import BY_DATE, Rule, Rulebook, load

TREE = "ambient.trend"
RISING, FALLING, NO_TREND = "rising", "falling", "no_clear_trend"
PRINTED = 3


@dataclass(frozen=True, slots=True)
class Trend:
    """A trend.

    `n` periods; `r` the coefficient by the standard's formula, exact, `printed` at 3 decimals; `corrected`
    its value corrected for ties, at 3 decimals (equal to `printed` without ties; None for a constant series).
    `critical` the value |r| has to reach; `taken_from` the table's row it is of (smaller than `n` between
    rows). `direction`: rising, falling, no_clear_trend; None when nothing is judged, and `why` says so:
    `too_few_periods`, `no_critical_value`, `no_value`. `ties`: whether values are equal.
    """

    n: int
    r: Fraction | None
    printed: Decimal | None
    corrected: Decimal | None
    critical: Decimal | None
    taken_from: int | None
    direction: str | None
    ties: bool
    why: str | None
    rules: tuple[Rule, ...] = field(repr=False, default=())


@dataclass(frozen=True, slots=True)
class PlaceTrend:
    """The trends of one place: per item of `so2 no2 pm10 pm2_5 co o3_8h composite_index`, over `values`."""

    place: str
    name: str
    values: dict[str, list[Decimal | None]]
    trends: dict[str, Trend]
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trends:
    """Trends of every place over `periods`, all under one `regime`."""

    periods: list[Period]
    level: str
    regime: str
    data_version: int
    rows: list[PlaceTrend]
    rules: tuple[Rule, ...] = field(repr=False)


def spearman(
    values: Sequence[Number | None], *, regime: str = BY_DATE, rulebook: Rulebook | None = None
) -> Trend:
    """Whether values in the order of time rise or fall.

    Parameters
    ----------
    values
        one a period, oldest first, any unit; None where a period has none: then nothing is judged

    Returns
    -------
    see `Trend`; fewer than 5 periods, or more than the table has, are not judged

    Raises
    ------
    LantianError
        a value is no number or below 0

    Notes
    -----
    r = 1 - 6·Σ(X - Y)²/(n³ - n), X the rank by value, Y by time; |r| at or above the critical value (one
    tail, 0.05) is a trend. HJ 663-2013, from memory: not verified. The formula holds without ties only: a
    constant series gives 0.5. Equal values share their mean rank, and the coefficient corrected for ties
    (that of the ranks) has to reach the critical value too (`ambient.trend.ties`).
    """
    book = rulebook or load()
    rules = {name: book.rule(f"{TREE}.{name}", regime=regime) for name in ("min_periods", "critical", "ties")}
    used = tuple(rules.values())
    n = len(values)
    known = [exact(value, name=f"value {at}") for at, value in enumerate(values, 1) if value is not None]
    if len(known) < n or n < rules["min_periods"].integer:
        short = "no_value" if len(known) < n else "too_few_periods"
        return Trend(n, None, None, None, None, None, None, False, short, used)
    ranks = mean_ranks(known)
    squares = sum(((rank - at) ** 2 for at, rank in enumerate(ranks, 1)), Fraction(0))
    r = 1 - 6 * squares / (n**3 - n)
    product, spread = _corrected(ranks)
    taken = max((row for row in map(int, rules["critical"].table) if row <= n), default=None)
    largest = max(map(int, rules["critical"].table))
    critical = None if taken is None or n > largest else Decimal(rules["critical"].table[str(taken)])
    direction: str | None = None
    why: str | None = "no_critical_value"
    if critical is not None:
        why, needed = None, Fraction(critical)
        # The corrected coefficient is product / √spread: compared by its square, so that nothing is rounded.
        reached = bool(spread) and product**2 >= needed**2 * spread and (product > 0) == (r > 0)
        if rules["ties"].text == "formula":
            reached = True
        direction = NO_TREND
        if abs(r) >= needed and reached:
            direction = RISING if r > 0 else FALLING
    return Trend(
        n=n,
        r=r,
        printed=half_even(r, PRINTED),
        corrected=_root(product, spread),
        critical=critical,
        taken_from=taken if critical is not None else None,
        direction=direction,
        ties=max(Counter(known).values()) > 1,
        why=why,
        rules=used,
    )


def find_trends(lake: Lake, periods: Sequence[Period], **asked: Unpack[Asked]) -> Trends:
    """The trend of each statistic and of the composite index over periods.

    Parameters
    ----------
    lake
        as for `evaluate`, and so are `level`, `groups`, `places`, `as_of`, `rulebook`, `day_list`, `engine`
    periods
        of one length, oldest first: years, or the same month of several years
    regime
        all periods are evaluated under it; `by-date` (or nothing) takes that of the last period's end

    Returns
    -------
    places of the last period; a statistic without enough days bears the mark `few_days`

    Notes
    -----
    See `spearman`. By `ambient.trend.inputs` ranks are of published or of unrounded values.
    """
    book = book_of(asked)
    ordered = sorted(periods)
    regime = named_regime(ordered[-1], asked)
    asked = under(asked, regime)
    found = [evaluate(lake, period, **asked) for period in ordered]
    inputs = book.rule(f"{TREE}.inputs", on=ordered[-1].last, regime=regime)
    by_place = [{row.place: row for row in evaluation.rows} for evaluation in found]
    rows = []
    for row in sorted(found[-1].rows, key=lambda row: row.place):
        series = [places.get(row.place) for places in by_place]
        rows.append(_place(row, series, published=inputs.text == "published", regime=regime, book=book))
    rules = {rule.path: rule for evaluation in found for rule in evaluation.rules}
    rules |= {rule.path: rule for row in rows[:1] for one in row.trends.values() for rule in one.rules}
    return Trends(
        periods=ordered,
        level=found[-1].level,
        regime=regime,
        data_version=found[-1].data_version,
        rows=rows,
        rules=(*rules.values(), inputs),
    )


def mean_ranks(values: Sequence[Fraction]) -> list[Fraction]:
    """Ranks from 1, ascending; equal values share the mean of theirs."""
    ordered = sorted(values)
    first: dict[Fraction, int] = {}
    for at, value in enumerate(ordered, 1):
        first.setdefault(value, at)
    many = Counter(values)
    return [first[value] + Fraction(many[value] - 1, 2) for value in values]


def _corrected(ranks: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """Σxy and Σx²·Σy² of the centred ranks: the coefficient is the first over the root of the second."""
    n = len(ranks)
    middle = Fraction(n + 1, 2)
    product = sum(((rank - middle) * (at - middle) for at, rank in enumerate(ranks, 1)), Fraction(0))
    spread = sum(((rank - middle) ** 2 for rank in ranks), Fraction(0)) * Fraction(n**3 - n, 12)
    return product, spread


def _root(product: Fraction, spread: Fraction) -> Decimal | None:
    """product / √spread at 3 decimals, for reading; decisions compare squares."""
    if not spread:
        return None
    square = product**2 / spread
    root = (Decimal(square.numerator) / Decimal(square.denominator)).sqrt()
    return half_even(Fraction(root if product >= 0 else -root), PRINTED)


def _place(
    last: PlaceEvaluation,
    series: Sequence[PlaceEvaluation | None],
    *,
    published: bool,
    regime: str,
    book: Rulebook,
) -> PlaceTrend:
    values: dict[str, list[Decimal | None]] = {}
    trends: dict[str, Trend] = {}
    for item in FIGURES:
        shown = [printed(row, item) for row in series]
        values[item] = shown
        ranked: Sequence[Number | None] = shown if published else [unrounded(row, item) for row in series]
        trends[item] = spearman(ranked, regime=regime, rulebook=book)
    short = any(row is not None and "few_days" in row.marks for row in series)
    return PlaceTrend(last.place, last.name, values, trends, ("few_days",) if short else ())


def summary(found: Trends) -> Mapping[str, Counter[str]]:
    """How many places rise, fall or do neither, per item."""
    return {
        item: Counter(row.trends[item].direction or str(row.trends[item].why) for row in found.rows)
        for item in FIGURES
    }
