"""The page of the monthly validity report, its Excel workbook and its Word paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from lantian.office.findings.workbook import workbook
from lantian.office.frame import clock
from lantian.office.frame.demo import demonstration
from lantian.office.frame.views import page
from lantian.office.ledgers.industry.line_device import LineKind
from lantian.office.papers import Paper
from lantian.office.registers.listing.form import regions_for
from lantian.office.telemetry import measured, reporting, words
from lantian.office.telemetry.rates import Rates
from lantian.office.telemetry.views import tabs

PER_PAGE = 25
MOST_EXPORTED = 2000
MOST_ON_PAPER = 300
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@login_required
def report(request: HttpRequest) -> HttpResponse:
    """A month: all together, by region and enterprise, each device with its factors."""
    wish = reporting.wish_of(request.GET)
    devices, region = reporting.devices_of(request.user, wish)
    found = reporting.summed(devices, wish)
    pages = Paginator(reporting.ordered(found, wish), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Monthly validity of data"),
        "subtitle": wish.label,
        "tabs": tabs("reports", request.user),
        "wish": wish,
        "region": region,
        "before": f"{wish.first - timedelta(days=1):%Y-%m}",
        "after": f"{wish.last + timedelta(days=1):%Y-%m}" if wish.last < clock.today() else "",
        "total": reporting.total_of(found, wish),
        "quarter": reporting.of_quarter(devices, wish),
        "regions": regions_for(request.user),
        "kinds": LineKind.choices,
        "groups": reporting.by_region(found, wish, region, request.user),
        "firms": reporting.by_enterprise(found, wish, 12),
        "pages": pages,
        "rows": [told(one) for one in reporting.months_of(pages.object_list, wish)],
        "version": reporting.version_of(devices, wish),
        "target": target(wish),
    }
    return page(request, "telemetry/report.html", context)


def target(wish: reporting.Wish) -> Decimal:
    """The target of the effective rate [%]."""
    day = measured.kernel_rules().on(min(wish.last, clock.today()))
    return day.rule("validity.transmission.target").number


def told(one: reporting.DeviceMonth) -> dict[str, Any]:
    """A device's month in words."""
    return {
        "device": one.device,
        "rates": one.rates,
        "days": one.days,
        "factors": [
            {
                "one": part,
                "label": words.factor_label(part.factor),
                "reasons": [(words.word(code), n) for code, n in part.reasons.most_common(4)],
                "substituted": sum(
                    n for name, n in part.methods.items() if name not in ("measured", "stopped", "none")
                ),
            }
            for part in one.factors
        ],
    }


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What a paper or workbook is made of: the wish, every device summed, the first of them in full."""

    wish: reporting.Wish
    devices: Any
    region: Any
    found: list[reporting.Summed]
    months: list[reporting.DeviceMonth]


def _gather(request: HttpRequest, most: int) -> _Gathered:
    wish = reporting.wish_of(request.GET)
    devices, region = reporting.devices_of(request.user, wish)
    found = reporting.summed(devices, wish)
    months = reporting.months_of(reporting.ordered(found, wish)[:most], wish)
    return _Gathered(wish, devices, region, found, months)


@login_required
def report_xlsx(request: HttpRequest) -> HttpResponse:
    """The month as an Excel workbook: devices, factors, regions, enterprises, and what it rests on."""
    it = _gather(request, MOST_EXPORTED)
    wish, devices, region, found = it.wish, it.devices, it.region, it.found
    counted = (
        _("Hours due"), _("Hours stopped"), _("Hours received"), _("Hours valid"), _("Hours exceeding"),
        _("Transmission [%]"), _("Validity [%]"), _("Effective rate [%]"),
    )  # fmt: skip
    heads = (_("Network code (MN)"), _("Device"), _("Enterprise"), _("Outlet"), _("Region"), *counted)
    of_factor = (
        _("Network code (MN)"), _("Device"), _("Factor"), *counted, _("Capture rate [%]"),
        _("Hours substituted"), _("Hours corrected"), _("Measured mass [t]"), _("Mass with substitution [t]"),
        _("Hours by reason"),
    )  # fmt: skip
    sheets = [
        (_("Devices"), heads, [
            (one.device.mn, one.device.name, _name(one.device.enterprise), _number(one.device.outlet),
             one.device.region.label, *_counts(one.rates))
            for one in it.months
        ]),
        (_("Factors"), of_factor, [
            (one.device.mn, one.device.name, row["label"], *_counts(row["one"].rates),
             _cell(row["one"].rates.capture), row["substituted"], row["one"].corrected,
             _cell(row["one"].raw_tonnes), _cell(row["one"].tonnes),
             "；".join(f"{word} {n}" for word, n in row["reasons"]))
            for one in it.months
            for row in told(one)["factors"]
        ]),
        (_("By region"), (_("Region"), _("Devices"), *counted),
         [(one.label, one.devices, *_counts(one.rates))
          for one in reporting.by_region(found, wish, region, request.user)]),
        (_("By enterprise"), (_("Enterprise"), _("Devices"), *counted),
         [(one.label, one.devices, *_counts(one.rates)) for one in reporting.by_enterprise(found, wish)]),
        (_("What it rests on"), ("", ""), _basis(devices, wish)),
    ]  # fmt: skip
    return workbook(f"validity-{wish.label}", sheets)


def _basis(devices: Any, wish: reporting.Wish) -> list[tuple[str, str]]:
    version = reporting.version_of(devices, wish)
    rows = [
        (_("Month"), wish.label),
        (_("Capture rate, quarter to date [%]"), str(_cell(reporting.of_quarter(devices, wish).capture))),
        (_("Data version"), str(version.through)),
        (_("Worked out at"), _minute(version.worked_out_at)),
        (_("Target of the effective rate [%]"), str(target(wish))),
        (_("Hours"), _("counted by factor; declared stops are not owed")),
    ]
    if demonstration() is not None:
        rows.insert(0, (_("SIMULATED"), _("every figure of this workbook is simulated")))
    return rows


@login_required
def report_docx(request: HttpRequest) -> HttpResponse:
    """The month as Word."""
    it = _gather(request, MOST_ON_PAPER)
    wish, devices, region, found = it.wish, it.devices, it.region, it.found
    total = reporting.total_of(found, wish)
    version = reporting.version_of(devices, wish)
    where = region or request.user.region
    title = _("Validity of online monitoring data, %(month)s") % {"month": wish.label}
    paper = Paper(title, author=where.label if where else "", moment=clock.now())
    paper.heading(title)
    paper.under([where.label if where else "", _("%(number)s devices") % {"number": len(found)}])
    paper.simulated()
    paper.body(
        _("In this month %(due)s hours were due, counted by factor, %(stopped)s of them in declared stops; "
          "%(received)s came and %(valid)s are valid. Transmission %(transmission)s, validity %(validity)s, "
          "transmission effective rate %(effective)s (target %(target)s %%).")
        % {
            "due": total.due, "stopped": total.stopped, "received": total.received, "valid": total.valid,
            "transmission": _percent(total.transmission), "validity": _percent(total.validity),
            "effective": _percent(total.effective), "target": target(wish),
        }
    )  # fmt: skip
    paper.body(
        _("Capture rate of valid data from the first day of the quarter on: %(capture)s.")
        % {"capture": _percent(reporting.of_quarter(devices, wish).capture)}
    )
    rates = (_("Transmission [%]"), _("Validity [%]"), _("Effective rate [%]"))
    groups = reporting.by_region(found, wish, region, request.user)
    if groups:
        paper.heading(_("By region"), size=14)
        paper.table(
            (_("Region"), _("Devices"), *rates),
            [(one.label, one.devices, *_three(one.rates)) for one in groups], left=(0,),
        )  # fmt: skip
    paper.landscape()
    paper.heading(_("By device and factor"), size=14)
    paper.table(
        (_("Device"), _("Enterprise"), _("Factor"), _("Hours due"), _("Hours received"), _("Hours valid"),
         _("Hours stopped"), *rates, _("Hours substituted"), _("Mass with substitution [t]"),
         _("Hours by reason")),
        [
            (one.device.name or one.device.mn, _name(one.device.enterprise), row["label"],
             row["one"].rates.due, row["one"].rates.received, row["one"].rates.valid,
             row["one"].rates.stopped, *_three(row["one"].rates), row["substituted"], row["one"].tonnes,
             "；".join(f"{word} {n}" for word, n in row["reasons"]) or None)
            for one in it.months
            for row in told(one)["factors"]
        ],
        left=(0, 1, 2, 12),
    )  # fmt: skip
    paper.note(
        _("Data version %(version)s, worked out at %(at)s. Rates rest on rules that were not checked "
          "against their documents.") % {"version": version.through, "at": _minute(version.worked_out_at)}
    )  # fmt: skip
    answer = HttpResponse(paper.content(), content_type=DOCX)
    name = f"validity-{wish.label}.docx"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def _three(rates: Rates) -> tuple[Decimal | None, ...]:
    return rates.transmission, rates.validity, rates.effective


def _counts(rates: Rates) -> tuple[Any, ...]:
    return (
        rates.due, rates.stopped, rates.received, rates.valid, rates.exceeding,
        *(_cell(rate) for rate in _three(rates)),
    )  # fmt: skip


def _cell(value: Any) -> Any:
    return "" if value is None else value


def _percent(value: Decimal | None) -> str:
    return "—" if value is None else f"{value} %"


def _name(one: Any) -> str:
    return one.name if one is not None else ""


def _number(one: Any) -> str:
    return one.number if one is not None else ""


def _minute(moment: Any) -> str:
    return measured.local(moment).strftime("%Y-%m-%d %H:%M") if moment else "—"
