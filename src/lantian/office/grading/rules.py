"""Questions about grades: what counts on a day, who holds what, counts. Nothing here writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from lantian.office.frame import clock
from lantian.office.grading import words
from lantian.office.grading.definition import Grade, all_grades, scale_on
from lantian.office.grading.models import Application, Downgrade, Held, industry_label
from lantian.office.grading.states import ApplicationState
from lantian.office.ledgers.words import Industry
from lantian.office.monitoring.kernel import rulebook
from lantian.office.regions.models import Region

SHOWN = (ApplicationState.NOTICE,)


@dataclass(frozen=True, slots=True)
class Standing:
    """What an enterprise's grade counts as on a day: the lowest it holds in any industry.

    `code` is the grade that counts; `old` says that it was given on an earlier scale, `unmatched` that the
    scale of the day has no counterpart, so that the old name stands until it is graded again.
    """

    enterprise: int
    code: str
    rank: int
    industry: str
    valid_from: date
    valid_to: date
    old: bool
    unmatched: bool
    verified: bool
    among: int  # in how many industries it holds a grade

    @property
    def label(self) -> str:
        """The grade in words."""
        return words.grade_label(self.code)


def in_force(on: date) -> Q:
    """The grades that count on a day."""
    ended = Q(ended_on__isnull=True) | Q(ended_on__gt=on)
    return Q(valid_from__lte=on, valid_to__gte=on, enterprise__withdrawn=False) & ended


def counts_as(grade: str, scale: str, on: date) -> tuple[str, bool, bool]:
    """What a grade counts as on a day: its code, whether it has no counterpart, whether that is certain."""
    if scale == scale_on(rulebook(), on).code:
        return grade, False, True
    rule = rulebook().rule("grading.scales.transition", on=on)
    found = rule.table.get(grade)
    return (str(found), False, rule.verified) if found else (grade, True, rule.verified)


def grade_of(enterprise: Any, on: date | None = None) -> Standing | None:
    """The grade of an enterprise on a day (today when not said); None where it holds none then."""
    return grades_of([enterprise], on).get(enterprise.pk)


def grades_of(enterprises: Iterable[Any], on: date | None = None) -> dict[int, Standing]:
    """The grades of many enterprises on a day, by their keys; who holds none is left out.

    Parameters
    ----------
    enterprises
        a queryset, records or keys of `ledgers.Enterprise`; they are not checked for scope
    on
        the day; today when not said

    Returns
    -------
    one question to the database, whatever their number
    """
    if isinstance(enterprises, QuerySet):
        keys: Any = enterprises.values("pk")
    else:
        keys = [getattr(one, "pk", one) for one in enterprises]
    return standings(Held.objects.filter(enterprise__in=keys), on or clock.today())


def standings(held: QuerySet[Held], on: date) -> dict[int, Standing]:
    """What enterprises' grades among these count as on a day, by the enterprise's key: the lowest decides."""
    ranks = all_grades(rulebook())
    found: dict[int, Standing] = {}
    rows = held.filter(in_force(on)).order_by("pk")
    for enterprise, industry, grade, scale, first, last in rows.values_list(
        "enterprise_id", "industry", "grade", "scale", "valid_from", "valid_to"
    ):
        code, unmatched, verified = counts_as(grade, scale, on)
        rank = ranks[code].rank if code in ranks else 99
        own = found.get(enterprise)
        among = own.among + 1 if own else 1
        if own is not None and own.rank >= rank:
            found[enterprise] = _again(own, among)
            continue
        old = scale != scale_on(rulebook(), on).code
        found[enterprise] = Standing(
            enterprise, code, rank, industry, first, last, old, unmatched, verified, among
        )
    return found


def _again(own: Standing, among: int) -> Standing:
    return Standing(
        own.enterprise, own.code, own.rank, own.industry, own.valid_from, own.valid_to, own.old,
        own.unmatched, own.verified, among,
    )  # fmt: skip


def counted(which: str, on: date) -> tuple[frozenset[str], bool]:
    """The grades that count as `ab` or `d` on a day, and whether that was checked against its document."""
    rule = rulebook().rule(f"grading.scales.counted.{which}", on=on)
    return frozenset(rule.texts), rule.verified


def held_in(region: Region | None) -> QuerySet[Held]:
    """The grades of enterprises in a region and everything below it; of all where none is given."""
    if region is None:
        return Held.objects.all()
    inside = Region.objects.filter(path__startswith=region.path).values("pk")
    return Held.objects.filter(enterprise__region__in=inside)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list of grades is asked for; empty means everything."""

    q: str = ""
    grade: str = ""
    industry: str = ""
    region: str = ""
    on: date | None = None

    @property
    def day(self) -> date:
        """The day it is asked for."""
        return self.on or clock.today()


