"""The monthly validity report: by device, enterprise and region, out of the kept days."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q, Sum

from lantian.office.frame import clock
from lantian.office.ledgers.industry.line_device import LineDevice, LineKind
from lantian.office.people.scope import get_visible_or_404, is_outsider
from lantian.office.regions.models import Region
from lantian.office.registers.listing.asking import matching
from lantian.office.telemetry.models import DeviceDay, Watermark
from lantian.office.telemetry.rates import COUNTED, Rates, month_of
from lantian.telemetry.validity.rates import quarter_of

TONNE = Decimal(1000)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a report is asked for: a month, and which devices."""

    first: date
    last: date
    region: str = ""
    kind: str = ""
    q: str = ""

    @property
    def label(self) -> str:
        """The month, `2026-11`."""
        return f"{self.first:%Y-%m}"


def wish_of(params: Mapping[str, str]) -> Wish:
    """Read an address; the month that runs where none is named, and never one that lies ahead."""
    today = clock.today()
    try:
        day = date.fromisoformat(f"{params.get('month', '')}-01")
    except ValueError:
        day = today
    if not date(2000, 1, 1) <= day <= today:
        day = today
    first, last = month_of(day)
    kind = str(params.get("kind", ""))
    return Wish(
        first, last, str(params.get("region", ""))[:12], kind if kind in LineKind.values else "",
        str(params.get("q", "")).strip()[:100],
    )  # fmt: skip


@dataclass(slots=True)
class FactorMonth:
    """A factor's month at one device: hours by state and reason, mass [t]."""

    factor: str
    rates: Rates = field(default_factory=Rates)
    states: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    methods: Counter[str] = field(default_factory=Counter)
    tonnes: Decimal | None = None
    raw_tonnes: Decimal | None = None
    unknown: int = 0
    corrected: int = 0


@dataclass(slots=True)
class DeviceMonth:
    """A device's month."""

    device: LineDevice
    rates: Rates
    days: int
    factors: list[FactorMonth] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class GroupMonth:
    """The devices of an enterprise or a region together."""

    label: str
    url: str
    devices: int
    rates: Rates


@dataclass(frozen=True, slots=True)
class Version:
    """Which data a report rests on: the last packet looked at, and when."""

    through: int
    at: datetime | None
    worked_out_at: datetime | None


def devices_of(user: Any, wish: Wish) -> tuple[Any, Region | None]:
    """The devices of a report in a person's scope, and the region asked for."""
    rows = LineDevice.objects.visible_to(user).filter(withdrawn=False)
    if is_outsider(user):
        rows = rows.filter(on_line=True)
    region = None
    if wish.region:
        region = get_visible_or_404(Region.objects.defer("geometry"), user, code=wish.region)
        rows = rows.filter(region__path__startswith=region.path)
    if wish.kind:
        rows = rows.filter(kind=wish.kind)
    if wish.q:
        rows = rows.filter(matching(LineDevice.ledger, wish.q) or Q(pk__in=()))
    return rows, region


def _days(devices: Any, wish: Wish) -> Any:
    return DeviceDay.objects.filter(
        device__in=devices.order_by().values("pk"), day__range=(wish.first, wish.last)
    ).order_by()


@dataclass(frozen=True, slots=True)
class Summed:
    """A device of the report with the sums of its days; None where no day is kept."""

    pk: int
    path: str
    enterprise: int | None
    name: str
    rates: Rates | None


def summed(devices: Any, wish: Wish) -> list[Summed]:
    """Every device of a report with its month, by MN: one question of the days, whatever is made of it."""
    on = min(wish.last, clock.today())
    rows = _days(devices, wish).values("device").annotate(**{name: Sum(name) for name in COUNTED})
    known = {
        row["device"]: Rates(**{name: row[name] or 0 for name in COUNTED}, on=on) for row in rows
    }  # fmt: skip
    names = devices.order_by("mn").values_list("pk", "region__path", "enterprise", "enterprise__name")
    return [Summed(pk, path, firm, name or "", known.get(pk)) for pk, path, firm, name in names]


def _together(found: Iterable[Summed], on: date) -> Rates:
    kept = [one.rates for one in found if one.rates is not None]
    return Rates(**{name: sum(getattr(one, name) for one in kept) for name in COUNTED}, on=on)


def total_of(found: Iterable[Summed], wish: Wish) -> Rates:
    """All devices together."""
    return _together(found, min(wish.last, clock.today()))


