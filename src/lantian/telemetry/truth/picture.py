"""The data of a picture: panels of lines or bars over time or over a value, with limits and bands.

Plain data, so that the kernel draws an SVG of it (`truth.svg`) and a page an interactive chart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from lantian.telemetry.truth.words import Said

Axis = tuple[datetime, ...] | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A series of a panel. `role`: `value` (what is judged), `beside` (what it is compared with), `quiet`."""

    name: Said
    values: tuple[float | None, ...]
    role: str = "value"


@dataclass(frozen=True, slots=True)
class Panel:
    """One diagram.

    Parameters
    ----------
    label
        what its vertical axis shows
    unit
        its unit, "" for none
    x
        instants (UTC) or numbers, one a value of each line
    lines
        what is drawn
    kind
        `lines` or `bars`
    bounds
        level lines: value and name (a limit, a range)
    bands
        suspect stretches of x
    x_label
        what a horizontal axis of numbers shows
    """

    label: Said
    unit: str
    x: Axis
    lines: tuple[Line, ...]
    kind: str = "lines"
    bounds: tuple[tuple[float, Said], ...] = ()
    bands: tuple[tuple[Any, Any], ...] = ()
    x_label: Said | None = None
    x_bounds: tuple[tuple[float, Said], ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """Panels under one title, sharing nothing but the reader's eye."""

    title: Said
    panels: tuple[Panel, ...]

    def as_dict(self, language: str = "zh") -> dict[str, Any]:
        """The picture for a page that draws it itself; instants as UTC ISO."""
        return {
            "title": self.title.text(language),
            "panels": [
                {
                    "label": panel.label.text(language),
                    "unit": panel.unit,
                    "kind": panel.kind,
                    "x": [_plain(x) for x in panel.x],
                    "x_label": None if panel.x_label is None else panel.x_label.text(language),
                    "lines": [
                        {"name": line.name.text(language), "role": line.role, "values": list(line.values)}
                        for line in panel.lines
                    ],
                    "bounds": [{"value": value, "name": name.text(language)} for value, name in panel.bounds],
                    "x_bounds": [
                        {"value": value, "name": name.text(language)} for value, name in panel.x_bounds
                    ],
                    "bands": [[_plain(since), _plain(until)] for since, until in panel.bands],
                }
                for panel in self.panels
            ],
        }


def numbers(values: Sequence[float] | np.ndarray[Any, Any]) -> tuple[float | None, ...]:
    """Numbers as JSON knows them: null for NaN, no tail of binary digits."""
    return tuple(number(value) for value in values)


def number(value: float) -> float | None:
    """One number as JSON knows it."""
    return None if not np.isfinite(value) else float(f"{float(value):.6g}")


def _plain(x: Any) -> Any:
    return x.isoformat() if isinstance(x, datetime) else number(x)
