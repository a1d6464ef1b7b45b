"""The sentences of a bulletin, made from its frozen figures in the active language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from lantian.ambient import Period
from lantian.office.bulletins.periods import said
from lantian.office.monitoring import words
from lantian.office.monitoring.indicators import INDICATORS

BEST = 3


def written(body: Mapping[str, Any], pool: str) -> dict[str, Any]:
    """Title and sentences, to be frozen with the figures.

    Parameters
    ----------
    body
        what `freezing.freeze` gave
    pool
        what the units are called in the active language
    """
    period = Period.parse(body["period"])
    lines = [
        _overview(body, pool, period),
        *_mean(body),
        *_order(body),
        *_changes(body),
        *_primary(body),
        *_attainment(body),
        *_provisos(body),
    ]
    return {
        "title": _title(pool, period),
        "pool": pool,
        "period": said(period),
        "lines": [one for one in lines if one],
    }


def _title(pool: str, period: Period) -> str:
    told = {"pool": pool, "period": said(period)}
    if period.kind == "month":
        return _("Monthly air quality bulletin: %(pool)s, %(period)s") % told
    if period.kind == "quarter":
        return _("Quarterly air quality bulletin: %(pool)s, %(period)s") % told
    return _("Air quality bulletin: %(pool)s, %(period)s") % told


def _overview(body: Mapping[str, Any], pool: str, period: Period) -> str:
    ranked = sum(row["rank"] is not None for row in body["rows"])
    return _(
        "%(pool)s: air quality in %(period)s. Of %(units)s, %(ranked)d are ranked by the composite index. "
        "Both years are evaluated under one standard, %(regime)s."
    ) % {
        "pool": pool,
        "period": said(period),
        "ranked": ranked,
        "units": counted(body["pool"]["size"], body["level"]),
        "regime": words.regime(body["regime"]),
    }


def _mean(body: Mapping[str, Any]) -> list[str]:
    mean = body["mean"]
    if not mean or mean["index"] is None:
        return []
    parts = [
        _("%(item)s %(value)s %(unit)s%(change)s")
        % {
            "item": INDICATORS[key].short,
            "value": mean["statistics"][key],
            "unit": INDICATORS[key].unit,
            "change": _in_brackets(mean["changes"][key]),
        }
        for key in ("pm2_5", "pm10", "o3_8h", "so2", "no2", "co")
        if mean["statistics"][key] is not None
    ]
    lines = [
        _("Mean of the cities: composite index %(index)s%(change)s; %(parts)s.")
        % {
            "index": mean["index"],
            "change": _in_brackets(mean["index_change"]),
            "parts": pgettext("between parts of a sentence", "; ").join(parts),
        }
    ]
    if mean["good_days_ratio"] is not None:
        points = mean["good_days_ratio_change"]
        lines.append(
            _(
                "Share of good days %(ratio)s%%%(change)s; heavy-pollution days of all cities together: "
                "%(heavy)d%(more)s."
            )
            % {
                "ratio": mean["good_days_ratio"],
                "change": _points(points),
                "heavy": mean["heavy_days"],
                "more": _days_more(mean["heavy_days_change"]),
            }
        )
    return lines


def _order(body: Mapping[str, Any]) -> list[str]:
    ranked = [row for row in body["rows"] if row["rank"] is not None]
    if len(ranked) < 2 * BEST:
        names = _listed(ranked)
        return [_("From the cleanest on: %(names)s.") % {"names": names}] if names else []
    best, worst = ranked[:BEST], list(reversed(ranked[-BEST:]))
    units = counted(BEST, body["level"])
    return [
        _("The cleanest %(units)s are %(names)s.") % {"units": units, "names": _listed(best)},
        _("The most polluted %(units)s, the worst first, are %(names)s.")
        % {"units": units, "names": _listed(worst)},
    ]


def _changes(body: Mapping[str, Any]) -> list[str]:
    rows = [row for row in body["rows"] if row["index_change"] is not None]
    if not rows:
        return []
    rows.sort(key=lambda row: Decimal(row["index_change"]))
    fell = [row for row in rows if Decimal(row["index_change"]) < 0]
    rose = [row for row in rows if Decimal(row["index_change"]) > 0]
    line = _("Against the year before, the composite index fell in %(fell)s and rose in %(rose)s") % {
        "fell": counted(len(fell), body["level"]),
        "rose": counted(len(rose), body["level"]),
    }
    parts = [line]
    if fell:
        parts.append(
            _("the largest fall is that of %(name)s, by %(size)s%%")
            % {"name": unit_name(fell[0]), "size": abs(Decimal(fell[0]["index_change"]))}
        )
    if rose:
        parts.append(
            _("the largest rise is that of %(name)s, by %(size)s%%")
            % {"name": unit_name(rose[-1]), "size": abs(Decimal(rose[-1]["index_change"]))}
        )
    return [_sentence(parts)]


def _primary(body: Mapping[str, Any]) -> list[str]:
    days = body["days"]
    if not days["used"]:
        return []
    if not days["above"]:
        return [_("No AQI of a day exceeded 100 anywhere.")]
    # In the order of their number; the frozen text has its keys sorted.
    share = sorted(days["primary_share"].items(), key=lambda pair: -Decimal(pair[1]))
    parts = [
        _("%(item)s on %(share)s%% of them") % {"item": INDICATORS[item].short, "share": value}
        for item, value in share
        if item in INDICATORS
    ]
    line = ngettext(
        "On %(above)d day with an AQI above 100, counted over all of them, the primary pollutant was",
        "On %(above)d days with an AQI above 100, counted over all of them, the primary pollutant was",
        days["above"],
    ) % {"above": days["above"]}
    return [_("%(line)s %(parts)s.") % {"line": line, "parts": _(", ").join(parts)}]


def _attainment(body: Mapping[str, Any]) -> list[str]:
    found = body["attainment"]
    if not found["judged"]:
        return []
    parts = [
        _("Of %(units)s, %(attained)d attain the second grade in all six items")
        % {"attained": found["attained"], "units": counted(found["judged"], body["level"])}
    ]
    above = sorted(found["above"].items(), key=lambda pair: (-pair[1], pair[0]))
    if above:
        listed = [
            _("%(item)s in %(number)d") % {"item": INDICATORS[item].short, "number": number}
            for item, number in above
            if item in INDICATORS
        ]
        parts.append(_("above the limit are %(items)s") % {"items": _(", ").join(listed)})
    line = _sentence(parts)
    if not found["annual"]:
        line = _("%(line)s (Held against annual limits, for orientation: the period is not a year.)") % {
            "line": line
        }
    return [line]


def _provisos(body: Mapping[str, Any]) -> list[str]:
    lines = []
    missing = [unit_name(row) for row in body["rows"] if row["rank"] is None]
    if missing:
        lines.append(
            _("Without a composite index, so that ranks are provisional: %(names)s.")
            % {"names": _(", ").join(missing)}
        )
    if body["day_list"]:
        lines.append(
            _(
                "Days that the official list takes out for dust or other events are taken out; figures with "
                "all days stand beside."
            )
        )
    return lines


def _sentence(parts: Sequence[str]) -> str:
    return _("%(sentence)s.") % {"sentence": pgettext("between parts of a sentence", "; ").join(parts)}


def _listed(rows: Sequence[Mapping[str, Any]]) -> str:
    parts = [_("%(name)s (%(index)s)") % {"name": unit_name(row), "index": row["index"]} for row in rows]
    return _(", ").join(parts)


def counted(number: int, level: str) -> str:
    """So many cities, counties or other units."""
    if level == "city":
        text = ngettext("%(number)d city", "%(number)d cities", number)
    elif level == "county":
        text = ngettext("%(number)d county", "%(number)d counties", number)
    else:
        text = ngettext("%(number)d unit", "%(number)d units", number)
    return text % {"number": number}


def unit_name(row: Mapping[str, Any]) -> str:
    """A unit of a frozen body in the active language."""
    if (get_language() or "").startswith("en"):
        return str(row["name_en"] or row["name"])
    return str(row["name"])


def signed(value: str | int) -> str:
    """A difference with its sign."""
    number = Decimal(value)
    if number == 0:
        return "0"
    return f"+{number}" if number > 0 else f"\u2212{-number}"


def _in_brackets(change: str | None) -> str:
    words = {
        1: _(" (%(size)s%% more than a year before)"),
        -1: _(" (%(size)s%% less than a year before)"),
    }
    return _told(change, words)


def _points(change: str | None) -> str:
    words = {
        1: _(" (%(size)s points more than a year before)"),
        -1: _(" (%(size)s points less than a year before)"),
    }
    return _told(change, words)


def _days_more(change: int | None) -> str:
    words = {
        1: _(" (%(size)s more than a year before)"),
        -1: _(" (%(size)s fewer than a year before)"),
    }
    return _told(change, words)


def _told(change: str | int | None, words: Mapping[int, str]) -> str:
    if change is None:
        return ""
    number = Decimal(change)
    if number == 0:
        return _(" (as a year before)")
    return words[1 if number > 0 else -1] % {"size": abs(number)}
