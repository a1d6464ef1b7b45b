"""Averaging mismatch: the hour that was sent is not the mean of its minutes.

Only hours whose minutes are all there and all marked normal are compared; a difference within the decimals
told is none. Rule: HJ 212-2017 D.2 (an hour is the mean of its minute means); the tolerance is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import numpy as np

from lantian.telemetry.series import Floats
from lantian.telemetry.truth.case import O2
from lantian.telemetry.truth.picture import Picture
from lantian.telemetry.truth.score import Screen, Verdict, unknown
from lantian.telemetry.truth.view import HOUR, Lines, View, unit
from lantian.telemetry.truth.words import Said, factor

CODE = "averaging"


def judge(view: View, rule: Mapping[str, float]) -> Verdict:
    """How many hours were sent lower than their minutes say."""
    hours, minutes = view.case.hours, view.case.minutes
    if not view.on_minutes or not len(hours) or HOUR % minutes.step:
        return unknown("no_hours")
    per_hour = HOUR // minutes.step
    shift = (hours.start - minutes.start) / timedelta(hours=1)
    if shift != int(shift):
        return unknown("no_hours")
    best: tuple[int, str, Floats, Floats] | None = None
    compared = 0
    for code in (*view.pollutants, O2):
        sent = hours.of(f"{code}-Avg")
        means = _means(view, code, per_hour, int(shift), len(hours))
        marks = hours.marks_of(code)
        both = np.isfinite(sent) & np.isfinite(means) & ((marks == "N") | (marks == ""))
        compared += int(both.sum())
        with np.errstate(invalid="ignore"):
            off = both & (
                np.abs(sent - means) > np.maximum(rule["absolute"], rule["relative"] * np.abs(means))
            )
            low = off & ((sent < means) if code != O2 else off)
        if best is None or int(low.sum()) > best[0]:
            best = (int(low.sum()), code, sent, np.where(low, means, np.nan))
    if best is None or compared < rule["least"]:
        return unknown("no_hours")
    count, code, sent, means = best
    if count < rule["at"]:
        return Verdict(float(count), rule["at"], Said("nothing"))
    places = np.flatnonzero(np.isfinite(means))
    first = (int(places[0]) + int(shift)) * per_hour
    rows = tuple(
        view.row(
            (int(i) + int(shift)) * per_hour, (int(i) + int(shift) + 1) * per_hour,
            {"sent": float(sent[i]), "mean_of_minutes": float(means[i])}, "why.averaging", what=factor(code),
        )
        for i in places[:30]
    )  # fmt: skip
    spread_out = np.full(view.n, np.nan)
    for i in np.flatnonzero(np.isfinite(sent)):
        spread_out[
            max(0, (int(i) + int(shift)) * per_hour) : max(0, (int(i) + int(shift) + 1) * per_hour)
        ] = sent[i]
    lines: Lines = [(Said("labels.sent_hour"), spread_out), (Said("labels.minutes"), view.raw(code))]
    bands = [((int(i) + int(shift)) * per_hour, (int(i) + int(shift) + 1) * per_hour) for i in places]
    panel = view.lines(view.window(first, first + per_hour, 24), factor(code), unit(code), lines, bands=bands)
    said = Said("screens.averaging.found", {"what": factor(code), "hours": count})
    when = tuple(view.span(*band) for band in bands[:30])
    return Verdict(float(count), rule["at"], said, when, rows, Picture(said, (panel,)))


def _means(view: View, code: str, per_hour: int, shift: int, count: int) -> Floats:
    """Means of complete hours of normal minutes, on the grid of the hours."""
    values = np.where(view.normal(code), view.raw(code), np.nan)
    found = np.full(count, np.nan)
    whole = view.n // per_hour
    means = values[: whole * per_hour].reshape(whole, per_hour).mean(axis=1)
    first, last = max(0, -shift), min(count, whole - shift)
    if last > first:
        found[first:last] = means[first + shift : last + shift]
    return found


SCREEN = Screen(CODE, judge)
