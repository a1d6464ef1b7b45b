"""Last digits: numbers made up by hand, or by a poor generator, do not use all ten last digits alike.

Only a channel whose values spread over many steps of its decimals is asked, each change once, and zeros and
stops not at all. The count of digits is compared with even use by chi-squared of nine degrees.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import erfc, exp, log10, pi, sqrt

import numpy as np

from lantian.telemetry.series import Floats
from lantian.telemetry.truth.low_variance import resolution
from lantian.telemetry.truth.picture import Line, Panel, Picture, numbers
from lantian.telemetry.truth.score import Screen, Verdict, unknown
from lantian.telemetry.truth.view import View, spread
from lantian.telemetry.truth.words import Said, factor

CODE = "last_digits"


def judge(view: View, rule: Mapping[str, float]) -> Verdict:
    """How surely (decades of chance) last digits are not even."""
    best: tuple[float, str, Floats] | None = None
    for code in view.pollutants:
        values = view.good(code)
        there = values[np.isfinite(values) & (values > 0)]
        step = resolution(there)
        if not step or spread(there) < rule["steps"] * step:
            continue
        changed = there[np.append(True, np.diff(there) != 0)]
        steps = changed / step
        if np.abs(steps - np.rint(steps)).max() > 0.01:  # an analyser's own steps, told in other decimals
            continue
        whole = np.rint(steps).astype(np.int64)
        digits = whole % 10
        if len(digits) < rule["least"]:
            continue
        counts = np.bincount(digits, minlength=10).astype(np.float64)
        expected = len(digits) / 10
        # Neighbouring values share what is before the last digit, not the digit; `memory` is for safety.
        chi = float(((counts - expected) ** 2 / expected).sum()) / rule["memory"]
        decades = -log10(max(chi_tail_9(chi), 1e-300)) * max(0.0, _everywhere(whole))
        if best is None or decades > best[0]:
            best = (decades, code, counts)
    if best is None:
        return unknown("coarse")
    measure, code, counts = best
    if measure < rule["at"]:
        return Verdict(measure, rule["at"], Said("nothing"))
    most = int(np.argmax(counts))
    used = {str(digit): float(count) for digit, count in enumerate(counts)}
    row = view.row(0, view.n, used, "why.digits", what=factor(code))
    panel = Panel(
        Said("labels.count"),
        "",
        tuple(float(digit) for digit in range(10)),
        (Line(factor(code), numbers(counts)),),
        kind="bars",
        bounds=((float(counts.sum() / 10), Said("labels.expected")),),
        x_label=Said("labels.digit"),
    )
    said = Said(
        "screens.last_digits.found",
        {"what": factor(code), "digit": most, "share": f"{100 * counts[most] / counts.sum():.0f}"},
    )
    return Verdict(measure, rule["at"], said, (view.span(0, view.n),), (row,), Picture(said, (panel,)))


def _everywhere(whole: np.ndarray) -> float:
    """How alike (least cosine) the use of last digits is whatever stands before them.

    Who makes digits up likes the same ones everywhere; the steps of a coarse analyser fall on other digits in
    each ten.
    """
    uses = []
    for tens in range(3):
        mine = whole[(whole // 10) % 3 == tens] % 10
        counts = np.bincount(mine, minlength=10).astype(np.float64)
        uses.append(counts - counts.mean())
    found = []
    for one, two in ((0, 1), (0, 2), (1, 2)):
        size = float(np.linalg.norm(uses[one]) * np.linalg.norm(uses[two]))
        found.append(float(uses[one] @ uses[two]) / size if size > 0 else 0.0)
    return min(found)


def chi_tail_9(chi: float) -> float:
    """The chance of a chi-squared of nine degrees of freedom above this (closed form of odd degrees)."""
    if chi <= 0:
        return 1.0
    root = sqrt(chi)
    series = root + root**3 / 3 + root**5 / 15 + root**7 / 105
    return erfc(root / sqrt(2)) + sqrt(2 / pi) * exp(-chi / 2) * series


SCREEN = Screen(CODE, judge)
