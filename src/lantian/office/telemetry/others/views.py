"""The page of a device that is no stack: its curves of a day or a week, and leads of a vehicle."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.office.frame.views import page
from lantian.office.ledgers.industry.line_device import LineDevice
from lantian.office.telemetry import words
from lantian.office.telemetry.others import curves
from lantian.telemetry.hj212 import units

VEHICLE = {
    "speed": (gettext_lazy("Speed"), "km/h"),
    "nox_before": (gettext_lazy("NOx before the catalyst"), "ppm"),
    "nox_after": (gettext_lazy("NOx behind the catalyst"), "ppm"),
    "scr_inlet_temperature": (gettext_lazy("Temperature before the catalyst"), "°C"),
    "reagent_level": (gettext_lazy("Reagent level"), "%"),
    "fuel_level": (gettext_lazy("Fuel level"), "%"),
    "engine_speed": (gettext_lazy("Engine speed"), "r/min"),
    "dpf_pressure": (gettext_lazy("Pressure over the particle filter"), "kPa"),
}
LEADS = {
    "nox_not_reduced": gettext_lazy("More NOx behind the catalyst than before it"),
    "low_conversion": gettext_lazy("Too little NOx converted while hot"),
    "reagent_unused": gettext_lazy("Reagent level unchanged over the distance"),
    "reagent_share": gettext_lazy("Too little reagent for the fuel used"),
    "lost_while_moving": gettext_lazy("Nothing sent while it moved"),
}
FIGURES = {
    "share": gettext_lazy("share"), "seconds": gettext_lazy("seconds"),
    "conversion": gettext_lazy("conversion"), "kilometres": gettext_lazy("kilometres"),
    "reagent_level": gettext_lazy("reagent level [%]"), "fuel": gettext_lazy("fuel [L]"),
    "reagent": gettext_lazy("reagent [L]"), "minutes": gettext_lazy("minutes"),
}  # fmt: skip


SYSTEMS = {"dust": "39", "micro": "22", "power": "44", "condition": "45"}
"""Kind of line → kind of system of HJ 212."""


def label_of(factor: str, field: str, device: Any, kind: str) -> tuple[str, str]:
    """A factor's name and unit in the language of the page; no unit where only the standard's odd one
    (ng/m³ for particles) is known.
    """
    if factor in VEHICLE:
        name, unit = VEHICLE[factor]
        return str(name), unit
    own = device.units if device is not None else None
    known = units.unit_of(factor, field, units=own, st=SYSTEMS.get(kind, ""))
    return words.factor_label(factor), known.symbol


def plain(value: Decimal) -> str:
    """At most two decimals, no zeros behind them."""
    text = f"{round(value, 2):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def others_page(request: HttpRequest, device: LineDevice, context: dict[str, Any]) -> HttpResponse:
    """The page of a line that is no stack. `context` is the head of every page of a device."""
    heard = context["heard"]
    spans = curves.spans_of(device)
    asked = curves.asked_of(request.GET, heard.last_data_time if heard else None, spans)
    table = curves.table_of(device, asked)
    shown = []
    for number, curve in enumerate(curves.curves(device, table, asked)):
        label, unit = label_of(curve.factor, curve.field, heard, device.kind)
        shown.append({
            "id": f"tl-curve-{number}", "label": label, "unit": unit, "curve": curve,
            "last": plain(curve.last[1]),
            "option": curves.option(curve, label, unit),
            "compares": curve.limit is not None and curve.limit_unit == unit,
        })  # fmt: skip
    words_of = {"day": _("One day"), "week": _("7 days")}
    context |= {
        "asked": asked,
        "spans": [(name, words_of[name], asked.span == name) for name in spans],
        "curves": shown,
        "more": max(0, len(set(table["factor"].to_pylist())) - curves.MOST_FACTORS),
        "leads": [
            {
                "words": LEADS[lead.code], "lead": lead,
                "figures": [(FIGURES[name], plain(value)) for name, value in lead.figures.items()],
            }
            for lead in curves.leads(device, table, asked)
        ],
        "is_vehicle": device.kind == "vehicle",
    }  # fmt: skip
    return page(request, "telemetry/others.html", context)