def of_quarter(devices: Any, wish: Wish) -> Rates:
    """All devices together from the first day of the quarter to the end of the month: the span of the capture
    rate."""
    first = quarter_of(wish.last)[0]
    rows = DeviceDay.objects.filter(device__in=devices.order_by().values("pk"), day__range=(first, wish.last))
    summed_up = rows.order_by().aggregate(**{name: Sum(name) for name in COUNTED})
    return Rates(**{name: n or 0 for name, n in summed_up.items()}, on=min(wish.last, clock.today()))


def by_region(found: Iterable[Summed], wish: Wish, region: Region | None, user: Any) -> list[GroupMonth]:
    """The regions one level below the one asked for, or one's own; those of which days are kept."""
    root = region or user.region
    depth = root.path.count("/") + 1 if root is not None else 1
    groups: dict[str, list[Summed]] = defaultdict(list)
    for one in found:
        if one.rates is not None:
            groups["/".join(one.path.split("/")[:-1][:depth]) + "/"].append(one)
    names = {one.path: one for one in Region.objects.filter(path__in=list(groups)).defer("geometry")}
    return [
        GroupMonth(
            names[path].label, f"?month={wish.label}&region={names[path].code}", len(some),
            total_of(some, wish),
        )
        for path, some in sorted(groups.items())
        if path in names
    ]  # fmt: skip


def by_enterprise(found: Iterable[Summed], wish: Wish, most: int = 500) -> list[GroupMonth]:
    """Enterprises, the lowest effective rate first."""
    groups: dict[int, list[Summed]] = defaultdict(list)
    for one in found:
        if one.rates is not None and one.enterprise is not None:
            groups[one.enterprise].append(one)
    made = [
        GroupMonth(some[0].name, f"?month={wish.label}&q={some[0].name}", len(some), total_of(some, wish))
        for some in groups.values()
    ]
    return sorted(made, key=lambda one: (_low(one.rates), one.label))[:most]


def _low(rates: Rates) -> Decimal:
    return Decimal(101) if rates.effective is None else rates.effective


def ordered(found: Iterable[Summed], wish: Wish) -> list[tuple[int, Rates]]:
    """The keys of the devices with their rates, the lowest effective rate first, those without days last."""
    none = Rates(on=min(wish.last, clock.today()))
    rows = [(one.pk, one.rates or none, one.rates is None) for one in found]
    rows.sort(key=lambda row: (_low(row[1]), row[2]))
    return [(pk, rates) for pk, rates, _absent in rows]


def months_of(found: Iterable[tuple[int, Rates]], wish: Wish) -> list[DeviceMonth]:
    """The devices with their factors, in the order given."""
    found = list(found)
    records = (
        LineDevice.objects.filter(pk__in=[pk for pk, _rates_ in found])
        .select_related("region", "enterprise", "outlet")
        .defer("region__geometry")
        .in_bulk()
    )
    parts: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for pk, part in DeviceDay.objects.filter(
        device__in=list(records), day__range=(wish.first, wish.last)
    ).values_list("device", "parts"):
        parts[pk].append(part)
    return [
        DeviceMonth(records[pk], rates, len(parts[pk]), _factors(parts[pk], rates.on))
        for pk, rates in found
        if pk in records
    ]


def _factors(days: list[dict[str, Any]], on: date | None) -> list[FactorMonth]:
    found: dict[str, FactorMonth] = {}
    for day in days:
        for code, part in day.items():
            one = found.setdefault(code, FactorMonth(code, Rates(on=on)))
            one.rates = one.rates + Rates(
                part["due"], part["received"], part["valid"], part["stopped"], 0, part["exceeding"]
            )
            one.states.update(part["states"])
            one.reasons.update(part["reasons"])
            one.methods.update(part.get("methods", {}))
            one.unknown += part.get("unknown", 0)
            one.corrected += part.get("corrected", 0)
            if "kg" in part:
                one.tonnes = (one.tonnes or Decimal(0)) + Decimal(part["kg"])
                one.raw_tonnes = (one.raw_tonnes or Decimal(0)) + Decimal(part["raw_kg"])
    for one in found.values():
        one.tonnes = None if one.tonnes is None else round(one.tonnes / TONNE, 3)
        one.raw_tonnes = None if one.raw_tonnes is None else round(one.raw_tonnes / TONNE, 3)
    return [found[code] for code in sorted(found)]


def version_of(devices: Any, wish: Wish) -> Version:
    """Which data the figures rest on."""
    mark = Watermark.objects.filter(name="line").first()
    at = _days(devices, wish).aggregate(at=Max("worked_out_at"))["at"]
    return Version(mark.seq if mark else 0, mark.at if mark else None, at)