def wish_of(query: Mapping[str, Any]) -> Wish:
    """The wish in a query; what makes no sense is left out."""
    industry = str(query.get("industry") or "")
    return Wish(
        q=str(query.get("q") or "").strip()[:100],
        grade=str(query.get("grade") or "")[:16],
        industry=industry if industry in Industry.values else "",
        region=str(query.get("region") or "")[:20],
        on=day_of(query.get("on")),
    )


def grades_seen(user: Any, wish: Wish, *, any_grade: bool = False) -> QuerySet[Held]:
    """The grades in force a person may see that suit a wish, the best known first."""
    found = asked_for(Held.objects.visible_to(user).filter(in_force(wish.day)), user, wish)
    if wish.grade and not any_grade:
        found = found.filter(grade=wish.grade)
    return (
        found.select_related("enterprise__region")
        .defer("enterprise__region__geometry")
        .order_by("enterprise__region__path", "enterprise__name", "pk")
    )


def applications_of(user: Any, query: Mapping[str, Any]) -> QuerySet[Application]:
    """The applications a person may see that suit a query."""
    wish = wish_of(query)
    found = asked_for(Application.objects.visible_to(user), user, wish)
    state = str(query.get("state") or "")
    if state in ApplicationState.values:
        found = found.filter(state=state)
    if query.get("late"):
        found = late(found)
    return _with_enterprise(found, "enterprise").defer("definition", "answers", "checked")


def late(found: QuerySet[Any]) -> QuerySet[Any]:
    """Those unfinished and past their time limit."""
    closed = list(found.model.loop.closed)
    return found.exclude(state__in=closed).filter(state_due__lt=clock.now())


def downgrades_of(user: Any, query: Mapping[str, Any]) -> QuerySet[Downgrade]:
    """The proposals to lower a grade a person may see that suit a query."""
    found = Downgrade.objects.visible_to(user)
    state = str(query.get("state") or "")
    if state in Downgrade.loop.states.values:
        found = found.filter(state=state)
    if query.get("late"):
        found = late(found)
    return _with_enterprise(found, "held__enterprise")


def state_counts(found: QuerySet[Any]) -> dict[str, int]:
    """How many there are in each state, and late ones."""
    states = list(found.order_by().values_list("state", "state_due"))
    number = dict.fromkeys(found.model.loop.states.values, 0) | Counter(state for state, _due in states)
    now, closed = clock.now(), set(found.model.loop.closed)
    number["all"] = len(states)
    number["late"] = sum(1 for state, due in states if state not in closed and due is not None and due < now)
    return number


