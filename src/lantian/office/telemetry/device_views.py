"""Pages of devices for those who keep the line: settings, requests, packets, newcomers, refusals."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.frame.views import page
from lantian.office.ledgers.industry.line_device import LineDevice, LineKind
from lantian.office.people.actions import history_of
from lantian.office.registers.listing.form import regions_for
from lantian.office.telemetry import access, actions, asking, door, packets, words
from lantian.office.telemetry.gates.models import GateKey
from lantian.office.telemetry.stack_views import crumbs, head
from lantian.office.telemetry.views import tabs
from lantian.telemetry.hj212 import units

PER_PAGE = 40
STEPS = 12
GATE = "gate:"
"""Before the name of a key, where a refusal names one."""


@login_required
def device_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What a device may send, what is asked of its site, what was done to it."""
    device = access.device_or_404(request.user, pk)
    return page(request, "telemetry/device.html", _context(request, device))


def _context(request: HttpRequest, device: LineDevice) -> dict[str, Any]:
    context = head(request, device, "device")
    heard = context["heard"]
    keeps = access.keeps(request.user, device)
    fields = device.ledger.by_name
    return context | {
        "keeps": keeps,
        "facts": [
            (fields[name].label, fields[name].write(getattr(device, name)))
            for name in ("mn", "kind", "generation", "maker", "model", "serial", "operator",
                         "operator_phone", "installed", "accepted", "measured")
            if getattr(device, name)
        ],
        "terms": _terms(heard) if keeps and heard is not None else None,
        "device_state": words.DEVICE_STATES[heard.state] if heard is not None else "",
        "requests": [
            (one, words.REQUESTS[one.state], asking.label_of(one.cn))
            for one in door.line().requests.all(mn=device.mn, limit=10)
        ]
        if keeps
        else [],
        "commands": [(code, asking.label_of(code)) for code in asking.COMMANDS],
        "counters": [(words.counter(name), n) for name, n in sorted(heard.counters.items())]
        if keeps and heard is not None
        else [],
        "doubts": _doubts(device, heard) if heard is not None and access.reads(request.user, device) else [],
        "steps": list(history_of(device, request.user)[:STEPS]) if keeps else [],
        "today": clock.today(),
    }  # fmt: skip


def _doubts(device: LineDevice, heard: Any) -> list[str]:
    """Factors whose values of the latest day look as if their unit were a thousand times off."""
    if heard.last_data_time is None:
        return []
    table = door.values(
        [device.mn], heard.last_data_time - timedelta(days=1), heard.last_data_time,
        cns=[door.HOURS, door.MINUTES], fields=["Avg"],
    )  # fmt: skip
    found: dict[tuple[str, str], list[Decimal]] = {}
    columns = (table[name].to_pylist() for name in ("factor", "st", "value"))
    for factor, st, value in zip(*columns, strict=True):
        if value is not None and factor:
            found.setdefault((factor, st or ""), []).append(Decimal(value).scaleb(-6))
    said = []
    for (factor, st), values in sorted(found.items()):
        taken = words.sent_unit_of(factor, heard) or words.unit_of(factor, heard)
        odd = units.doubt(factor, values, taken, st)
        if odd is not None:
            said.append(
                _("%(factor)s: about %(median)s, taken for %(given)s; such values are usual in %(unit)s")
                % {
                    "factor": words.factor_label(factor), "median": f"{odd.median.normalize():f}",
                    "given": odd.given, "unit": odd.unit,
                }
            )  # fmt: skip
    return said


def _terms(heard: Any) -> dict[str, Any]:
    return {
        "per_minute": heard.per_minute or "",
        "addresses": ", ".join(heard.addresses),
        "st": ", ".join(sorted(heard.st)),
        "mapping": "\n".join(f"{code} = {value}" for code, value in sorted(heard.mapping.items())),
        "units": "\n".join(f"{code} = {value}" for code, value in sorted(heard.units.items())),
        "need_tls": heard.need_tls,
        "need_sm4": heard.need_sm4,
    }


