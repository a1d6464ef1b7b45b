"""Questions about findings: what a request asks for, repeats, counts. Nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from lantian.office.findings import ground
from lantian.office.findings.catalogue import points, repeat_span
from lantian.office.findings.models import FINDING, Finding, State
from lantian.office.frame import clock
from lantian.office.people.models import Unit
from lantian.office.regions.models import Region

CLOSED = [State.CLOSED.value, State.VOID.value]
OPEN = [state for state in State.values if state not in CLOSED]
# What a person named must act on: not what waits for the second check.
MINE = [State.ASSIGNED.value, State.REOPENED.value]
GROUPS = {"unfinished": OPEN, "todo": MINE}
MOST_OWN, MOST_NAMED = 10, 900
# Days back a page is looked for; None is all of them.
NEWEST = (31, 366, None)
# So many are sorted here.
FEW = 3000


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list is asked for; empty means everything."""

    q: str = ""
    kind: str = ""
    state: str = ""
    source: str = ""
    region: str = ""
    unit: int | None = None
    since: date | None = None
    until: date | None = None
    late: bool = False
    repeated: bool = False
    mine: bool = False
    ours: bool = False
    enterprise: int | None = None
    register: str = ""
    record: int | None = None


def wish_of(query: Mapping[str, Any]) -> Wish:
    """The wish in a query; what makes no sense is left out."""
    return Wish(
        q=str(query.get("q") or "").strip()[:100],
        kind=str(query.get("kind") or ""),
        state=str(query.get("state") or ""),
        source=str(query.get("source") or ""),
        region=str(query.get("region") or ""),
        unit=_number(query.get("unit")),
        since=_day(query.get("since")),
        until=_day(query.get("until")),
        late=bool(query.get("late")),
        repeated=bool(query.get("repeated")),
        mine=bool(query.get("mine")),
        ours=bool(query.get("ours")),
        enterprise=_number(query.get("enterprise")),
        register=str(query.get("register") or "")[:40],
        record=_number(query.get("record")),
    )


def findings_of(user: Any, wish: Wish) -> QuerySet[Finding]:
    """The findings a person may see that suit a wish, newest first."""
    found = _by_person(Finding.objects.visible_to(user), user, wish)
    if wish.q:
        # Chinese has no cases: PostgreSQL would fold those of every row.
        how = "contains" if wish.q.lower() == wish.q.upper() else "icontains"
        found = found.filter(Q(**{f"words__{how}": wish.q}) | Q(**{f"place__{how}": wish.q}))
    for name in ("kind", "source"):
        if value := getattr(wish, name):
            found = found.filter(**{name: value})
    if wish.state:
        found = found.filter(state__in=GROUPS.get(wish.state, [wish.state]))
    if wish.since:
        found = found.filter(found_on__gte=wish.since)
    if wish.until:
        found = found.filter(found_on__lte=wish.until)
    if wish.late:
        found = found.filter(state__in=OPEN, state_due__lt=clock.now())
    if wish.repeated:
        found = found.filter(repeated_of__isnull=False).exclude(repeat_confirmed=False)
    return found.select_related("region", "unit", "assignee").defer("region__geometry")


def _by_person(found: QuerySet[Finding], user: Any, wish: Wish) -> QuerySet[Finding]:
    """Those of a region, unit, person or record."""
    if wish.region:
        region = Region.objects.visible_to(user).filter(code=wish.region).first()
        found = inside(found, region) if region else found.none()
    if wish.unit is not None:
        found = found.filter(unit_id=wish.unit)
    if wish.mine:
        found = found.filter(assignee=user.pk)
    if wish.ours:
        found = found.filter(unit=user.unit_id) if user.unit_id else found.none()
    if wish.enterprise is not None:
        found = found.filter(enterprise=wish.enterprise)
    if wish.register:
        found = found.filter(register=wish.register)
        found = found if wish.record is None else found.filter(record_id=wish.record)
    return found