@dataclass(frozen=True, slots=True)
class CountRow:
    """One line of a table of counts: a region or an industry, and how many hold each grade."""

    code: str
    label: str
    numbers: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Enterprises with a grade on a day: by grade, by region, by industry; 创A升B and D among them."""

    grades: tuple[Grade, ...]
    total: int
    ab: int
    d: int
    unmatched: int
    of_all: tuple[int, ...]
    by_region: tuple[CountRow, ...]
    by_industry: tuple[CountRow, ...]
    verified: bool


def counts(user: Any, wish: Wish) -> Counts:
    """How many enterprises hold each grade on a day, by the regions below the one asked for, by industry."""
    on = wish.day
    asked = Wish(industry=wish.industry, region=wish.region, q=wish.q, on=on)
    held = asked_for(Held.objects.visible_to(user), user, asked)
    found = standings(held, on)
    paths = dict(
        held.filter(in_force(on)).order_by().values_list("enterprise_id", "enterprise__region__path")
    )
    depth = _depth(user, wish)
    grades = all_grades(rulebook())
    own = [grade.code for grade in scale_on(rulebook(), on).grades]
    extra = sorted({one.code for one in found.values()} - set(own), key=lambda code: grades[code].rank)
    columns = [grades[code] for code in (*own, *extra) if code in grades]
    columns.sort(key=lambda grade: grade.rank)
    ab, ab_sure = counted("ab", on)
    d, d_sure = counted("d", on)
    regions: dict[str, Counter[str]] = {}
    industries: dict[str, Counter[str]] = {}
    for one in found.values():
        part = paths[one.enterprise].rstrip("/").split("/")
        regions.setdefault(part[min(depth, len(part) - 1)], Counter())[one.code] += 1
        industries.setdefault(one.industry, Counter())[one.code] += 1
    names = {row.code: row.label for row in Region.objects.filter(code__in=regions).defer("geometry")}
    total = Counter(one.code for one in found.values())
    return Counts(
        tuple(columns), len(found), sum(total[code] for code in ab), sum(total[code] for code in d),
        sum(1 for one in found.values() if one.unmatched), tuple(total[grade.code] for grade in columns),
        tuple(_row(code, names.get(code, code), regions[code], columns) for code in sorted(regions)),
        tuple(
            _row(code, industry_label(code), industries[code], columns)
            for code in sorted(industries, key=lambda code: -industries[code].total())
        ),
        ab_sure and d_sure and all(one.verified for one in found.values()),
    )  # fmt: skip


def moved(held: QuerySet[Held], first: date, last: date) -> list[tuple[int, Standing, Standing]]:
    """Enterprises that held a grade before the first day and hold another rank on the last: key, before,
    after. Who had none before, or has none after, was neither raised nor lowered."""
    from datetime import timedelta

    before, after = standings(held, first - timedelta(days=1)), standings(held, last)
    return [
        (key, before[key], after[key])
        for key in sorted(before.keys() & after.keys())
        if before[key].rank != after[key].rank
    ]


def _depth(user: Any, wish: Wish) -> int:
    """At which part of a path the regions of a table differ: one below the region asked for, or one's own."""
    region = Region.objects.visible_to(user).filter(code=wish.region).first() if wish.region else user.region
    return region.path.rstrip("/").count("/") + 1 if region is not None else 1


def _row(code: str, label: str, number: Counter[str], columns: list[Grade]) -> CountRow:
    return CountRow(code, label, tuple(number[grade.code] for grade in columns), number.total())


def asked_for(found: QuerySet[Any], user: Any, wish: Wish) -> QuerySet[Any]:
    """Those of a region, industry and name, whatever their grade."""
    if wish.region:
        region = Region.objects.visible_to(user).filter(code=wish.region).first()
        if region is None:
            return found.none()
        inside = Region.objects.filter(path__startswith=region.path).values("pk")
        found = found.filter(enterprise__region__in=inside)
    if wish.industry:
        found = found.filter(industry=wish.industry)
    if wish.q:
        code = Q(enterprise__credit_code__iexact=wish.q)
        found = found.filter(Q(enterprise__name__contains=wish.q) | code)
    return found


def _with_enterprise(found: QuerySet[Any], name: str) -> QuerySet[Any]:
    return found.select_related(f"{name}__region").defer(f"{name}__region__geometry")


def day_of(text: Any) -> date | None:
    """A day as a form writes it; None for what is none."""
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