@login_required
@require_POST
def device_act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Confirm, block, set the password or the terms of a device, or ask its site for something."""
    device = access.device_or_404(request.user, pk)
    if not access.keeps(request.user, device):
        raise PermissionDenied
    asked = request.POST
    try:
        if name == "confirm":
            actions.confirm(request, device, asked.get("reason", ""))
            done = _("Confirmed.")
        elif name == "block":
            actions.block(request, device, asked.get("reason", ""))
            done = _("Blocked: nothing more is taken from it.")
        elif name == "password":
            actions.set_password(request, device, asked.get("password", ""))
            done = _("The password is set; it is shown nowhere.")
        elif name == "terms":
            terms = {key: asked.get(key, "") for key in ("per_minute", "addresses", "st", "mapping", "units")}
            terms |= {key: asked.get(key, "0") for key in ("need_tls", "need_sm4")}
            changed = actions.set_terms(request, device, terms)
            done = _("Changed.") if changed else _("Nothing changed.")
        elif name == "ask":
            asking.ask(request, device, asked.get("cn", ""), asked)
            done = _("The request waits for the site.")
        else:
            raise Http404
    except LantianError as error:
        messages.error(request, error.line)
        return page(request, "telemetry/device.html", _context(request, device) | {"wrote": asked}, 422)
    messages.success(request, done)
    return redirect("telemetry:device", pk=device.pk)


@login_required
def packets_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The latest packets of a device as they came, with what is wrong with them."""
    device = access.device_or_404(request.user, pk)
    if not access.may_see_raw(request.user, device) or not access.reads(request.user, device):
        raise Http404
    day = _day(request.GET.get("day"))
    cn = request.GET.get("cn", "")
    found = packets.latest(device.mn, day, cn if cn.isdecimal() and len(cn) == 4 else "")
    keeps = access.keeps(request.user, device)
    context = head(request, device, "packets") | {
        "crumbs": crumbs(device, below=True),
        "rows": found,
        "day": day or clock.today(),
        "cn": cn,
        "cns": [(code, packets.command_label(code)) for code in packets.SHOWN],
        "refused": [(one, words.refusal(one.reason)) for one in door.line().refusals(mn=device.mn, limit=20)]
        if keeps
        else [],
    }
    return page(request, "telemetry/packets.html", context)


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


@login_required
def newcomers(request: HttpRequest) -> HttpResponse:
    """Devices nobody registered, and packets that were refused."""
    if not access.receives(request.user):
        raise Http404
    return page(request, "telemetry/newcomers.html", _newcomers(request))


def _newcomers(request: HttpRequest) -> dict[str, Any]:
    records = dict(LineDevice.objects.filter(withdrawn=False).values_list("mn", "pk"))
    mine = set(
        LineDevice.objects.visible_to(request.user).filter(withdrawn=False).values_list("mn", flat=True)
    )
    new = [one for one in door.heard().values() if one.state == "unconfirmed" and one.mn not in records]
    new.sort(key=lambda one: one.first_seen or datetime.min.replace(tzinfo=clock.now().tzinfo), reverse=True)
    since = clock.now() - timedelta(days=7)
    refused = door.line().refusals(since=since, limit=2000)
    elsewhere = {*records} - mine
    if any(one.mn.startswith(GATE) for one in refused):
        elsewhere |= _keys_elsewhere(request.user)
    # What names a device or the key of a gate of another region is told there, not here.
    refused = [one for one in refused if one.mn not in elsewhere]
    reason = request.GET.get("reason", "")
    counts: dict[str, int] = {}
    for one in refused:
        counts[one.reason] = counts.get(one.reason, 0) + one.count
    shown = [one for one in refused if reason in ("", one.reason)]
    pages = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "title": _("New devices and refused packets"),
        "tabs": tabs("newcomers", request.user),
        "new": new[:100],
        "number": len(new),
        "refused_in_all": sum(counts.values()),
        "kinds": LineKind.choices,
        "regions": regions_for(request.user),
        "reasons": [
            (code, words.refusal(code), n, code == reason)
            for code, n in sorted(counts.items(), key=lambda one: -one[1])
        ],
        "pages": pages,
        "rows": [
            (one, words.refusal(one.reason), records.get(one.mn), packets.plain(one.excerpt)) for one in pages
        ],
    }


def _keys_elsewhere(user: Any) -> set[str]:
    """Keys of gates outside one's scope, as refusals name them."""
    seen = GateKey.objects.visible_to(user).values("pk")
    names = GateKey.objects.exclude(pk__in=seen).order_by().values_list("name", flat=True)
    return {f"{GATE}{name}" for name in names}


@login_required
@require_POST
def take(request: HttpRequest, mn: str) -> HttpResponse:
    """Enter the record of a new device and confirm it."""
    if not access.receives(request.user):
        raise Http404
    names = ("name", "kind", "region", "enterprise", "outlet", "operator", "generation")
    try:
        row = actions.take(request, mn, {name: request.POST.get(name, "") for name in names})
    except LantianError as error:
        messages.error(request, error.line)
        context = _newcomers(request) | {"wrote": request.POST, "wrote_mn": mn}
        return page(request, "telemetry/newcomers.html", context, 422)
    messages.success(request, _("Entered and confirmed: %(name)s.") % {"name": row})
    return redirect("telemetry:device", pk=row.pk)
