"""Whether the device's own conversion fits what it measured, as far as the rounding of both allows.

A remark hangs on this, no figure: floats serve.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from lantian.telemetry.validity.readings import (
    CONVERTED,
    HOURLY,
    MEASURED,
    MINUTE,
    Grid,
    Ints,
    Values,
)
from lantian.telemetry.validity.span import Span
from lantian.telemetry.values import MILLIONTHS

Floats = npt.NDArray[np.float64]
_SLACK = 1e-6


def resolution(values: Values) -> int:
    """The last decimal a column is sent with, in millionths: 100000 for 12.4; a whole unit at most."""
    known = values.number[values.known]
    common = int(np.gcd.reduce(np.abs(known))) if len(known) else 0
    step = 1
    while step < MILLIONTHS and common % (step * 10) == 0:
        step *= 10
    return step


def differs(span: Span, factor: str, reference: Fraction | None, cn: str) -> list[bool]:
    """For each hour whether the converted values sent lie outside what the measured ones allow.

    Parameters
    ----------
    cn
        2051: the mean of the minutes with a measured value, a converted one and oxygen below the guard;
        2061: the logger's own hour

    Notes
    -----
    A value sent as 12.4 may have been anything from 12.35 to 12.45. Lowest and highest conversion follow for
    each row; an hour differs when the mean sent lies outside the means of both.
    """
    nothing = [False] * span.hours
    if reference is None:
        return nothing
    rules = span.rules
    air, guard = float(rules.number("validity.oxygen.air")), float(rules.number("validity.oxygen.guard"))
    grid = span.readings.grid(cn, factor).within(span.first, span.last)
    oxygen = span.readings.grid(cn, rules.rule("validity.oxygen.factor").text).within(span.first, span.last)
    rows, others = _together(grid, oxygen)
    measured, sent, percent = grid.of(MEASURED), grid.of(CONVERTED), oxygen.of(MEASURED)
    usable = measured.known[rows] & sent.known[rows] & percent.known[others]
    usable &= _normal(grid, span)[rows] & _normal(oxygen, span)[others]
    if not usable.any():
        return nothing
    rows, others = rows[usable], others[usable]
    c, z, o = (_units(values, at) for values, at in ((measured, rows), (sent, rows), (percent, others)))
    half_c, half_z, half_o = (resolution(values) / MILLIONTHS / 2 for values in (measured, sent, percent))
    below = o + half_o < guard
    rows, c, z, o = rows[below], c[below], z[below], o[below]
    scale = air - float(reference)
    low = (c - half_c) * scale / (air - (o - half_o)) - half_z - _SLACK
    high = (c + half_c) * scale / (air - (o + half_o)) + half_z + _SLACK
    hour = ((grid.times[rows] - span.first) // (3600 * MILLIONTHS)).astype(np.int64)
    sums = [np.bincount(hour, weights=values, minlength=span.hours) for values in (z, low, high)]
    found: list[bool] = ((sums[0] < sums[1]) | (sums[0] > sums[2])).tolist()
    return found


def by_method(span: Span, factor: str, reference: Fraction | None) -> dict[str, list[bool]]:
    """`differs` for hours made of minutes and for the logger's own."""
    return {cn: differs(span, factor, reference, cn) for cn in (MINUTE, HOURLY)}


def _together(grid: Grid, other: Grid) -> tuple[Ints, Ints]:
    """Rows of both grids that have the same stamp."""
    _, rows, others = np.intersect1d(grid.times, other.times, assume_unique=True, return_indices=True)
    return rows.astype(np.int64), others.astype(np.int64)


def _normal(grid: Grid, span: Span) -> npt.NDArray[np.bool_]:
    """Where the letter is that of a usable value."""
    letters, inverse = np.unique(grid.letters, return_inverse=True)
    rules = span.rules
    usable = [rules.letters.get(str(one).strip() or rules.absent_letter) == "use" for one in letters]
    return np.asarray(usable, dtype=np.bool_)[inverse] if len(letters) else np.zeros(0, np.bool_)


def _units(values: Values, at: Ints) -> Floats:
    found: Floats = values.number[at].astype(np.float64) / MILLIONTHS
    return found
