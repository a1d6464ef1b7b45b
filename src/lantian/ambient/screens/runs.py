"""Runs of hours: where a condition holds, from when to when, for how many hours."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lantian.ambient.screens.grid import Bools, Floats, Ints


class Run(NamedTuple):
    """Hours `start` to `end` (both included) of a place's line; `hours` of them hold."""

    line: int
    start: int
    end: int
    hours: int


def runs(mask: Bools, *, gap: int = 0, least: int = 1) -> list[Run]:
    """Stretches of a (places, hours) mask; holes of up to `gap` hours are bridged, short ones left out."""
    lines, hours = np.nonzero(mask)
    if not len(lines):
        return []
    new = np.ones(len(lines), np.bool_)
    new[1:] = (lines[1:] != lines[:-1]) | (hours[1:] - hours[:-1] > gap + 1)
    starts = np.flatnonzero(new)
    ends = np.append(starts[1:], len(lines)) - 1
    counts = ends - starts + 1
    keep = counts >= least
    return [
        Run(int(lines[s]), int(hours[s]), int(hours[e]), int(n))
        for s, e, n in zip(starts[keep], ends[keep], counts[keep], strict=True)
    ]


class Repeats(NamedTuple):
    """Runs of equal reports: lines, first and last hour, length in reports; parallel arrays."""

    line: Ints
    start: Ints
    end: Ints
    length: Ints
    first: Ints  # index of the first report among all reports


def repeats(codes: Ints, present: Bools, *, gap: int) -> Repeats:
    """Runs of the same code among the hours that are present, places apart, holes longer than `gap` apart."""
    lines, hours = np.nonzero(present)
    values = codes[lines, hours]
    new = np.ones(len(lines), np.bool_)
    new[1:] = (lines[1:] != lines[:-1]) | (values[1:] != values[:-1]) | (hours[1:] - hours[:-1] > gap)
    starts = np.flatnonzero(new)
    ends = np.append(starts[1:], len(lines)) - 1
    if not len(lines):
        starts = ends = np.zeros(0, np.int64)
    return Repeats(lines[starts], hours[starts], hours[ends], ends - starts + 1, starts)


def context(values: Floats, window: int) -> tuple[Floats, Floats, Floats]:
    """Median, smallest and largest of the hours within `window` on both sides, without the hour itself.

    NaN where fewer than half of them are there.
    """
    shape = (*values.shape, 2 * window)
    stack = np.full(shape, np.nan, np.float32)
    offsets = [offset for offset in range(-window, window + 1) if offset]
    for at, offset in enumerate(offsets):
        if offset < 0:
            stack[:, -offset:, at] = values[:, :offset]
        else:
            stack[:, :-offset, at] = values[:, offset:]
    n = (~np.isnan(stack)).sum(axis=2)
    stack.sort(axis=2)  # NaN last
    last = np.maximum(n - 1, 0)

    def at_rank(rank: Ints) -> Floats:
        return np.asarray(np.take_along_axis(stack, rank[..., None], axis=2)[..., 0], np.float32)

    median = (at_rank(last // 2) + at_rank((last + 1) // 2)) / 2
    low, high = at_rank(np.zeros_like(last)), at_rank(last)
    few = n < window
    for found in (median, low, high):
        found[few] = np.nan
    return median.astype(np.float32), low, high


def median(values: Floats) -> Floats:
    """The median along the last axis without what is missing; NaN where all is."""
    n = (~np.isnan(values)).sum(axis=-1)
    ordered = np.sort(values, axis=-1)
    if not ordered.shape[-1]:
        return np.full(values.shape[:-1], np.nan, np.float32)
    last = np.maximum(n - 1, 0)
    low = np.take_along_axis(ordered, (last // 2)[..., None], axis=-1)[..., 0]
    high = np.take_along_axis(ordered, ((last + 1) // 2)[..., None], axis=-1)[..., 0]
    return np.asarray((low + high) / 2, np.float32)
