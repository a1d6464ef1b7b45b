"""Parameter change: slope, intercept, range, duct area or moisture constant changed, and no log says why.

A calibration or a service changes parameters too; then the site's log has an entry, or the values are
marked, on the same day. A change far larger than a drift correction is told even with its entry, as half a
lead.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import numpy as np

from lantian.telemetry.truth.case import Change
from lantian.telemetry.truth.picture import Picture
from lantian.telemetry.truth.score import Screen, Verdict, unknown
from lantian.telemetry.truth.view import View, median, unit
from lantian.telemetry.truth.words import Said, factor

CODE = "parameter_change"


def judge(view: View, rule: Mapping[str, float]) -> Verdict:
    """The largest unexplained change of a parameter."""
    if view.case.arrivals is None and not view.case.parameters and not view.case.logged:
        return unknown("no_parameters")
    found = [(_size(view, change, rule), change) for change in view.case.parameters]
    found = sorted((one for one in found if one[0] > 0), key=lambda one: -one[0])
    if not found:
        return Verdict(0.0, rule["at"], Said("nothing"))
    measure, worst = found[0]
    if measure < rule["at"]:
        return Verdict(measure, rule["at"], Said("nothing"))
    told = [change for size, change in found if size >= rule["at"]][:30]
    code = _pollutant(view, worst)
    rows = []
    for change in sorted(told):
        at = _index(view, change)
        before, after = _levels(view, _pollutant(view, change), at)
        rows.append(
            view.row(
                at, at,
                {"old": change.old, "new": change.new, "level_before": before, "level_after": after},
                "why.parameter",
                what=change.code,
            )
        )  # fmt: skip
    at = _index(view, worst)
    shown = view.window(at, at + 1, 48)
    panel = view.lines(
        shown, factor(code), unit(code), [(code, view.raw(code))], bands=[(at, min(at + 3, view.n))]
    )
    said = Said(
        "screens.parameter_change.found",
        {"what": worst.code, "old": f"{worst.old:g}", "new": f"{worst.new:g}", "count": len(told)},
    )
    when = tuple((change.time, change.time) for change in sorted(told))
    return Verdict(measure, rule["at"], said, when, tuple(rows), Picture(said, (panel,)))


def _size(view: View, change: Change, rule: Mapping[str, float]) -> float:
    """The change in units of what a drift correction would be; a tenth of it where it is explained."""
    if change.old == change.new:
        return 0.0
    scale = max(abs(change.old), abs(change.new))
    limit = view.case.limits.get(_pollutant(view, change))
    if change.code.endswith("i13007") and limit:  # an intercept is in the unit of the value
        scale = limit
    size = max(abs(change.new - change.old) / scale / rule["drift"], rule["at"])
    near = timedelta(hours=rule["log_hours"])
    explained = any(abs(change.time - entry) <= near for entry in view.case.logged)
    at = _index(view, change)
    reach = view.periods(rule["mark_hours"])
    explained |= bool(view.marked("CM")[max(0, at - reach) : at + reach].any())
    return size * rule["explained"] if explained else size


def _pollutant(view: View, change: Change) -> str:
    code = change.code.partition("-")[0]
    return code if f"{code}-Avg" in view.series.values else next(iter(view.pollutants), code)


def _index(view: View, change: Change) -> int:
    return int(np.clip((change.time - view.series.start) / view.step, 0, max(0, view.n - 1)))


def _levels(view: View, code: str, at: int) -> tuple[float, float]:
    day = view.periods(24)
    values = view.good(code)
    return median(values[max(0, at - day) : at]), median(values[at : at + day])


SCREEN = Screen(CODE, judge)
