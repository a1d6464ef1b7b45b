"""The page of a stack: chart, table, minutes of an hour, the explanation of an hour, its raw packets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.office.dispatch.evidence import ACCEPT
from lantian.office.findings.workbook import workbook
from lantian.office.frame.views import page
from lantian.office.ledgers.industry.line_device import LineDevice, LineKind
from lantian.office.telemetry import (
    access,
    charts,
    declaring,
    door,
    explaining,
    lines,
    measured,
    rates,
    words,
)
from lantian.office.telemetry import stack as stacks
from lantian.office.telemetry.others.views import others_page
from lantian.telemetry.validity.records import HourValue
from lantian.telemetry.validity.rules import CHINA, HOUR, local_day

PER_PAGE = 24


def device_tabs(device: LineDevice, user: Any, here: str) -> list[tuple[str, str, bool]]:
    """The pages of one device: label, address, whether it is this one."""
    pages = [("stack", _("Data"))]
    if access.may_see_raw(user, device):
        pages.append(("packets", _("Packets")))
    pages.append(("device", _("Device")))
    return [(label, reverse(f"telemetry:{name}", args=[device.pk]), name == here) for name, label in pages]


def crumbs(device: LineDevice, *, below: bool = False) -> list[tuple[Any, str]]:
    """The way to a device, or to what stands below its page."""
    way: list[tuple[Any, str]] = [(_("State of the lines"), reverse("telemetry:lines"))]
    return [*way, (device.name or device.mn, device.stack_url)] if below else way


def head(request: HttpRequest, device: LineDevice, here: str) -> dict[str, Any]:
    """What the head of every page of a device shows."""
    reads = access.reads(request.user, device)
    heard = door.device(device.mn) if reads else None
    state = lines.state_of(device.kind, heard, door.now())
    firm = device.enterprise
    return {
        "title": device.name or device.mn,
        "subtitle": " · ".join(
            filter(None, (device.kind_label, firm.name if firm else "",
                          device.outlet.number if device.outlet else "", device.region.label))
        ),
        "crumbs": crumbs(device),
        "tabs": device_tabs(device, request.user, here),
        "device": device,
        "heard": heard,
        "state": str(lines.STATES[state]),
        "tone": lines.TONES[state],
        "reads": reads,
    }  # fmt: skip


@login_required
def stack_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Raw and converted hours with limits, marks and power; the table of the hours."""
    device = access.device_or_404(request.user, pk)
    context = head(request, device, "stack")
    if not context["reads"]:
        return page(request, "telemetry/stack.html", context)
    if device.kind != LineKind.STACK:
        return others_page(request, device, context)
    asked = stacks.asked_of(device, request.GET)
    stack = stacks.stack_of(device, asked)
    numbers = list(range(len(stack.times) - 1, -1, -1))
    pages = Paginator(numbers, PER_PAGE).get_page(request.GET.get("page"))
    month = rates.rates_of([device.pk], *rates.month_of(asked.last)).get(device.pk)
    heard = context["heard"]
    context |= {
        "asked": asked,
        "spans": [(name, str(label), name == asked.span) for name, label in span_words().items()],
        "choosable": [
            (code, words.factor_label(code), code in stack.factors)
            for code in dict.fromkeys((*stack.one.factors, *stack.sent))
            if code and code[:1] in "adp"
        ],
        "stack": stack,
        "option": charts.stack_option(stack) if stack.times and stack.factors else None,
        "height": charts.stack_height(stack),
        "legend": legend(stack),
        "lines_legend": charts.lines_legend(stack),
        "limits_legend": charts.limits_legend(stack),
        "factors": [(code, words.factor_label(code), words.unit_of(code, heard)) for code in stack.factors],
        "pages": pages,
        "rows": [told_hour(stack, number) for number in pages.object_list],
        "month": month,
        "power": bool(stack.power),
        "limits": stack.limits,
        "pending": stack.pending,
        "may_declare": declaring.may(request.user, device),
        "kinds": words.mark_kinds(),
        "accept": ACCEPT,
        "window": declaring.window_days(),
        "declarations": list(
            device.declarations.select_related("declared_by").order_by("-declared_at", "-pk")[:5]
        ),
    }
    return page(request, "telemetry/stack.html", context)


def span_words() -> dict[str, Any]:
    """The lengths of a period in words."""
    return {"day": _("1 day"), "week": _("7 days"), "month": _("Month")}


def legend(stack: stacks.Stack) -> list[tuple[str, str]]:
    """The kinds of bands the picture shows: word and colour."""
    kinds = {band.kind for bands in stack.bands.values() for band in bands}
    return [(charts.band_word(kind), charts.BANDS[kind]) for kind in charts.BANDS if kind in kinds]


def told_hour(stack: stacks.Stack, number: int) -> dict[str, Any]:
    """One row of the table: an hour with its factors and the power beside them."""
    time = stack.times[number]
    cells = []
    for code in stack.factors:
        hour = stack.one.hours[code][number]
        cells.append(told(stack, hour))
    power = {name: series[number] for name, series in stack.power.items()}
    return {"time": measured.local(time), "cells": cells, "power": power}


def told(stack: stacks.Stack, hour: HourValue) -> dict[str, Any]:
    """An hour of a factor as a table shows it."""
    return {
        "hour": hour,
        "label": words.factor_label(hour.factor),
        "raw": hour.raw,
        "converted": hour.converted,
        "state": words.word(hour.state),
        "tone": words.TONES.get(hour.state, ""),
        "why": words.word(hour.why) if hour.why != hour.state else "",
        "mark": words.word(hour.mark) if hour.mark not in ("", "N") and not hour.why else "",
        "exempt": [words.word(code) for code in hour.exempt],
        "remarks": [words.word(code) for code in hour.remarks],
        "method": str(words.METHODS.get(hour.method or "", "")),
        "over": stack.exceeds(hour),
        "url": charts.hour_url(stack.one.device, hour),
    }


