"""Words beside figures: levels of air quality with colour and advice, reasons, marks, regimes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lantian.ambient import Period, marks
from lantian.office.frame.tiles import ink_on
from lantian.office.monitoring import kernel
from lantian.office.monitoring.indicators import indicator

LEVELS: dict[int, Any] = {
    1: pgettext_lazy("air quality level", "Excellent"),
    2: pgettext_lazy("air quality level", "Good"),
    3: pgettext_lazy("air quality level", "Lightly polluted"),
    4: pgettext_lazy("air quality level", "Moderately polluted"),
    5: pgettext_lazy("air quality level", "Heavily polluted"),
    6: pgettext_lazy("air quality level", "Severely polluted"),
}

# After HJ 633, the table of levels: advice for the public.
ADVICE: dict[int, Any] = {
    1: _("The air is satisfactory; everyone can be active as usual."),
    2: _("A few unusually sensitive people should spend less time outdoors."),
    3: _("Children, the elderly and people with heart or lung disease should avoid long exercise outdoors."),
    4: _(
        "Sensitive people should avoid long, strenuous exercise outdoors; everyone else should do less of it."
    ),
    5: _(
        "Children, the elderly and patients should stay indoors; everyone else should exercise less outdoors."
    ),
    6: _("Children, the elderly and patients should stay indoors; everyone else should avoid going out."),
}

REGIMES: dict[str, Any] = {
    "by-date": _("the standard in force on each day"),
    "gb3095-2012": _("GB 3095-2012"),
    "gb3095-2026-transition": _("GB 3095-2026, transition limits"),
    "gb3095-2026": _("GB 3095-2026, final limits"),
}

SOURCES: dict[str, Any] = {
    "station": _("the station's own hours"),
    "stations": _("mean of its stations"),
    "feed": _("city means of the national feed"),
    "cities": _("mean of its cities"),
    "": _("no data"),
}

# Codes of the office; those of the kernel have their words in `lantian.ambient.marks`.
OWN_WHY: dict[str, Any] = {
    "cities_missing": _("not all cities have data"),
    "not_valid": _("too few valid days"),
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A level of air quality as a page shows it: number, word, advice, colour and a readable ink on it."""

    level: int
    word: str
    advice: str
    colour: str
    ink: str


def palette() -> list[str]:
    """The colours of levels 1 … 6 as `#rrggbb`, from the rulebook."""
    return [str(row["hex"]) for row in level_rows()]


def level_rows() -> Sequence[Any]:
    """The table of levels in the rulebook: AQI bounds and colours."""
    return kernel.rulebook().rule("ambient.aqi.levels").rows


def badge(level: int | None) -> Badge | None:
    """How level 1 … 6 is shown; None without a level."""
    if level is None or level not in LEVELS:
        return None
    colour = palette()[level - 1]
    return Badge(level, str(LEVELS[level]), str(ADVICE[level]), colour, ink_on(colour))


def badges() -> list[Badge]:
    """All six levels, for legends."""
    return [found for level in LEVELS if (found := badge(level))]


def pollutants(keys: Sequence[str]) -> str:
    """Pollutants by symbol, `PM₂.₅, O₃-8h`; a dash for none."""
    return gettext(", ").join(found.short if (found := indicator(key)) else key for key in keys) or "—"


def why(code: str | None) -> str:
    """Why there is no value or it is not valid, and what a reader must know beside a figure.

    `code` is one of the kernel's or the office's, perhaps with a value after a colon; an unknown one stands
    as it is.
    """
    if not code:
        return ""
    name, _colon, value = code.partition(":")
    if name in marks.WORDS:
        return marks.describe(code, get_language() or "zh")
    text = str(OWN_WHY.get(name, name.replace("_", " ")))
    return gettext("%(text)s: %(value)s") % {"text": text, "value": value} if value else text


def knows(code: str) -> bool:
    """Whether a code has words."""
    return code.partition(":")[0] in marks.WORDS or code in OWN_WHY


def regime(name: str) -> str:
    """A regime in words."""
    return str(REGIMES.get(name, name))


def source(name: str) -> str:
    """What a figure is made of, in words."""
    return str(SOURCES.get(name, name))


def period(span: Period) -> str:
    """A period for a heading: its label, spans with words between the days."""
    if ".." in span.label:
        return gettext("%(first)s to %(last)s") % {"first": span.first, "last": span.last}
    return str(span.label)