def inside(found: QuerySet[Finding], region: Region) -> QuerySet[Finding]:
    """Those in a region and everything below it, asked by the keys of the regions."""
    return found.filter(region__in=Region.objects.filter(path__startswith=region.path).values("pk"))


def counts(found: QuerySet[Finding]) -> dict[str, int]:
    """How many there are by state, and late ones."""
    late = Count("pk", filter=Q(state_due__lt=clock.now()))
    plain = found.select_related(None).order_by()
    rows = plain.values_list("state").annotate(many=Count("pk"), past=late)
    number = dict.fromkeys(["all", "late", *FINDING.states.values], 0)
    for state, many, past in rows:
        number[state] += many
        number["all"] += many
        number["late"] += past if state in OPEN else 0
    return number


@dataclass(frozen=True, slots=True)
class Own:
    """What waits for a person: by name, the first to be done first, and how many of their unit's."""

    mine: int
    ours: int
    first: list[Finding]


def own_of(user: Any) -> Own:
    """The findings that wait for a person by name to rectify them, and for their unit."""
    # By key first: the person's own are few, what they may see is not.
    own = Finding.objects.filter(assignee=user.pk, state__in=MINE).order_by()
    named = list(own.values_list("pk", flat=True)[:MOST_NAMED])
    seen = Finding.objects.visible_to(user)
    rows: list[Finding] = []
    if named:
        found = seen.filter(pk__in=named).select_related("region").defer("region__geometry")
        rows = list(found.order_by("state_due", "pk"))
    ours = seen.filter(unit=user.unit_id, state__in=MINE).order_by().count() if user.unit_id else 0
    return Own(len(rows), ours, rows[:MOST_OWN])


def with_findings(units: QuerySet[Unit]) -> QuerySet[Unit]:
    """Those of some units that must rectify something, or had to."""
    return units.filter(Exists(Finding.objects.filter(unit=OuterRef("pk"))))


class Pages(Paginator):
    """The pages of a list, newest first, whose number its tiles have counted already.

    A page is looked for among the newest findings before all of them: no database sorts five years to show
    forty rows.
    """

    def __init__(
        self, found: QuerySet[Finding], per_page: int, number: Mapping[str, int], wish: Wish
    ) -> None:
        super().__init__(found, per_page)
        self.found = found
        if not wish.late and wish.state in number:
            self.count = number[wish.state]
        elif not wish.state:
            self.count = number["late" if wish.late else "all"]
        elif wish.state in GROUPS and not wish.late:
            self.count = sum(number[state] for state in GROUPS[wish.state])

    def page(self, number: Any) -> Any:
        """A page; `Paginator.page`."""
        page = super().page(number)
        first = (page.number - 1) * self.per_page
        wanted = min(self.per_page, self.count - first)
        keys = self._keys(first, wanted) if wanted > 0 else []
        page.object_list = list(self.found.filter(pk__in=keys))
        return page

    def _keys(self, first: int, wanted: int) -> list[int]:
        plain = self.found.select_related(None)
        if self.count <= FEW:
            # Found by the filter's own index; an order asked for would lead the database along the days.
            few = plain.order_by().values_list("found_on", "pk")
            return [key for _day, key in sorted(few, reverse=True)[first : first + wanted]]
        keys: list[int] = []
        for days in NEWEST:
            some = plain.filter(found_on__gt=clock.today() - timedelta(days=days)) if days else plain
            ordered = some.order_by("-found_on", "-pk").values_list("pk", flat=True)
            keys = list(ordered[first : first + wanted])
            if len(keys) == wanted:
                break
        return keys


