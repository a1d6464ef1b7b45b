"""Gaps at critical times: data go missing just after the value came near its limit.

Lines break, but not by the height of the value. Each silence that begins while the plant runs is counted:
did it follow a high value? The share is compared with how often high values stand anyway.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lantian.telemetry.truth.picture import Picture
from lantian.telemetry.truth.score import Screen, Verdict, unknown
from lantian.telemetry.truth.view import View, log10_tail, quantile, runs, unit
from lantian.telemetry.truth.words import Said, factor

CODE = "gaps"
Found = tuple[float, str, list[tuple[int, int]], int]


def judge(view: View, rule: Mapping[str, float]) -> Verdict:
    """How surely (decades of chance) silences follow high values."""
    found: list[Found] = []
    for code in view.pollutants:
        limit = view.case.limits.get(code)
        values = view.judged(code)
        if not limit or np.isfinite(values).sum() < view.periods(rule["least_hours"]):
            continue
        level = max(rule["near"] * limit, quantile(values, rule["high_quantile"]))
        silent = ~np.isfinite(view.raw(code)) & ~view.stopped & view.normal(code)
        reach = view.periods(rule["before_hours"])
        hits, of = [], 0
        for start, end in runs(silent, gap=1):
            before = values[max(0, start - reach) : start]
            before = before[np.isfinite(before)]
            if len(before):
                of += 1
                if before.max() >= level:
                    hits.append((start, end))
        with np.errstate(invalid="ignore"):
            high = values >= level
        edge = np.concatenate(([0], np.cumsum(high)))
        places = np.arange(view.n)
        after_high = edge[places] > edge[np.maximum(places - reach, 0)]
        chance = max(float(after_high[np.isfinite(values)].mean()), rule["least_chance"])
        decades = log10_tail(len(hits), of, min(chance, 0.95)) if len(hits) >= rule["least_hits"] else 0.0
        found.append((decades, code, hits, of))
    if not found:
        return unknown("no_limit" if not view.case.limits else "no_values")
    measure, code, hits, of = max(found)
    if measure < rule["at"]:
        return Verdict(measure, rule["at"], Said("nothing"))
    limit = view.case.limits[code]
    field = view.field_of(code)
    values = view.raw(code, field)
    rows = tuple(
        view.row(
            start, end, {code: float(values[max(0, start - 1)]), "limit": limit}, "why.gap", what=factor(code)
        )
        for start, end in hits[:30]
    )
    panel = view.lines(
        view.window(*hits[0], 36), factor(code), unit(code), [(code, values)],
        bands=hits, bounds=[(limit, Said("labels.limit"))],
    )  # fmt: skip
    said = Said("screens.gaps.found", {"what": factor(code), "hits": len(hits), "of": of})
    when = tuple(view.span(*hit) for hit in hits[:30])
    return Verdict(measure, rule["at"], said, when, rows, Picture(said, (panel,)))


SCREEN = Screen(CODE, judge)
