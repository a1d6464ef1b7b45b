"""What a list of alarms, leads or totals is asked for, and its rows in a person's scope. Nothing writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from lantian.office.frame import clock
from lantian.office.people.scope import ScopedQuerySet
from lantian.office.regions.models import Region
from lantian.office.telemetry.alarms.models import Alarm, AlarmKind, DualControl, Lead, Level
from lantian.office.telemetry.alarms.states import ALARM, LEAD, WAITING, AlarmState, LeadState

OPEN = [str(state) for state in WAITING]
# What a person of the office must decide: not what waits for an enterprise.
DECIDE = [AlarmState.NEW.value, AlarmState.EXPLAINED.value, AlarmState.HANDLED.value]
GROUPS = {"open": OPEN, "decide": DECIDE}
LEADS_OPEN = [LeadState.NEW.value, LeadState.CHECKING.value]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list of alarms is asked for; empty means what is open."""

    q: str = ""
    state: str = "open"
    kind: str = ""
    level: int | None = None
    factor: str = ""
    region: str = ""
    enterprise: int | None = None
    outlet: int | None = None
    device: int | None = None
    late: bool = False


def wish_of(query: Mapping[str, Any]) -> Wish:
    """The wish in a query; what makes no sense is left out."""
    state = str(query.get("state") or "open")
    known = {*GROUPS, *ALARM.states.values, "any"}
    level = _number(query.get("level"))
    kind = str(query.get("kind") or "")
    return Wish(
        q=str(query.get("q") or "").strip()[:100],
        state=state if state in known else "open",
        kind=kind if kind in AlarmKind.values else "",
        level=level if level in Level.values else None,
        factor=str(query.get("factor") or "")[:12],
        region=str(query.get("region") or "")[:20],
        enterprise=_number(query.get("enterprise")),
        outlet=_number(query.get("outlet")),
        device=_number(query.get("device")),
        late=bool(query.get("late")),
    )


def alarms_of(user: Any, wish: Wish, *, any_state: bool = False) -> QuerySet[Alarm]:
    """The alarms a person may see that suit a wish: the most urgent, then the first due, first."""
    found: Any = Alarm.objects.visible_to(user)
    if wish.q:
        words = Q(enterprise__name__contains=wish.q) | Q(mn__contains=wish.q)
        found = found.filter(words | Q(outlet__number=wish.q.upper()))
    for name in ("kind", "level", "factor", "enterprise", "outlet", "device"):
        if value := getattr(wish, name):
            found = found.filter(**{name: value})
    if wish.region:
        found = _inside(found, user, wish.region)
    if wish.late:
        found = found.filter(state__in=OPEN, state_due__lt=clock.now())
    elif not any_state and wish.state != "any":
        found = found.filter(state__in=GROUPS.get(wish.state, [wish.state]))
    return (
        found.select_related("enterprise", "outlet", "region")
        .defer("region__geometry", "hours")
        .order_by("-level", F("state_due").asc(nulls_last=True), "-since", "-pk")
    )


def counts(found: QuerySet[Alarm]) -> dict[str, int]:
    """How many alarms there are by state, how many are open, to be decided, past their limit, by level."""
    plain = found.select_related(None).order_by()
    late = Count("pk", filter=Q(state_due__lt=clock.now()))
    number = dict.fromkeys(
        ["all", "open", "decide", "late", "level1", "level2", "level3", *ALARM.states.values], 0
    )
    for state, level, many, past in plain.values_list("state", "level").annotate(many=Count("pk"), past=late):
        number[state] += many
        number["all"] += many
        if state in OPEN:
            number["open"] += many
            number["late"] += past
            number[f"level{level}"] += many
        if state in DECIDE:
            number["decide"] += many
    return number


@dataclass(frozen=True, slots=True)
class LeadWish:
    """What a list of leads is asked for; empty means what is open."""

    q: str = ""
    state: str = "open"
    screen: str = ""
    region: str = ""
    enterprise: int | None = None


def lead_wish_of(query: Mapping[str, Any]) -> LeadWish:
    """The wish in a query; what makes no sense is left out."""
    state = str(query.get("state") or "open")
    known = {"open", "any", *LEAD.states.values}
    return LeadWish(
        q=str(query.get("q") or "").strip()[:100],
        state=state if state in known else "open",
        screen=str(query.get("screen") or "")[:24],
        region=str(query.get("region") or "")[:20],
        enterprise=_number(query.get("enterprise")),
    )


def leads_of(user: Any, wish: LeadWish, *, any_state: bool = False) -> QuerySet[Lead]:
    """The leads a person may see that suit a wish, the highest score first."""
    found: Any = Lead.objects.visible_to(user)
    if wish.q:
        found = found.filter(Q(enterprise__name__contains=wish.q) | Q(mn__contains=wish.q))
    if wish.screen:
        found = found.filter(screen=wish.screen)
    if wish.enterprise:
        found = found.filter(enterprise=wish.enterprise)
    if wish.region:
        found = _inside(found, user, wish.region)
    if not any_state and wish.state != "any":
        found = found.filter(state__in=LEADS_OPEN if wish.state == "open" else [wish.state])
    return found.select_related("enterprise", "outlet", "region").defer(
        "region__geometry", "picture", "evidence"
    )


