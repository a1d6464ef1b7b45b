"""A picture drawn as SVG, readable from a phone's 390 px on: no script, no font of its own, no other file."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from html import escape
from math import floor, isfinite, log10
from typing import Any

from lantian.telemetry.truth.picture import Axis, Line, Panel, Picture
from lantian.telemetry.truth.rules import LOCAL
from lantian.telemetry.truth.words import Said

_LEFT, _RIGHT, _TOP, _FOOT = 50, 12, 40, 34
_HEIGHT = 150
_TITLE = 20  # a line of the title
_COLOURS = {"value": "#1f5fa8", "beside": "#c2691c", "quiet": "#8a8f98"}
_INK, _FAINT, _LIMIT, _BAND = "#2b2f36", "#dfe3e8", "#b3261e", "#f6d9d5"
_FONT = "font-family=\"system-ui,-apple-system,'PingFang SC','Microsoft YaHei','Noto Sans SC',sans-serif\""
Scale = Callable[[float], float]


def svg(picture: Picture, width: int = 720, lang: str = "zh") -> str:
    """A picture as an SVG document.

    Parameters
    ----------
    picture
        a score's picture
    width
        [px] of the drawing, 320 at least
    lang
        `zh` or a code that begins with `en`

    Returns
    -------
    The document; its title is also its accessible name.
    """
    width = max(width, 320)
    title = picture.title.text(lang)
    lines = _wrapped(title, width - 16, 14)
    top = 10 + _TITLE * len(lines)
    each = _TOP + _HEIGHT + _FOOT
    height = top + each * len(picture.panels) + 22
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" {_FONT} font-size="11" fill="{_INK}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    parts += [
        _text(8, 20 + _TITLE * number, line, size=14, weight="600") for number, line in enumerate(lines)
    ]
    for number, panel in enumerate(picture.panels):
        parts += _panel(panel, top + each * number, width, lang)
    parts.append(_text(8, height - 8, Said("lead").text(lang), size=10, colour="#6b7078"))
    parts.append("</svg>")
    return "\n".join(parts)


def _panel(panel: Panel, top: float, width: int, lang: str) -> list[str]:
    numbers = [_number(x) for x in panel.x]
    floor_y, ceiling_y = _LEFT, width - _RIGHT
    low, high = _extent(panel)
    first, last = (min(numbers), max(numbers)) if numbers else (0.0, 1.0)
    if panel.kind == "bars" and len(numbers) > 1:
        half = (numbers[1] - numbers[0]) / 2
        first, last = first - half, last + half
    wide = (last - first) or 1.0
    base = top + _TOP + _HEIGHT

    def across(x: float) -> float:
        return floor_y + (min(max(x, first), last) - first) / wide * (ceiling_y - floor_y)

    def up(y: float) -> float:
        return base - (min(max(y, low), high) - low) / ((high - low) or 1.0) * _HEIGHT

    unit = (
        f" ({panel.unit})"
        if panel.unit and lang.startswith("en")
        else f"（{panel.unit}）"
        if panel.unit
        else ""
    )
    out = [_text(8, top + 14, panel.label.text(lang) + unit, weight="600")]
    out += _legend(panel, top, width, lang)
    for since, until in panel.bands:
        left, right = across(_number(since)), across(_number(until))
        out.append(_rect(left, top + _TOP, max(right - left, 1.5), _HEIGHT, _BAND))
    for tick in _ticks(low, high):
        y = up(tick)
        out.append(_rule(floor_y, y, ceiling_y, y, _FAINT))
        out.append(_text(floor_y - 5, y + 4, f"{tick:g}", anchor="end"))
    out += _axis(panel, numbers, across, (base, width), lang)
    for line in panel.lines:
        out += (
            _bars(line, numbers, across, up, base)
            if panel.kind == "bars"
            else _curve(line, numbers, across, up)
        )
    for value, name in panel.bounds:
        y = up(value)
        out.append(_rule(floor_y, y, ceiling_y, y, _LIMIT, dash="5 3"))
        out.append(_text(ceiling_y - 2, y - 4, f"{name.text(lang)} {value:.4g}", anchor="end", colour=_LIMIT))
    for number, (value, name) in enumerate(panel.x_bounds):
        x = across(value)
        out.append(_rule(x, top + _TOP, x, base, _LIMIT, dash="5 3"))
        end = x > (floor_y + ceiling_y) / 2
        words = f"{name.text(lang)} {value:.4g}"
        out.append(
            _text(
                x - 4 if end else x + 4,
                top + _TOP + 12 + 14 * number,
                words,
                anchor="end" if end else "start",
                colour=_LIMIT,
            )
        )
    return out


def _legend(panel: Panel, top: float, width: int, lang: str) -> list[str]:
    if len(panel.lines) < 2:
        return []
    out, x = [], 8.0
    for line in panel.lines:
        name = line.name.text(lang)
        out.append(_rule(x, top + 27, x + 14, top + 27, _COLOURS[line.role], wide=2))
        out.append(_text(x + 18, top + 31, name))
        x += 30 + _length(name, 11)
        if x > width - 40:
            break
    return out


def _axis(
    panel: Panel, numbers: Sequence[float], across: Scale, frame: tuple[float, int], lang: str
) -> list[str]:
    base, width = frame
    out = [_rule(_LEFT, base, width - _RIGHT, base, "#9aa0a8")]
    if not numbers:
        return out
    room = max(2, (width - _LEFT - _RIGHT) // 76)
    if isinstance(panel.x[0], datetime):
        for at, words in _moments(panel.x, room):
            x = across(at)
            out.append(_rule(x, base, x, base + 4, "#9aa0a8"))
            out.append(_text(x, base + 16, words, anchor="middle"))
    else:
        ticks = _ticks(min(numbers), max(numbers), room)
        out += [_text(across(tick), base + 16, f"{tick:g}", anchor="middle") for tick in ticks]
    if panel.x_label is not None:
        out.append(_text(width - _RIGHT, base + 30, panel.x_label.text(lang), anchor="end"))
    return out


def _moments(x: Axis, room: int) -> list[tuple[float, str]]:
    """Labels of a time axis in local time: days, or hours of a short picture."""
    first, last = (_number(x[0]), _number(x[-1]))
    hours = (last - first) / 3600
    step = next((step for step in (1, 2, 3, 6, 12, 24, 48, 120, 240) if hours / step <= room), 480)
    begin = datetime.fromtimestamp(first, tz=UTC) + LOCAL
    at = begin.replace(minute=0, second=0, microsecond=0)
    while at < begin or (at.hour % step if step < 24 else at.hour):
        at += timedelta(hours=1)
    out: list[tuple[float, str]] = []
    while (stamp := (at - LOCAL).timestamp()) <= last:
        out.append((stamp, f"{at:%m-%d}" if at.hour == 0 else f"{at:%H:%M}"))
        at += timedelta(hours=step)
    return out


def _curve(line: Line, numbers: Sequence[float], across: Scale, up: Scale) -> list[str]:
    """A polyline, broken where a value is missing; a single value between gaps is a dot."""
    colour = _COLOURS[line.role]
    out: list[str] = []
    points: list[str] = []

    def close() -> None:
        if len(points) == 1:
            x, y = points[0].split(",")
            out.append(f'<circle cx="{x}" cy="{y}" r="1.2" fill="{colour}"/>')
        elif points:
            joined = " ".join(points)
            out.append(f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="1.3"/>')
        points.clear()

    for x, value in zip(numbers, line.values, strict=True):
        if value is None:
            close()
        else:
            points.append(f"{across(x):.1f},{up(value):.1f}")
    close()
    return out


def _bars(line: Line, numbers: Sequence[float], across: Scale, up: Scale, base: float) -> list[str]:
    wide = max((across(numbers[1]) - across(numbers[0])) * 0.8, 1.0) if len(numbers) > 1 else 12.0
    return [
        _rect(across(x) - wide / 2, up(value), wide, base - up(value), _COLOURS[line.role])
        for x, value in zip(numbers, line.values, strict=True)
        if value
    ]


def _extent(panel: Panel) -> tuple[float, float]:
    """The vertical range: values and limits, with air; from 0 for bars and for what is near it."""
    there = [value for line in panel.lines for value in line.values if value is not None and isfinite(value)]
    there += [value for value, _ in panel.bounds]
    if not there:
        return 0.0, 1.0
    low, high = min(there), max(there)
    if panel.kind == "bars" or 0 <= low < 0.6 * high:
        low = 0.0
    air = 0.08 * ((high - low) or abs(high) or 1.0)
    return (low if low == 0 else low - air), high + air


def _ticks(low: float, high: float, most: int = 4) -> list[float]:
    if not high > low:
        return [low]
    rough = (high - low) / max(most, 1)
    size = 10 ** floor(log10(rough))
    step = next((size * times for times in (1, 2, 5) if size * times >= rough), size * 10)
    start = floor(low / step)
    found = [round((start + number) * step, 10) for number in range(most * 2 + 3)]
    return [tick for tick in found if low - 1e-9 <= tick <= high + 1e-9]


def _number(x: Any) -> float:
    return x.timestamp() if isinstance(x, datetime) else float(x)


def _length(text: str, size: float) -> float:
    """About how wide a text is: CJK are as wide as high."""
    return sum(size if ord(letter) > 0x2E80 else 0.56 * size for letter in text)


def _wrapped(text: str, width: float, size: float) -> list[str]:
    """Lines of a text; words stay whole, Chinese breaks anywhere."""
    lines, line = [], ""
    for piece in re.findall(r"[\u2e80-\uffff]|[^\s\u2e80-\uffff]+|\s+", text):
        if line and _length(line + piece.strip(), size) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()]


def _text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    size: int = 11,
    weight: str = "",
    colour: str = "",
) -> str:
    extra = f' font-weight="{weight}"' if weight else ""
    extra += f' fill="{colour}"' if colour else ""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"'
    return f"<text {place}{extra}>{escape(words)}</text>"


def _rule(x1: float, y1: float, x2: float, y2: float, colour: str, *, dash: str = "", wide: float = 1) -> str:
    extra = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{wide}"{extra}/>'
    )


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'
