"""The kernel's steps in the reader's language: labels, subjects, and the few words inside formulas."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lantian.office.monitoring.indicators import indicator

LABELS: dict[str, Any] = {
    "mean": _("mean of the valid days"),
    "percentile": _("percentile of the valid days"),
    "composite_index": _("sum of the single indices"),
    "single_index": _("statistic over its limit"),
    "count": _("count of days"),
    "day": _("value of the day"),
    "day_mean": _("mean of the day"),
    "day_max_8h": _("largest 8-hour mean of the day"),
    "aqi": _("air quality index of the day"),
    "iaqi": _("sub-index"),
    "member": _("the station's own value"),
    "hours": _("hours of the day"),
    "ratio": _("share of the days with an AQI"),
    "load_share": _("single index over the composite index"),
    "change_rate": _("change against the year before"),
    "rank": _("place in the order of the indices"),
    "given": _("as published"),
}

_ITEM = re.compile(r"\b(pm2_5|pm10|so2|no2|co|o3_8h|o3_1h|o3)\b")
_HOURS = {"hours": _("hours"), "windows": _("8-hour windows")}

# English words the kernel puts between numbers, and how they are said: pattern -> words made of its groups.
_PHRASES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(r"(\d+) of (\d+) days with an AQI; the period has (\d+)"),
        lambda m: (
            gettext("%(part)s of %(whole)s days with an AQI; the period has %(days)s")
            % {"part": m[1], "whole": m[2], "days": m[3]}
        ),
    ),
    (
        re.compile(r"from (\d+) stations?, (\d+) (hours|windows)"),
        lambda m: (
            gettext("from %(stations)s stations, %(count)s %(what)s")
            % {"stations": m[1], "count": m[2], "what": _HOURS[m[3]]}
        ),
    ),
    (
        re.compile(r"from (\d+) (hours|windows)"),
        lambda m: gettext("from %(count)s %(what)s") % {"count": m[1], "what": _HOURS[m[2]]},
    ),
    (
        re.compile(r", counted because the archive lost hours"),
        lambda m: gettext(", counted because the archive lost hours"),
    ),
    (re.compile(r"; without rounding "), lambda m: gettext("; without rounding ")),
    (re.compile(r": sum "), lambda m: gettext(": sum ")),
    (re.compile(r"^largest of "), lambda m: gettext("largest of ")),
    (re.compile(r"; primary pollutant "), lambda m: gettext("; primary pollutant ")),
    (re.compile(r", rounded up"), lambda m: gettext(", rounded up")),
    (re.compile(r"^above the last breakpoint$"), lambda m: gettext("above the last breakpoint")),
    (re.compile(r"^counted$"), lambda m: gettext("counted")),
    (re.compile(r"(?<=[\d…]) to (?=\d)"), lambda m: gettext(" to ")),
    (re.compile(r" x "), lambda m: " × "),
)


def label(code: str) -> str:
    """What a step is."""
    return str(LABELS.get(code, code.replace("_", " ")))


def item(code: str) -> str:
    """A pollutant by symbol, an indicator by term; other words stay."""
    if code in {"o3", "o3_1h"}:
        return "O₃"
    found = indicator(code)
    return found.short if found else code


def formula(text: str) -> str:
    """Arithmetic with its words in the active language and pollutants by symbol."""
    for pattern, said in _PHRASES:
        text = pattern.sub(said, text)
    return _ITEM.sub(lambda m: item(m[1]), text)
