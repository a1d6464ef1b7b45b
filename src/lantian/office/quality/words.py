"""The kernel's codes and sentences in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lantian.office.monitoring import charts, kernel
from lantian.office.monitoring.indicators import Indicator, indicator

CODES: dict[str, Any] = {
    "range": pgettext_lazy("what is suspected", "Out of range"),
    "spike": pgettext_lazy("what is suspected", "Spike"),
    "frozen": pgettext_lazy("what is suspected", "Frozen value"),
    "pm_order": pgettext_lazy("what is suspected", "PM2.5 above PM10"),
    "unit_slip": pgettext_lazy("what is suspected", "Wrong unit"),
    "zero_as_missing": pgettext_lazy("what is suspected", "Zero for missing"),
    "capped": pgettext_lazy("what is suspected", "Held at a limit"),
    "time_shift": pgettext_lazy("what is suspected", "Hours shifted"),
    "duplicate_station": pgettext_lazy("what is suspected", "One series twice"),
    "neighbour": pgettext_lazy("what is suspected", "Disagrees with neighbours"),
    "stopped": pgettext_lazy("what is suspected", "Station stopped"),
    "all_failed": pgettext_lazy("what is suspected", "No station of the city lives"),
}

MEANINGS: dict[str, Any] = {
    "range": _("a value far above what is usual, which no neighbour confirms"),
    "spike": _("a single value far off the hours beside it, which no neighbour shares"),
    "frozen": _("the same value hour after hour while neighbours move"),
    "pm_order": _("PM2.5 above PM10 for longer than the monitors' own error explains"),
    "unit_slip": _("a thousand times too little or too much: mg for µg"),
    "zero_as_missing": _("zeros that stand for missing values"),
    "capped": _("values held at a limit of software, or a limit that stands for a missing value"),
    "time_shift": _("hours that agree with the neighbours at another hour"),
    "duplicate_station": _("one series under two places, or two places of one name"),
    "neighbour": _("days that disagree with the neighbours"),
    "stopped": _("a station that reports no longer, or repeats its last row"),
    "all_failed": _("a city none of whose stations lives"),
}

VERDICTS: dict[str, Any] = {
    "accept": _("The data are right"),
    "void": _("Invalid"),
    "correct": pgettext_lazy("a decision", "Corrected"),
}

SCOPES: dict[str, Any] = {
    "concentration": _("concentrations"),
    "aqi": _("AQI and good days"),
}

CRITERIA: dict[str, Any] = {
    "pm10_jump": _("PM10 at least twice the mean of the hours before, and above the line"),
    "ratio_fall": _("PM2.5 to PM10 at most half its mean of the hours before"),
}

# What a row of an uploaded list was refused for.
REFUSALS: dict[str, Any] = {
    "no_place": _("the place is missing"),
    "no_date": _("the day is missing"),
    "not_a_date": _("the day cannot be read; write 2025-02-03"),
    "ends_before": _("it ends before it begins"),
    "too_long": _("longer than an event can be; split it or correct the day"),
    "unknown_item": _("not a pollutant that is known here"),
    "unknown_scope": _("not a use that is known here; write 浓度, AQI or both"),
    "duplicate": _("the same entry stands above"),
    "unknown_place": _("not a city or county of the register"),
    "outside": _("this place is not in your region"),
}

# Names in the kernel's evidence that a reader can use; others stay in the API.
EVIDENCE: dict[str, Any] = {
    "reports": _("Hours reported"),
    "distinct_rows": _("Different rows among them"),
    "rows_without_value": _("Rows without any value"),
    "value": _("Value"),
    "usual": _("Usual value"),
    "lowest_beside": _("Lowest hour beside it"),
    "highest_beside": _("Highest hour beside it"),
    "neighbours_low": _("Lowest of the neighbours"),
    "neighbours_high": _("Highest of the neighbours"),
    "highest": _("Highest value"),
    "level": _("Level above which neighbours must confirm"),
    "cap": _("Limit"),
    "ratio": _("Ratio"),
    "lag": _("Shift in hours"),
    "chance_hours": _("Hours that chance would explain"),
    "places": _("Places"),
}

AGAINST: dict[str, Any] = {"its neighbours": _("its neighbours"), "its other hours": _("its other hours")}


def code(name: str) -> str:
    """A code of the screens in words."""
    return str(CODES.get(name, name))


def sentence(body: Mapping[str, Any], hidden: frozenset[str] = frozenset()) -> str:
    """The kernel's sentence about a suspicion in the language of the page.

    `hidden` are places the reader may not see: a station named beside the suspected one stays unnamed.
    """
    words = dict(body["words"])
    if "item" in words:
        words["item"] = item_label(str(words["item"]))
    if "against" in words:
        words["against"] = str(AGAINST.get(words["against"], words["against"]))
    if "since" in words:
        words["since"] = local(datetime.fromisoformat(str(words["since"])))
    if "other" in words and str(body.get("evidence", {}).get("other", "")) in hidden:
        words["other"] = gettext("a station outside your region")
    # Under a name that a search for messages does not take for a call with a literal.
    in_language = gettext
    return in_language(str(body["template"])) % words


def item_label(key: str) -> str:
    """A pollutant of hours by its symbol."""
    return charts.line_label(key) if key in {"so2", "no2", "co", "o3", "pm10", "pm2_5"} else key


def item_labels(keys: tuple[str, ...]) -> str:
    """Pollutants by symbol; all six in one word."""
    if len(keys) >= 6:
        return gettext("all six pollutants")
    return gettext(", ").join(
        (found.short if key == "o3_8h" and (found := indicator(key)) else item_label(key)) for key in keys
    )


def local(moment: datetime) -> str:
    """The end of an hour in Asia/Shanghai: `2026-03-12 01:00`."""
    return f"{moment.astimezone(kernel.SHANGHAI):%Y-%m-%d %H:%M}"


def scopes(names: tuple[str, ...]) -> str:
    """What days are taken out of, in words."""
    return gettext(", ").join(str(SCOPES.get(name, name)) for name in names)


def figure_name(wanted: Indicator) -> str:
    """An indicator by its symbol; the composite index by its name, which people know better."""
    return wanted.label if wanted.key == "composite_index" else wanted.short


def refusal(told: Mapping[str, Any]) -> str:
    """Why a row of a list was not taken, with the row and what stood there."""
    text = str(REFUSALS.get(told["code"], told["code"]))
    if told.get("value"):
        text = gettext("“%(value)s”: %(text)s") % {"value": told["value"], "text": text}
    return gettext("row %(row)d: %(text)s") % {"row": told["row"], "text": text} if told.get("row") else text


def evidence(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the screens say for it, as far as a reader can use it: name and value."""
    found = body.get("evidence", {})
    return [
        (str(label), f"{found[name]:g}" if isinstance(found[name], float) else str(found[name]))
        for name, label in EVIDENCE.items()
        if found.get(name) not in (None, "") and not isinstance(found[name], list | dict)
    ]
