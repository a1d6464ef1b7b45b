"""Words beside figures: levels of air quality with colour and advice, reasons, marks, regimes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lantian.ambient import Period
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

# Codes of the kernel (`lantian.ambient.marks`) and of the office: why there is no value or it is not valid,
# and what a reader must know beside a figure. A code may carry a value after a colon.
WHY: dict[str, Any] = {
    "no_data": _("no data"),
    "no_days": _("no valid day"),
    "no_items": _("no pollutant has a valid value"),
    "items_missing": _("a pollutant has no valid value"),
    "cities_missing": _("not all cities have data"),
    "not_valid": _("too few valid days"),
    "too_few_days": _("too few valid days"),
    "too_few_days_in_month": _("too few valid days in a month"),
    "too_few_hours": _("too few valid hours"),
    "few_days": _("a statistic has too few valid days"),
    "no_index": _("no composite index: a statistic is missing"),
    "station_share": _("days on which too few stations were valid"),
    "lost_hours": _("days counted although the archive lost hours of all places"),
    "event_days": _("days from which dust or another event was taken out by an official list"),
    "event_excluded": _("taken out as dust or another event by an official list"),
    "no_row": _("not in the archive, though other places are"),
    "voided": _("declared invalid in a review"),
    "lost_here": _("lost by the archive for nearly every place"),
    "unverified_rules": _("rules not yet checked against the document's own text"),
    "regime_change": _("the standard changes inside the period, on this day"),
    "not_a_year": _("annual limits held against a period that is not a year"),
    "index_method": _("the composite index is made by another method than that of the city ranking"),
    "period_empty": _("no data in the period"),
    "against_empty": _("no data in the period compared with"),
    "members_missing": _("members of the region without data"),
    "realtime_change": _(
        "the real-time AQI changed in kind on this day; hours before and after do not compare"
    ),
    "no_value": _("a period has no value"),
    "too_few_periods": _("fewer periods than a trend needs"),
    "no_critical_value": _("more periods than the table of critical values has"),
    "ties": _("equal values among the periods of the trend"),
    "source_stations": _("mean of the city's stations"),
    "source_city_feed": _("from the feed of city means; its ozone is lower than that of stations"),
    "source_city_days": _("from daily values as given by the source"),
    "not_reported": _("reported a year before and not now"),
    "limit_changes": _("the limit changes in the period; the last one is taken"),
    "below_detection": _("below the detection limit of the method"),
    "below_quantitation": _("below the limit of quantitation of the method"),
    "sampling_days": _("the dustfall cylinder stood too short or too long"),
    "no_limit": _("no limit is known for this place and class"),
    "few_points": _("sampled at fewer points than the rule asks"),
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
    """A reason in words; an unknown code stands as it is."""
    if not code:
        return ""
    name, _colon, value = code.partition(":")
    text = str(WHY.get(name, name.replace("_", " ")))
    return gettext("%(text)s: %(value)s") % {"text": text, "value": value} if value else text


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
