"""Codes and messages of the kernel's rankings in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lantian.ambient.ranking import Explanation, Line
from lantian.errors import LantianError
from lantian.office.monitoring import words as air_words
from lantian.office.monitoring.indicators import INDICATORS

# Codes of `lantian.ambient.ranking.comparing.MEANINGS`; placeholders are the numbers that were checked.
EXPLANATIONS: dict[str, Any] = {
    "same": _("the same"),
    "rounding": _("no more than rounding of the statistics and the index can make"),
    "tie": _("places share this value; the list numbers them one after the other"),
    "source_city_feed": _("the feed of city means gives lower ozone than the mean of station maxima"),
    "lost_hours": _("hours of the place were lost by the archive"),
    "days_missing": _("days of the place have no value here"),
    "station_share": _("days on which too few of the city's stations were valid"),
    "others_missing": _("other places of the pool have no value here"),
    "different_pool": _("the list ranks another set of places"),
    "not_in_pool": _("the place is not in the pool ranked here"),
    "not_in_list": _("the list does not name a place that is in it by our figures"),
    "no_data_here": _("no value here"),
    "dust_days": _("with the dust days taken out our figure is the official one"),
    "reviewed_data": _("with another version of the data our figure is the official one"),
    "regime": _("under another standard our figure is the official one"),
    "unexplained": _("nothing that was checked explains it"),
}
OPEN = {"unexplained"}
FINE = {"same", "rounding", "tie"}

NUMBERS: dict[str, Any] = {
    "bound": _("bound %(number)s"),
    "basis": "%(number)s",
    "days": _("%(number)s days"),
    "hours": _("%(number)s hours"),
    "places": _("%(number)s places"),
    "listed": _("the list names %(number)s"),
    "pool": _("pool of %(number)s"),
    "of": _("of %(number)s"),
    "ours": _("here %(number)s"),
    "theirs": _("there %(number)s"),
    "tied": _("%(number)s share it"),
    "rank": _("rank %(number)s"),
    "from_rank": _("ranks from %(number)s"),
    "to_rank": _("to %(number)s"),
    "value": _("then %(number)s"),
    "difference": _("difference %(number)s"),
}

LIST_HINT = _(
    "Headings such as 名次, 城市 or 县区, 综合指数, 同比; or names only, several in a cell, "
    "with 榜单 saying 前20位 or 后20位."
)
POOL_HINT = _(
    "One row a unit: 单位, and where known 名单 (the pool), 代码, 所属市, 别名, 起 and 止 (days), "
    "级别 (城市, 县, 乡镇)."
)

VERDICTS: dict[str, Any] = {
    "feasible": _("feasible"),
    "below_floor": _("below the lowest of the pool"),
    "not_enough": _("not enough even if nothing of it were left"),
}

DIRECTIONS: dict[str, Any] = {
    "rising": _("rising"),
    "falling": _("falling"),
    "no_clear_trend": _("no clear trend"),
}

# What the kernel says of a table that cannot be read, and the same in the language of the page.
MISTAKES: tuple[tuple[str, Any], ...] = (
    (r"the file is empty", _("the file is empty")),
    (r"this is a PDF", _("this is a PDF; give the table as CSV or Excel")),
    (
        r"this is not text in UTF-8.*",
        _("this is no text in UTF-8, UTF-16 or GBK; save it as CSV UTF-8 or Excel"),
    ),
    (r"the spreadsheet cannot be opened .*", _("the spreadsheet cannot be opened; save it as .xlsx again")),
    (
        r"the list has no column of places|no column .*|.*headings.*",
        _("no column of places was found; head it 城市 or 县区, or 前20位 and 后20位"),
    ),
    (
        r"the list is of several periods: (.*)",
        _("the list is of several periods (%(first)s); choose one of them as the period"),
    ),
    (r"the list has nothing of (.*)", _("the list has nothing of %(first)s; choose another period")),
    (
        r"the list gives neither ranks nor values.*",
        _("the list gives neither ranks nor values; add 名次, 综合指数, or 榜单 with 前20位 or 后20位"),
    ),
    (r"no place could be taken.*", _("no place could be taken from the list")),
    (r"no unit could be taken.*", _("no unit could be taken from the table")),
    (r"'(.*)' may be any of (.*)", _("“%(first)s” may be any of %(second)s; write the city before the name")),
    (r"'(.*)' is not a line of a ranking", _("“%(first)s” is no line of a ranking")),
    (
        r"(\d+) places with a value have no line '(.*)'",
        _("%(first)s places with a value are too few for this line"),
    ),
    (r"'(.*)' is not in the pool '(.*)'", _("the place is not in this pool")),
    (r"'(.*)' has no (.*) in (.*)", _("the place has no value in this period")),
    (r"(\w+) cannot fall by (\S+): it is (\S+)", _("%(first)s cannot fall by %(second)s: it is %(third)s")),
)


def short(key: str) -> str:
    """A figure in a narrow place: a pollutant by symbol, the index by name: its symbol says little."""
    return gettext("Composite index") if key == "composite_index" else INDICATORS[key].short


def explanation(found: Explanation) -> str:
    """Why two figures differ, with the numbers that were checked."""
    text = str(EXPLANATIONS.get(found.code, found.code.replace("_", " ")))
    said = [said_number(name, number) for name, number in found.numbers.items()]
    known = [part for part in said if part]
    if not known:
        return text
    return gettext("%(text)s (%(numbers)s)") % {"text": text, "numbers": gettext(", ").join(known)}


def joined(explanations: Iterable[Explanation]) -> str:
    """Several explanations in one line."""
    return gettext("; ").join(explanation(found) for found in explanations)


def said_number(name: str, number: int | Decimal | str) -> str:
    """One number behind an explanation."""
    if name == "basis":
        version = re.fullmatch(r"data version (\d+)", str(number))
        if version:
            return gettext("data version %(number)s") % {"number": version[1]}
        return air_words.regime(str(number))
    wording = NUMBERS.get(name)
    return str(wording) % {"number": number} if wording else str(number)


def mistake(error: LantianError, name: str = "") -> str:
    """What is wrong with a file or a question, in one line of the page's language."""
    for pattern, words in MISTAKES:
        match = re.fullmatch(pattern, error.what, flags=re.DOTALL)
        if match:
            groups = dict(zip(("first", "second", "third"), match.groups(), strict=False))
            text = str(words) % groups if groups else str(words)
            return f"{name}: {text}" if name else text
    return gettext("%(name)s cannot be read as such a table: %(why)s") % {
        "name": name or gettext("This file"),
        "why": error.what,
    }


def line(found: Line) -> str:
    """A line of a ranking in words."""
    words = {"last": gettext("out of the last %(number)s"), "top": gettext("into the first %(number)s")}
    return words[found.kind] % {"number": found.number}


def codes_of(rows: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Explanations counted: code, words, how many rows bear it."""
    return [(code, str(EXPLANATIONS[code]), rows[code]) for code in EXPLANATIONS if rows.get(code)]
