"""Causes of a change in the language of the page: made of the cause's kind and values, never of its text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from lantian.ambient.changes import Cause
from lantian.ambient.hours import local_hour
from lantian.errors import LantianError
from lantian.office.monitoring import arithmetic, kernel
from lantian.office.monitoring.indicators import INDICATORS
from lantian.office.monitoring.models import Station

# Kinds of `lantian.ambient.changes.causes.KINDS`, and the office's own.
KINDS: dict[str, Any] = {
    "new_data": gettext_lazy("new data"),
    "correction": gettext_lazy("corrected data"),
    "review": gettext_lazy("reviewed data"),
    "rule": gettext_lazy("changed rule"),
    "day_list": gettext_lazy("list of event days"),
    "program": gettext_lazy("another version of the program"),
    "others": gettext_lazy("other units moved"),
    "register": gettext_lazy("register of stations"),
}

FIGURES: dict[str, Any] = {
    "days_used": gettext_lazy("days used"),
    "change_rate": gettext_lazy("change on the year before"),
}

VERDICTS: dict[str, Any] = {
    "accept": gettext_lazy("kept as they are"),
    "void": gettext_lazy("declared void"),
    "correct": gettext_lazy("put right"),
}

SCOPES: dict[str, Any] = {
    "concentration": gettext_lazy("from concentrations"),
    "aqi": gettext_lazy("from the AQI"),
}


def kind(code: str) -> str:
    """A kind of cause."""
    return str(KINDS.get(code, code))


def figure(code: str) -> str:
    """A figure of a bulletin by its symbol or term."""
    if code in FIGURES:
        return str(FIGURES[code])
    found = INDICATORS.get(code)
    if found is None:
        return code
    return found.label if code == "composite_index" else found.short


def said(cause: Cause, names: Mapping[str, str]) -> str:
    """A cause in one line.

    Parameters
    ----------
    names
        units by place, in the active language
    """
    return _SAID[cause.kind](cause.detail, names) if cause.kind in _SAID else kind(cause.kind)


def _data(detail: Mapping[str, Any], names: Mapping[str, str]) -> str:
    parts = []
    if detail["rows_new"]:
        parts.append(
            ngettext("%(number)d hour came in", "%(number)d hours came in", detail["rows_new"])
            % {"number": detail["rows_new"]}
        )
    if detail["rows_changed"]:
        parts.append(
            ngettext("%(number)d hour was changed", "%(number)d hours were changed", detail["rows_changed"])
            % {"number": detail["rows_changed"]}
        )
    told = {"version": detail["version"], "source": detail["source"], "what": _(", ").join(parts)}
    if "reviews" not in detail:
        return _("data version %(version)s (%(source)s): %(what)s") % told
    reviews = [_review(one) for one in detail["reviews"]]
    return _("; ").join([_("data version %(version)s: %(what)s") % told, *reviews])


def _review(one: Mapping[str, Any]) -> str:
    station = Station.objects.filter(place=one["place"]).first()
    words = _("%(place)s, %(items)s, %(since)s to %(until)s: %(verdict)s") % {
        "place": station.label if station else one["place"],
        "items": _(", ").join(arithmetic.item(item) for item in one["items"]),
        "since": _hour(one["since"]),
        "until": _hour(one["until"]),
        "verdict": VERDICTS.get(one["verdict"], one["verdict"]),
    }
    reason = one["reason"] or one["code"]
    if reason:
        words = _("%(what)s, because: %(reason)s") % {"what": words, "reason": reason}
    if one["actor"]:
        words = _("%(what)s (%(who)s)") % {"what": words, "who": one["actor"]}
    return words


def _rule(detail: Mapping[str, Any], names: Mapping[str, str]) -> str:
    none = _("no value")
    return _("%(rule)s (%(path)s): from %(before)s to %(after)s") % {
        "rule": _citation(detail["path"]) or detail["rule"],
        "path": detail["path"],
        "before": none if detail["before"] is None else detail["before"],
        "after": none if detail["after"] is None else detail["after"],
    }


def _citation(path: str) -> str:
    try:
        rule = kernel.rulebook().rule(path)
    except LantianError:
        return ""
    return str(rule.in_language(get_language() or "zh").citation)


def _day_list(detail: Mapping[str, Any], names: Mapping[str, str]) -> str:
    entry = detail["entry"]
    days = entry["first"] if entry["first"] == entry["last"] else f"{entry['first']}–{entry['last']}"
    told = {
        "place": names.get(entry["place"], entry["place"]),
        "days": days,
        "items": _(", ").join(arithmetic.item(item) for item in entry["items"]),
        "scopes": _(", ").join(str(SCOPES.get(scope, scope)) for scope in entry["scopes"]),
    }
    text = (
        _("%(place)s, %(days)s: %(items)s taken out %(scopes)s")
        if detail["added"]
        else _("%(place)s, %(days)s: %(items)s no longer taken out %(scopes)s")
    )
    behind = _(", ").join(part for part in (entry["reason"], entry["document"]) if part)
    return text % told + (_(" (%(behind)s)") % {"behind": behind} if behind else "")


def _program(detail: Mapping[str, Any], names: Mapping[str, str]) -> str:
    if not detail.get("frozen_by"):
        return _("the program computes it in another way now")
    return _("frozen by Lantian %(version)s; the same data and rules give %(value)s now") % {
        "version": detail["frozen_by"],
        "value": detail["recomputed"] if detail["recomputed"] is not None else _("no value"),
    }


def _others(detail: Mapping[str, Any], names: Mapping[str, str]) -> str:
    if detail.get("places"):
        return _("changed order with %(names)s") % {"names": _named(detail["places"], names)}
    if detail.get("versions"):
        return _("data of other units or days (versions %(versions)s)") % {
            "versions": ", ".join(str(version) for version in detail["versions"])
        }
    if detail.get("axis") == "rules":
        return _("a rule changed that is not its own")
    if detail.get("axis") == "day_list":
        return _("the list of event days changed elsewhere")
    return _("data of other units or days")


def _register(detail: Mapping[str, Any], names: Mapping[str, str]) -> str:
    parts = []
    if detail.get("added"):
        parts.append(_("counts since: %(stations)s") % {"stations": _stations(detail["added"])})
    if detail.get("removed"):
        parts.append(_("no longer counts: %(stations)s") % {"stations": _stations(detail["removed"])})
    return _("; ").join(parts)


def _stations(places: Sequence[str]) -> str:
    known = {station.place: station.label for station in Station.objects.filter(place__in=places)}
    return _(", ").join(known.get(place, place) for place in places)


def _named(places: Sequence[str], names: Mapping[str, str], most: int = 10) -> str:
    text = _(", ").join(names.get(place, place) for place in places[:most])
    return f"{text} …" if len(places) > most else text


def _hour(text: str) -> str:
    day, hour = local_hour(datetime.fromisoformat(text))
    return f"{day} {hour:02d}:00"


_SAID: dict[str, Callable[[Mapping[str, Any], Mapping[str, str]], str]] = {
    "new_data": _data,
    "correction": _data,
    "review": _data,
    "rule": _rule,
    "day_list": _day_list,
    "program": _program,
    "others": _others,
    "register": _register,
}
