"""The page of rankings and its exports."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from lantian.office.frame.views import page
from lantian.office.monitoring import words
from lantian.office.monitoring.indicators import INDICATORS, STATISTICS, shown_unit
from lantian.office.people.rules import Capability, can
from lantian.office.rankings import asking, charts, export, periods, tables
from lantian.office.rankings import words as rank_words
from lantian.office.rankings.asking import Ask
from lantian.office.rankings.export import Cell
from lantian.office.rankings.tables import Table


@login_required
def ranking(request: HttpRequest) -> HttpResponse:
    """A pool in a period by a figure, with everything that must be said beside it."""
    ask = asking.asked(request)
    context: dict[str, Any] = {
        "title": _("Rankings"),
        "may_load": can(request.user, Capability.LOAD_DATA),
    }
    if ask is None:
        return page(request, "rankings/ranking.html", context)
    found = tables.table(ask, request.user)
    title = _("What each composite index is made of")
    context |= asking.form(request, ask) | {
        "subtitle": heading(ask),
        "ask": ask,
        "table": found,
        "own": request.user.region.code if request.user.region else "",
        "columns": [INDICATORS[key] for key in STATISTICS],
        "by": INDICATORS[ask.by],
        "by_is_column": ask.by in STATISTICS or ask.by in {"composite_index", "good_days_ratio"},
        "by_change": ask.order == asking.CHANGE,
        "period_words": periods.label(ask.period),
        "regime_words": words.regime(found.regime),
        "asked_regime": words.regime(ask.regime),
        "change_words": words.regime(found.change_regime),
        "change_of": rank_words.short(ask.by if ask.by in asking.FIGURES else "composite_index"),
        "source": words.source(found.source),
        "provisional": provisional(found) if found.provisional else "",
        "hidden": hidden(found) if found.hidden else "",
        "chart": charts.parts(found.rows, title),
        "chart_title": title,
        "chart_height": charts.height_of(found.rows),
    }
    return page(request, "rankings/ranking.html", context)


@login_required
def ranking_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The same table as CSV or Excel."""
    ask = asking.asked(request)
    if ask is None or kind not in export.KINDS:
        raise Http404(_("There is nothing at this address."))
    found = tables.table(ask, request.user)
    name = f"{ask.pool.label}-{ask.period.label}-{ask.by}"
    if kind == "csv":
        return export.as_csv(name, head(ask), cells(found))
    return export.as_xlsx(name, head(ask), cells(found), notes(found))


def heading(ask: Ask) -> str:
    """What is ranked, in one line."""
    parts = {"pool": ask.pool.label, "period": periods.label(ask.period), "by": rank_words.short(ask.by)}
    if ask.order == asking.CHANGE:
        return _("%(pool)s, %(period)s, by the change of %(by)s on the year before") % parts
    return _("%(pool)s, %(period)s, by %(by)s") % parts


def head(ask: Ask) -> list[str]:
    """The columns of an export."""
    columns = [_("Rank"), _("From the end"), _("Unit"), _("Region code")]
    if ask.by not in STATISTICS and ask.by != "composite_index":
        columns.append(_titled(ask.by))
    columns += [_("Composite index"), *(_titled(key) for key in STATISTICS)]
    columns += [_("Good days"), _("Days used"), _("Days of the period"), _("Change on the year [%]")]
    if ask.without:
        columns.append(_("Rank with all days"))
    return [*columns, _("To know")]


def _titled(key: str) -> str:
    unit = shown_unit(INDICATORS[key].unit)
    return INDICATORS[key].short + (f" [{unit}]" if unit else "")


def cells(found: Table) -> list[list[Cell]]:
    """The rows of an export."""
    rows = []
    ask = found.ask
    for row in found.rows:
        line: list[Cell] = [row.rank, row.end, row.city + row.label, row.code]
        if ask.by not in STATISTICS and ask.by != "composite_index":
            line.append(row.value.value)
        line += [row.index.value, *(figure.value for figure in row.statistics)]
        line += [None if row.good is None else int(row.good), row.days_used, row.days_in_period, row.change]
        if ask.without:
            line.append(row.other_rank)
        said = [words.why(row.why)] if row.why else []
        said += [words.why(mark) for mark in row.marks if mark not in {"source_stations"}]
        rows.append([*line, _("; ").join(said)])
    return rows


def notes(found: Table) -> list[str]:
    """What must stand above an exported table."""
    lines = [
        heading(found.ask),
        _("Standard: %(regime)s. Source: %(source)s. Data version %(version)s.")
        % {
            "regime": words.regime(found.regime),
            "source": words.source(found.source),
            "version": found.data_version,
        },
    ]
    if found.ask.without:
        lines.append(_("Dust and event days of the office's list are taken out."))
    if found.provisional:
        lines.append(provisional(found))
    if found.hidden:
        lines.append(hidden(found))
    return lines


def provisional(found: Table) -> str:
    """Why the ranks are not final, and who is missing."""
    names = _(", ").join(found.missing)
    text = _("Provisional: %(ranked)s of %(size)s units are ranked.") % {
        "ranked": found.ranked,
        "size": found.size,
    }
    if names:
        text += " " + _("Without a value: %(names)s.") % {"names": names}
    if found.unknown:
        text += " " + _("%(number)s units of the pool are not known by name.") % {"number": found.unknown}
    return text


def hidden(found: Table) -> str:
    """What is ranked but not listed."""
    return _(
        "%(number)s units outside your region are ranked but not listed; the ranks are those among all."
    ) % {"number": found.hidden}
