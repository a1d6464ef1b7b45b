"""An outlook in words: verdicts, targets, what must still come, assumptions, reasons."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lantian.ambient.outlook import say
from lantian.ambient.outlook.result import Needs
from lantian.ambient.outlook.target import EXIT_LAST, RANK, Target
from lantian.ambient.outlook.words import WORDS
from lantian.office.monitoring import words as air_words
from lantian.office.monitoring.indicators import INDICATORS, Indicator, shown_unit
from lantian.office.outlook.rules import LAST_YEAR, LIMIT, OWN, PLAN
from lantian.office.plans.terms import goal_words

VERDICTS: dict[str, Any] = {
    "attained": pgettext_lazy("outlook", "attained, whatever comes"),
    "missed": pgettext_lazy("outlook", "missed, whatever comes"),
    "on_track": pgettext_lazy("outlook", "on track"),
    "open": pgettext_lazy("outlook", "open"),
    "unlikely": pgettext_lazy("outlook", "unlikely"),
    "unknown": pgettext_lazy("outlook", "no outlook"),
}

BASES: dict[str, Any] = {
    PLAN: _("plan"),
    LIMIT: _("grade 2 limit"),
    LAST_YEAR: _("last year's figure"),
    OWN: _("tried"),
}

# Reasons of the office why there is no outlook; those of the kernel are in its own words (`ambient.outlook`).
WHY: dict[str, Any] = {
    "no_value": _("The target names no value, only a direction."),
    "no_baseline": _("The target names no baseline year."),
    "no_baseline_figure": _("The office holds no figure of the baseline year."),
    "no_pool": _("The words do not say among how many places the rank counts."),
    "pool": _("The office does not hold the air of the places it is ranked among."),
    "unit": _("The target is written in another unit than the figure."),
    "comparator": _("This indicator cannot be held against a target of this kind."),
    "no_date": _("The target names no year."),
    "year_ahead": _("The year has not begun."),
    "year_over": _("The year is over."),
    "province_figure": _("This figure of a province is not foretold; its cities' are."),
    "mean_of_cities": _("the figure of a province is the mean of its cities' figures"),
    "failed": _("It could not be computed; the log of the office says why."),
}

PHASES: dict[str, Any] = {
    "": _("Beginning …"),
    "days": _("Reading the days of past years …"),
    "draw": _("Drawing possible years …"),
    "answers": _("Answering target by target …"),
    "months": _("Preparing the chart and the months …"),
    "backtest": _("Trying the method on the past, month by month …"),
}

ORIGINS: dict[str, Any] = {
    "stations": _("stations"),
    "group": _("stations"),
    "city_of_stations": _("stations"),
    "city_feed": _("feed of city means"),
    "city_days": _("daily values as given by the source"),
}


# Data sets of the packaged back-test, by the name of their file; a half of one has its words behind a comma.
TESTED: dict[str, Any] = {
    "daily_201312_201701.parquet": _("Cities of a public archive of daily values"),
    "beijing_9stations_201303_201702.parquet": _("Stations of Beijing, hourly values"),
    "odd places": _("every second place, on which the settings were chosen"),
    "even places": _("the other places, not looked at before"),
}


def tested(name: str) -> str:
    """A data set of a back-test in words; one that is not known keeps its name."""
    return " · ".join(str(TESTED.get(part, part)) for part in name.split(", "))


def verdict(code: str) -> str:
    """A verdict in the active language."""
    return str(VERDICTS[code])


def target(own: Target | None) -> str:
    """A target as a page shows it: `≤ 35 µg/m³`, `leaves the last 10`; empty without a value."""
    if own is None or own.value is None:
        return ""
    if own.indicator == RANK:
        return goal_words("exit_bottom" if own.comparator == EXIT_LAST else own.comparator, own.value, "位")
    return goal_words(own.comparator, own.value, INDICATORS[own.indicator].unit)


def reason(code: str) -> str:
    """Why there is no outlook."""
    if not code:
        return ""
    name = code.partition(":")[0]
    if name in WHY:
        return str(WHY[name])
    return say(code, get_language() or "zh") if name in WORDS else air_words.why(code)


def assumption(code: str) -> str:
    """An assumption of the kernel or of the office; names within it in the active language."""
    name, _colon, value = code.partition(":")
    if name in WHY:
        return str(WHY[name])
    if name == "one_regime":
        value = air_words.regime(value)
    elif name == "carried":
        value = re.sub(r"[a-z][a-z0-9_]*", lambda found: _short(found[0]), value)
    elif name == "mixed_sources":
        value = gettext(", ").join(dict.fromkeys(str(ORIGINS.get(part, part)) for part in value.split("+")))
    elif name == "past_years":
        value = gettext(", ").join(value.split())
    return say(f"{name}:{value}", get_language() or "zh")


def _short(key: str) -> str:
    return INDICATORS[key].short if key in INDICATORS else key


def needs(own: Needs, of: Indicator, remaining: int) -> str:
    """What the remaining days must bring, in one line; empty where nothing can be said."""
    if own.mean is not None:
        return _mean(own, of, remaining)
    if own.days is not None:
        return _days(own, of, remaining)
    if own.index_line is not None:
        return gettext("a composite index of %(value)s would do, if the rivals fare as expected") % {
            "value": own.index_line
        }
    if own.factor is not None:
        return gettext("remaining days at %(percent)s %% of past years' (%(change)s %%)") % {
            "percent": _trim(own.factor * 100),
            "change": signed((own.factor - 1) * 100),
        }
    return ""


def _mean(own: Needs, of: Indicator, remaining: int) -> str:
    if own.mean is None:
        return ""
    if own.mean < 0:
        return gettext("out of reach: even clean air on every remaining day would not do")
    values = {"value": own.mean, "unit": shown_unit(of.unit), "days": remaining, "past": own.past_mean}
    if not own.past_mean:
        return gettext("mean of %(value)s %(unit)s on the remaining %(days)s days") % values
    text = gettext(
        "mean of %(value)s %(unit)s on the remaining %(days)s days; past years %(past)s (%(change)s %%)"
    )
    return text % {**values, "change": signed((own.mean / own.past_mean - 1) * 100)}


def _days(own: Needs, of: Indicator, remaining: int) -> str:
    number = own.days or 0
    if of.key.startswith("good"):
        return _good(number, remaining)
    if own.level is not None:
        values = {"number": abs(number), "level": f"{own.level} {shown_unit(of.unit)}"}
        if number < 0:
            return gettext("%(number)s days above %(level)s too many to attain for certain") % values
        return gettext("certain with at most %(number)s more days above %(level)s") % values
    if number < 0:
        return gettext("%(number)s heavy days too many already") % {"number": -number}
    return gettext("at most %(number)s more heavy days") % {"number": number}


def _good(number: int, remaining: int) -> str:
    if number <= 0:
        return gettext("no further good day is needed")
    values = {"number": number, "days": remaining}
    if number > remaining:
        return gettext("out of reach: %(number)s good days in %(days)s days") % values
    return (
        ngettext(
            "%(number)s good day in the remaining %(days)s days",
            "%(number)s good days in the remaining %(days)s days",
            number,
        )
        % values
    )


def signed(value: Decimal) -> str:
    """A change in whole percent with its sign."""
    whole = round(value)
    return f"+{whole}" if whole > 0 else f"\u2212{-whole}" if whole < 0 else "±0"


def _trim(value: Decimal) -> str:
    return f"{value:.0f}"
