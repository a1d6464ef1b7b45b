"""Questions about divisions: what can be divided, among whom, what the parts make, who sees which value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.monitoring.indicators import STATISTICS
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import region_root
from lantian.office.plans.models import Quantity, Target
from lantian.office.plans.status import HIGHER_IS_BETTER
from lantian.office.plans.terms import Review, number_text
from lantian.office.regions.models import Region
from lantian.office.targets import dividing
from lantian.office.targets.declared import MEAN, NONE, SUM, WEIGHTED, Held, held
from lantian.office.targets.loop import READY, State
from lantian.office.targets.models import Allotment, Division


def may_divide(user: Any, region: Region) -> bool:
    """Whether this person divides the goals of a region: of their own region or one below it."""
    root = region_root(user)
    return can(user, Capability.ISSUE_TARGETS) and root is not None and region.path.startswith(root)


def children_of(region: Region) -> list[Region]:
    """The regions directly below, as the register has them today."""
    return list(Region.objects.filter(parent=region, valid_to__isnull=True).order_by("code"))


def bound_by(source: Target | Quantity | Allotment, region: Region) -> list[Region]:
    """The regions that a goal of `region` binds: those it names below, else all directly below."""
    if isinstance(source, Target):
        named = {r for r in source.regions.all() if r.path.startswith(region.path) and r.pk != region.pk}
        if named:
            return sorted(named, key=lambda r: r.code)
    elif isinstance(source, Quantity):
        below = Q(path__startswith=region.path) & ~Q(pk=region.pk)
        found = Region.objects.filter(below, Q(assignments__task=source.task)).distinct()
        direct = [r for r in found if r.parent_id == region.pk]
        if direct:
            return sorted(direct, key=lambda r: r.code)
    return children_of(region)


@dataclass(frozen=True, slots=True)
class Divisible:
    """A goal that a region could divide: the thing, its words, and why it cannot be divided if so."""

    kind: str  # target, quantity, allotment
    pk: int
    label: str
    asks: str
    by: str
    words: str
    why_not: str = ""


def divisible(region: Region, user: Any) -> list[Divisible]:
    """What a region holds and has not divided: targets about it, allotments from above, quantities of the
    tasks of its own plans."""
    taken = set(Division.objects.filter(region=region).values_list("target_id", "quantity_id", "over_id"))
    targets, quantities, allotments = ({row[at] for row in taken} for at in range(3))
    about = Target.objects.visible_to(user).filter(Q(regions=region) | Q(plan__region=region))
    rows = Target.objects.filter(pk__in=about.values("pk")).exclude(review=Review.REJECTED)
    # A province's plan may bind one of its cities: that goal is the city's, and the city divides it.
    named = rows.annotate(places=Count("regions")).filter(places=1).exclude(regions=region)
    rows = rows.exclude(pk__in=named.values("pk"))
    above = Allotment.objects.filter(region=region, issued_value__isnull=False).select_related(
        "division__region"
    )
    own = Quantity.objects.visible_to(user).filter(task__plan__region=region)
    return [
        *(
            _divisible("target", target, target.indicator_label, target.line)
            for target in rows.exclude(pk__in=targets - {None}).prefetch_related("regions")
        ),
        *(_allotted(one) for one in above.exclude(pk__in=allotments - {None})),
        *(
            _divisible("quantity", one, one.what or one.task.headline, one.line)
            for one in own.exclude(task__review=Review.REJECTED).select_related("task__plan")
            if one.pk not in quantities and held("", one.unit, one.comparator).rule == SUM
        ),
    ]


def _allotted(one: Allotment) -> Divisible:
    goal = one.division
    why = why_not(goal.indicator, goal.comparator, one.issued_value, goal.unit)
    words = _("allotted by %(region)s") % {"region": goal.region.label}
    return Divisible("allotment", one.pk, goal.label, one.asks, goal.by, words, why)


def _divisible(kind: str, thing: Any, label: str, words: str) -> Divisible:
    by = thing.by if kind == "target" else str(thing.task.due or "")
    why = why_not(getattr(thing, "indicator", ""), thing.comparator, thing.value, thing.unit)
    return Divisible(kind, thing.pk, label, thing.asks, by, words, why)


def why_not(indicator: str, comparator: str, value: Decimal | None, unit: str) -> str:
    """Why a goal cannot be divided, in the active language; empty where it can."""
    if held(indicator, unit, comparator).rule == NONE:
        return _("A rank cannot be divided: nobody's place is made of the places of others.")
    if value is None:
        return _("It names no value, only a direction.")
    return ""


def held_of(division: Division) -> Held:
    """How the goal of a division is held."""
    return held(division.indicator, division.unit, division.comparator)


def direction(division: Division) -> str:
    """Whether the goal is reached from below or from above."""
    return dividing.direction_of(
        division.comparator, held_of(division).rule, higher_is_better=division.indicator in HIGHER_IS_BETTER
    )


def decimals(division: Division) -> int:
    """How many decimals a part may have: those of the indicator, or of the parent's value if it has more."""
    text = number_text(division.value)
    own = len(text.partition(".")[2])
    declared = held_of(division).decimals
    return max(own, declared if declared is not None else 0)