def earlier_like(finding: Finding) -> Finding | None:
    """The newest earlier finding of the same kind at the same place, unit, firm or record, if not too old.

    The same place: the same words in the same region, or two points close together. A void one is none.
    """
    days, metres = repeat_span(finding.found_on)
    others = (
        Finding.objects.filter(
            kind=finding.kind, found_on__range=(finding.found_on - timedelta(days=days), finding.found_on)
        )
        .exclude(state=State.VOID)
        .exclude(pk=finding.pk)
        .order_by("-found_on", "-pk")
    )
    if finding.pk:
        others = others.filter(Q(found_on__lt=finding.found_on) | Q(pk__lt=finding.pk))
    near = Q(region=finding.region_id) | Q(unit__isnull=False, unit=finding.unit_id)
    if finding.enterprise_id is not None:
        near |= Q(enterprise=finding.enterprise_id)
    if finding.record_id is not None:
        near |= Q(register=finding.register, record_id=finding.record_id)
    for other in others.filter(near)[:500]:
        if _is_same(finding, other, metres):
            return other
    return None


def _is_same(finding: Finding, other: Finding, metres: int) -> bool:
    """Whether two findings of a kind concern the same unit, firm, record, place, or points close by."""
    if finding.unit_id is not None and other.unit_id == finding.unit_id:
        return True
    if finding.enterprise_id is not None and other.enterprise_id == finding.enterprise_id:
        # Two things of one firm are two problems, where both are named.
        named = finding.record_id is not None and other.record_id is not None
        return not named or (finding.register, finding.record_id) == (other.register, other.record_id)
    if finding.record_id is not None and finding.record_id == other.record_id:
        return finding.register == other.register
    if other.region_id == finding.region_id and _plain(other.place) == _plain(finding.place):
        return True
    apart = distance(finding, other)
    return apart is not None and apart <= metres


def distance(one: Finding, two: Finding) -> float | None:
    """The way between two findings over the ground [m]; None where a point is missing."""
    if None in {one.lon, one.lat, two.lon, two.lat}:
        return None
    return ground.distance(one.lon, one.lat, two.lon, two.lat)


def points_of(finding: Finding) -> Decimal:
    """What it counts towards accountability; a void one counts nothing."""
    if finding.state == State.VOID:
        return Decimal(0)
    return points(finding.found_on).for_one(finding.severity, finding.is_repeat)


@dataclass(frozen=True, slots=True)
class UnitDay:
    """One unit (or region without one) on a day's bulletin."""

    name: str
    found: int
    kinds: str
    waiting: int
    late: int
    rectified: int


def day_table(user: Any, day: date) -> tuple[list[Finding], list[UnitDay]]:
    """A day's findings; per unit responsible those found that day, unfinished, late, closed that day."""
    visible = Finding.objects.visible_to(user).exclude(state=State.VOID)
    today = list(
        visible.filter(found_on=day)
        .select_related("region", "unit")
        .defer("region__geometry")
        .order_by("region__path", "pk")
    )
    others = visible.filter(found_on__lte=day).filter(Q(closed_on=day) | ~Q(state__in=CLOSED))
    rows: dict[str, dict[str, Any]] = {}

    def row(finding: Finding) -> dict[str, Any]:
        name = finding.unit.label if finding.unit else finding.region.label
        empty = {"found": 0, "kinds": {}, "waiting": 0, "late": 0, "rectified": 0}
        return rows.setdefault(name, empty)

    for finding in today:
        line = row(finding)
        line["found"] += 1
        line["kinds"][finding.kind_label] = line["kinds"].get(finding.kind_label, 0) + 1
    for finding in others.select_related("region", "unit"):
        line = row(finding)
        if finding.state in CLOSED:
            line["rectified"] += 1
        else:
            line["waiting"] += 1
            line["late"] += int(finding.is_late)
    table = [
        UnitDay(
            name, line["found"], "、".join(f"{kind} {n}" for kind, n in line["kinds"].items()),
            line["waiting"], line["late"], line["rectified"],
        )
        for name, line in rows.items()
    ]  # fmt: skip
    return today, sorted(table, key=lambda line: (-line.found, -line.late, line.name))


def _plain(place: str) -> str:
    return "".join(place.split()).lower()


def _number(text: Any) -> int | None:
    text = str(text or "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
