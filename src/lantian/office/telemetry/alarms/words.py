"""Words of codes: factors, bases of limits, screens, reasons why a total has no forecast."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lantian.office.ledgers.industry.outlet_limit import Basis, Factor

# Why nothing is said about the day a yearly total runs out.
WHY: dict[str, Any] = {
    "no_total": _("No yearly total is entered."),
    "no_mass": _("No mass is known: no flow, or no valid hour."),
    "too_few_days": _("Too few days are known for a forecast."),
    "not_this_year": _("At this pace it does not run out this year."),
    "ran_out": _("It has run out."),
    "idle": _("The plant stands still."),
}

# What screens call the numbers of a row of evidence (`lantian.telemetry.truth`), beside codes of factors.
EVIDENCE: dict[str, Any] = {
    "sent": _("hour as sent"),
    "mean_of_minutes": _("mean of its minutes"),
    "limit": pgettext_lazy("evidence", "limit"),
    "edge": _("edge"),
    "clock_error_minutes": _("clock off [min]"),
    "before_minutes": _("before [min]"),
    "messages": _("messages of one period"),
    "off_grid": _("data times off the grid"),
    "original": _("original"),
    "o2_rise": _("oxygen rises by [%]"),
    "shake_percent": _("movement [%]"),
    "usual_percent": _("usual movement [%]"),
    "ratio": _("ratio"),
    "usual": _("usual"),
    "gas_m3": _("gas [m³]"),
    "old": _("old value"),
    "new": _("new value"),
    "level_before": _("level before"),
    "level_after": _("level after"),
    "o2_low_quarter": _("lower quarter of oxygen [%]"),
    "o2_high_quarter": _("upper quarter of oxygen [%]"),
    "o2_usual": _("usual oxygen [%]"),
    "converted": _("at reference oxygen"),
    "production_kw": _("production [kW]"),
    "treatment_kw": _("treatment [kW]"),
    "share_kw": _("treatment of production"),
}


def number(value: Decimal | None, decimals: int | None = None) -> str:
    """A number without the zeros its column adds; half to even where decimals are cut. "" for none."""
    if value is None:
        return ""
    shown = value if decimals is None else round(Decimal(value), decimals)
    text = format(shown, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def factor(code: str) -> str:
    """A factor in the active language; a code nobody named stands as it is."""
    return str(Factor(code).label) if code in Factor.values else code


def basis(code: str) -> str:
    """The basis of a limit in the active language."""
    return str(Basis(code).label) if code in Basis.values else code


def language() -> str:
    """`zh` or `en`."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def screen(code: str) -> str:
    """A truth screen in the active language; a code nobody named stands as it is."""
    from lantian.telemetry.truth.words import Said

    try:
        return Said(f"screens.{code}.name").text(language())
    except KeyError:
        return code


def why(code: str) -> str:
    """Why there is no forecast, in the active language."""
    return str(WHY.get(code, code))


def question(code: str) -> str:
    """What a screen asks, in the active language."""
    from lantian.telemetry.truth.words import Said

    try:
        return Said(f"screens.{code}.question").text(language())
    except KeyError:
        return ""


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A row of evidence as a page shows it."""

    first: str
    last: str
    values: str
    why: str


def rows(evidence: Iterable[dict[str, Any]]) -> list[EvidenceRow]:
    """The rows kept with a lead, in the active language and the office's time."""
    own = language()
    return [
        EvidenceRow(_moment(row["time"]), _moment(row["until"]), _values(row["values"]), row["why"][own])
        for row in evidence
        if "time" in row
    ]


def _values(values: dict[str, Any]) -> str:
    told = (f"{_named(name)} {value}" for name, value in values.items() if value is not None)
    return "，".join(told) or "—"


@dataclass(frozen=True, slots=True)
class HourRow:
    """A period of an alarm as a page shows it."""

    shown: str
    value: str
    limit: str
    ratio: str
    bases: str


def hours(kept: Iterable[dict[str, Any]], kind: str) -> list[HourRow]:
    """The periods kept with an alarm, in the active language and the office's time."""
    found = []
    for row in kept:
        if "time" not in row:
            continue
        shown = _moment(row["time"])
        bases = "，".join(f"{basis(code)} {limit}" for code, limit in row["bases"].items())
        value = f"≥ {row['value']}" if row["over_range"] else row["value"]
        found.append(
            HourRow(shown[:10] if kind == "day" else shown, value, row["limit"], row["ratio"], bases)
        )
    return found


def told(evidence: Iterable[dict[str, Any]]) -> str:
    """The sentence a screen said, in the active language."""
    return next((row["said"][language()] for row in evidence if "said" in row), "")


def _named(name: str) -> str:
    if name in EVIDENCE:
        return str(EVIDENCE[name])
    if name.startswith("digit_"):
        return name.removeprefix("digit_")
    code, _sign, field = name.partition("-")
    label = factor_label(code)
    return f"{label} {field}" if field and field not in {"Avg", "ZsAvg"} else label


def factor_label(code: str) -> str:
    """A factor by its name in the codes of the line; the code where it is unknown."""
    from lantian.telemetry.hj212 import codes

    found = codes.factor(code)
    if found is None:
        return code
    return str(found.zh or code) if language() == "zh" else str(found.symbol or found.en or code)


def _moment(text: str) -> str:
    from django.utils import timezone

    return timezone.localtime(datetime.fromisoformat(text)).strftime("%Y-%m-%d %H:%M")