def lead_counts(found: QuerySet[Lead]) -> dict[str, int]:
    """How many leads there are by state, and how many are open."""
    number = dict.fromkeys(["all", "open", *LEAD.states.values], 0)
    rows = found.select_related(None).order_by().values_list("state").annotate(many=Count("pk"))
    for state, many in rows:
        number[state] += many
        number["all"] += many
        number["open"] += many if state in LEADS_OPEN else 0
    return number


@dataclass(frozen=True, slots=True)
class DualWish:
    """What the dual-control list is asked for."""

    q: str = ""
    year: int = 0
    factor: str = ""
    region: str = ""
    enterprise: int | None = None
    over: str = ""  # hours, total, soon
    outlets: bool = False


def dual_wish_of(query: Mapping[str, Any]) -> DualWish:
    """The wish in a query; this year where none is named."""
    year = _number(query.get("year"))
    over = str(query.get("over") or "")
    return DualWish(
        q=str(query.get("q") or "").strip()[:100],
        year=year if year is not None and 2000 <= year <= 2100 else clock.today().year,
        factor=str(query.get("factor") or "")[:12],
        region=str(query.get("region") or "")[:20],
        enterprise=_number(query.get("enterprise")),
        over=over if over in {"hours", "total", "soon"} else "",
        outlets=bool(query.get("outlets")),
    )


def duals_of(user: Any, wish: DualWish) -> QuerySet[DualControl]:
    """The lines of dual control a person may see: what runs out first, first.

    Whole enterprises, and with `outlets` each of their outlets.
    """
    found: Any = DualControl.objects.visible_to(user).filter(year=wish.year)
    found = found if wish.outlets else found.filter(outlet=None)
    if wish.q:
        found = found.filter(enterprise__name__contains=wish.q)
    for name in ("factor", "enterprise"):
        if value := getattr(wish, name):
            found = found.filter(**{name: value})
    if wish.region:
        found = _inside(found, user, wish.region)
    if wish.over == "hours":
        found = found.filter(over_30__gt=0)
    elif wish.over == "total":
        found = found.filter(used__gt=F("total"))
    elif wish.over == "soon":
        found = found.filter(runs_out__lte=clock.today() + timedelta(days=90))
    return (
        found.select_related("enterprise", "outlet", "region")
        .defer("region__geometry")
        .order_by(
            F("runs_out").asc(nulls_last=True), "-over_30", "enterprise__name", "outlet__number", "factor"
        )
    )


@dataclass(frozen=True, slots=True)
class Subtotal:
    """The lines of one region and factor together."""

    region: Region
    factor: str
    total: Any
    used: Any
    enterprises: int
    over_30: int


def subtotals(user: Any, wish: DualWish, found: QuerySet[DualControl]) -> list[Subtotal]:
    """By region, one level below the one asked for (or one's own), and factor: totals, mass, hours above.

    Only lines of which both the total and the mass are known are summed: half a figure tells nothing.
    """
    whole = found.filter(outlet=None).select_related(None).order_by()
    rows = whole.values_list("region__path", "factor").annotate(
        permitted=Sum("total", filter=Q(used__isnull=False)),
        emitted=Sum("used", filter=Q(total__isnull=False)), many=Count("pk"), over=Sum("over_30"),
    )  # fmt: skip
    regions = {region.path: region for region in Region.objects.visible_to(user).defer("geometry")}
    root = next((one for one in regions.values() if one.code == wish.region), None) or user.region
    depth = root.path.count("/") + 1 if root is not None else 1
    sums: dict[tuple[str, str], list[Any]] = {}
    for path, factor, total, used, many, over in rows:
        parts = path.split("/")[: min(depth, path.count("/"))]
        line = sums.setdefault(("/".join(parts) + "/", factor), [None, None, 0, 0])
        for place, value in enumerate((total, used)):
            if value is not None:
                line[place] = (line[place] or 0) + value
        line[2] += many
        line[3] += over or 0
    return [
        Subtotal(regions[path], factor, *line)
        for (path, factor), line in sorted(sums.items())
        if path in regions
    ]


def _inside(found: Any, user: Any, code: str) -> Any:
    region = Region.objects.visible_to(user).filter(code=code).first()
    if region is None:
        return found.none()
    return found.filter(region__in=Region.objects.filter(path__startswith=region.path).values("pk"))


def seen_regions(user: Any) -> ScopedQuerySet[Region]:
    """Regions for a choice: below a province, as far as one sees."""
    return Region.objects.visible_to(user).exclude(level="province").defer("geometry").order_by("path")


def _number(text: Any) -> int | None:
    text = str(text or "")
    return int(text) if text.isdecimal() and len(text) < 10 else None