def check(division: Division, rows: Iterable[Allotment] | None = None) -> dividing.Check:
    """What the children's assigned values make of the parent's."""
    rows = list(division.allotments.all()) if rows is None else list(rows)
    parts = [dividing.Part(row.value, row.weight) for row in rows]
    return dividing.check(held_of(division).rule, division.value, direction(division), parts)


def is_estimate(division: Division) -> bool:
    """Whether the mean of the children is only an estimate of the region's figure.

    A province's concentrations and share of days are the mean of its cities'. A city's figure comes from its
    own national stations, and the index of a province from the means: there the children say only so much.
    """
    if held_of(division).rule != MEAN:
        return False
    as_computed = {*STATISTICS, "o3", "good_days_ratio", "heavy_days_ratio"}
    return division.region.level != "province" or division.indicator not in as_computed


def rule_words(division: Division) -> str:
    """The rule of the check in a sentence."""
    rule = held_of(division).rule
    if rule == SUM:
        return _("The parts must add up to the parent's value.")
    if rule == WEIGHTED:
        return _("The mean of the parts, each weighted by its base, must reach the parent's value.")
    if rule == NONE:
        return _("A rank cannot be divided: nobody's place is made of the places of others.")
    text = _("The arithmetic mean of the parts, not rounded, must reach the parent's value.")
    if not is_estimate(division):
        return text + _(" The figure of a province is the mean of its cities.")
    if division.region.level == "province":
        return text + _(" It is only an estimate: the region's figure is not the mean of its parts' figures.")
    return text + _(
        " It is only an estimate: the figure of a city comes from its own stations, not from its counties."
    )


def check_words(division: Division, found: dividing.Check) -> str:
    """The outcome of a check in a sentence; empty where there is nothing to say."""
    if found.reached is None or found.missing is None:
        return {
            "nothing": _("Nothing is assigned yet."),
            "weights": _("Not checked: give every region its base (what the share is of)."),
        }.get(found.why, "")
    places = decimals(division) + (1 if found.rule != SUM else 0)
    told = {
        "reached": _shown(found.reached, places),
        "distance": _shown(abs(found.missing), places),
        "n": found.pending,
    }
    if found.pending:
        return _("So far %(reached)s; %(n)d are pending.") % told
    if found.missing > 0:
        return _("The parts make %(reached)s: parent not reached by %(distance)s.") % told
    if found.missing < 0:
        return _("The parts make %(reached)s, %(distance)s better than the parent.") % told
    return _("The parts make %(reached)s, exactly the parent's value.") % told


def _shown(value: Any, places: int) -> str:
    """A fraction with so many decimals, half-even; a remainder too small to show is said to be so."""
    from lantian.ambient.exact import half_even

    text = number_text(half_even(value, places))
    return text if text not in {"0", "-0"} or value == 0 else f"< {Decimal(1).scaleb(-places)}"


def sees_draft(user: Any, division: Division) -> bool:
    """Whether this person sees values before they are issued: those of the dividing region and above."""
    root = region_root(user)
    return root is not None and division.region.path.startswith(root)


def shown_value(user: Any, allotment: Allotment) -> Decimal | None:
    """The value a person may know: below the dividing region only what was issued."""
    if sees_draft(user, allotment.division):
        return allotment.value
    return allotment.issued_value


def shown_code(user: Any, allotment: Allotment) -> str:
    """The state as a person may know it: an unissued part is pending for its own region."""
    if sees_draft(user, allotment.division):
        return str(allotment.state)
    hidden = {State.ASSIGNED: State.PENDING, State.REVISED: _before_revision(allotment)}
    return str(hidden.get(State(allotment.state), State(allotment.state)).value)


def shown_state(user: Any, allotment: Allotment) -> str:
    """The same in the active language."""
    return str(State(shown_code(user, allotment)).label)


def _before_revision(allotment: Allotment) -> State:
    return State.OBJECTED if allotment.answer else State.ISSUED


def ready(region: Region) -> QuerySet[Allotment]:
    """Allotments of a region's divisions that a letter could take."""
    return (
        Allotment.objects.filter(division__region=region, state__in=list(READY), value__isnull=False)
        .select_related("division__region", "region")
        .order_by("division_id", "region__code")
    )


def refuse_shortfall(divisions: Sequence[Division]) -> None:
    """Refuse to issue a division that does not reach its parent's value without a reason.

    Raises
    ------
    LantianError
        one does not, and nobody said why it need not
    """
    for division in divisions:
        found = check(division)
        if found.fails and not division.accepted_shortfall:
            raise LantianError(
                check_words(division, found),
                where=str(division),
                remedy=_("Change the values, or accept the shortfall with a reason."),
            )


def due_day(text: str) -> date | None:
    """A day of a form."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