@login_required
def stack_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The hours of a period as an Excel workbook, a sheet a factor."""
    device = access.device_or_404(request.user, pk)
    if not access.reads(request.user, device):
        raise Http404
    stack = stacks.stack_of(device, stacks.asked_of(device, request.GET))
    heads = (
        _("Hour from"), _("Measured"), _("Counts"), _("Converted"), _("Limit"), _("State of the hour"),
        _("Why"), _("Mark"), _("Method"), _("Remarks"), _("Power of production"), _("Power of treatment"),
    )  # fmt: skip
    sheets = []
    for code in stack.factors:
        rows = []
        for number, hour in enumerate(stack.one.hours[code]):
            row = told(stack, hour)
            limit = stack.strictest(code, local_day(hour.time))
            rows.append(
                (measured.local(hour.time).strftime("%Y-%m-%d %H:%M"), _cell(hour.raw), _cell(hour.value),
                 _cell(hour.converted), _cell(limit.value if limit else None), row["state"], row["why"],
                 row["mark"], row["method"], "、".join([*row["exempt"], *row["remarks"]]),
                 *(_cell(stack.power[name][number]) if name in stack.power else ""
                   for name in ("production", "treatment")))
            )  # fmt: skip
        sheets.append((f"{words.factor_label(code)} {code}", heads, rows))
    return workbook(f"hours-{device.mn}", sheets or [(_("Hours"), heads, [])])


def _cell(value: Any) -> Any:
    return "" if value is None else value


def moment_or_404(stamp: str) -> datetime:
    """The start of an hour out of an address: `2026112208`, local time."""
    try:
        found = datetime.strptime(stamp, "%Y%m%d%H").replace(tzinfo=CHINA)
    except ValueError as error:
        raise Http404 from error
    if not 2000 <= found.year <= 2100:
        raise Http404
    return found.astimezone(UTC)


@login_required
def minutes(request: HttpRequest, pk: int, factor: str, stamp: str) -> HttpResponse:
    """The minutes of one hour, as a fragment."""
    device = access.device_or_404(request.user, pk)
    if not access.reads(request.user, device):
        raise Http404
    return render(request, "telemetry/_minutes.html", _minutes(device, factor, moment_or_404(stamp)))


def _minutes(device: LineDevice, factor: str, start: datetime) -> dict[str, Any]:
    rules = measured.kernel_rules().on(local_day(start))
    table = door.values(
        [device.mn], start, start + HOUR - timedelta(microseconds=1), cns=[door.MINUTES], factors=[factor]
    )
    found: dict[datetime, dict[str, Any]] = {}
    for row in table.to_pylist():
        one = found.setdefault(row["time"], {"time": measured.local(row["time"]), "mark": "", "fields": {}})
        one["fields"][row["field"]] = row["text"]
        one["mark"] = row["mark"] or one["mark"]
        one["received"] = row["received_at"]
    rows = [found[time] for time in sorted(found)]
    points = []
    for row in rows:
        letter = row["mark"] or rules.absent_letter
        row["use"] = rules.letters.get(letter) == "use"
        row["word"] = words.word(letter) if letter != "N" else ""
        value = row["fields"].get("Avg") or row["fields"].get("Rtd")
        row["value"], row["zs"] = value, row["fields"].get("ZsAvg")
        points.append((row["time"].strftime("%H:%M"), _float(value), row["use"]))
    label = words.factor_label(factor)
    return {
        "device": device,
        "factor": factor,
        "label": label,
        "hour": measured.local(start),
        "minutes": rows,
        "option": charts.minutes_option(points, label, words.sent_unit_of(factor, door.device(device.mn)))
        if rows
        else None,
        "chart": f"tl-minutes-{factor}-{start:%Y%m%d%H}",
    }


def _float(text: Any) -> float | None:
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


@login_required
def hour_page(request: HttpRequest, pk: int, factor: str, stamp: str) -> HttpResponse:
    """One hour of one factor, explained: what came, what was not used, by which rules."""
    device = access.device_or_404(request.user, pk)
    if not access.reads(request.user, device):
        raise Http404
    start = moment_or_404(stamp)
    day = local_day(start)
    one = measured.of(device, day, day, [factor, measured.OXYGEN])
    hour = next((found for found in one.hours.get(factor, ()) if found.time == start), None)
    if hour is None:
        raise Http404
    asked = stacks.Asked("day", day, day, day, (factor,), factor)
    stack = stacks.Stack(asked, one, [hour.time], (factor,), stacks.limits_of(device, day, day), {}, {})
    context = head(request, device, "stack") | {
        "title": _("%(factor)s, %(hour)s") % {
            "factor": words.factor_label(factor), "hour": measured.local(start).strftime("%Y-%m-%d %H:00"),
        },
        "crumbs": crumbs(device, below=True),
        "row": told(stack, hour),
        "unit": words.unit_of(factor, door.device(device.mn)),
        "steps": explaining.steps_of(one, hour),
        "limit": stack.strictest(factor, day),
        **_minutes(device, factor, start),
    }  # fmt: skip
    context["hour_value"] = hour
    return page(request, "telemetry/hour.html", context)
