"""The indicators of this app: frozen scores and their ranks; road dust and dustfall from other measures."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.assessment.text import half_even
from lantian.errors import LantianError
from lantian.office.indicators import Answer, Indicator, Line, Period, Subject, register

BOTH = frozenset({"region", "unit"})


def register_all() -> None:
    """Called once, when the app is ready."""
    register(
        Indicator(
            "score", gettext_lazy("Score"), "", score, BOTH, higher_is_better=True,
            formula=gettext_lazy("Total of the frozen score card of exactly this period."),
        )
    )  # fmt: skip
    register(
        Indicator(
            "score_rank", gettext_lazy("Rank by score"), "", score_rank, BOTH, higher_is_better=False,
            formula=gettext_lazy("Rank among all that were assessed together; 1 is best."),
        )
    )  # fmt: skip
    register(
        Indicator(
            "dustfall", gettext_lazy("Dustfall"), "t/(km²·30d)", dustfall, frozenset({"region"}),
            higher_is_better=False, source="register",
            formula=gettext_lazy("Mean of the valid months of the period; of a city the mean of its units."),
        )
    )  # fmt: skip
    register(
        Indicator(
            "road_dust", gettext_lazy("Road dust"), "g/m²", road_dust, BOTH, higher_is_better=False,
            source="register",
            formula=gettext_lazy(
                "Mean of the roads weighed in the region; of a unit that answers for roads, in its region."
            ),
        )
    )  # fmt: skip


def _frozen(subject: Subject, period: Period) -> Any:
    """The newest frozen card of a subject for exactly this period."""
    from lantian.office.assessment.models import FIXED, Card

    whose = Q(region=subject.region) if subject.region is not None else Q(unit=subject.unit)
    cards = Card.objects.filter(whose, run__state__in=FIXED, run__first=period.first, run__last=period.last)
    return cards.select_related("run", "region", "unit").order_by("-run__frozen_at", "-pk").first()


def _of_card(subject: Subject, period: Period, field: str) -> Answer:
    card = _frozen(subject, period)
    if card is None:
        return Answer(None, _("No assessment of this period has been frozen."))
    value = getattr(card, field)
    url = reverse("assessment:card", args=[card.pk])
    if value is None:
        return Answer(None, _("The score card is not complete."), url=url)
    line = Line(str(card.run), Decimal(value), url)
    return Answer(Decimal(value), "", (line,), url, card.data["of"], card.data["verified"])


def score(subject: Subject, period: Period) -> Answer:
    """The total of the frozen card of exactly this period."""
    return _of_card(subject, period, "total")


def score_rank(subject: Subject, period: Period) -> Answer:
    """The rank on the frozen card of exactly this period."""
    return _of_card(subject, period, "rank")


def dustfall(subject: Subject, period: Period) -> Answer:
    """The dustfall of a county or city over the whole months of a period that have passed."""
    from lantian.office.measures import figures, rules
    from lantian.office.measures.register import Register, key_of

    region = subject.region
    url = reverse("measures:dustfall") + f"?region={region.code}"
    span = _whole_months(period)
    if span is None:
        return Answer(None, _("Dustfall is known by whole months."), url=url)
    try:
        found = figures.dustfall_of(rules.ranked_in(region), span, Register())
    except LantianError as error:
        return Answer(None, error.what, url=url)
    key = key_of(region)
    value: Decimal | None = None
    months: int | None = None
    for row in found.units:
        if row.place == key:
            value, months = row.value, row.months_used
    for city in found.cities:
        if city.city == key:
            value, months = city.value, city.units_used
    if value is None:
        return Answer(None, _("No valid dustfall of this period."), url=url)
    line = Line(span.label, value, url)
    return Answer(value, "", (line,), url, months, not found.unverified)


def road_dust(subject: Subject, period: Period) -> Answer:
    """The mean of the roads weighed in a region; of a unit that answers for roads, in its region."""
    from lantian.office.indicators.air import span_of
    from lantian.office.measures import figures
    from lantian.office.measures.register import Register
    from lantian.office.monitoring import kernel

    region = subject.region or subject.unit.region
    words = kernel.rulebook().rule("assessment.units.road_dust", on=period.last)
    if subject.unit is not None and not any(word in subject.unit.name for word in words.value["words"]):
        return Answer(None, _("This unit does not answer for roads."))
    if region is None:
        return Answer(None, _("This unit lies in no region."))
    url = reverse("measures:road-dust") + f"?region={region.code}"
    span = span_of(period.first, period.last)
    found = figures.roads_of(region, span, "weighed", Register())
    if not found.roads:
        return Answer(None, _("No road was weighed in this period."), url=url)
    mean = sum((road.exact for road in found.roads), Fraction(0)) / len(found.roads)
    exponent = found.roads[0].value.as_tuple().exponent
    value = half_even(mean, -exponent if isinstance(exponent, int) else 1)
    lines = tuple(Line(road.name, road.value, url) for road in found.roads)
    return Answer(value, "", lines, url, len(found.roads), not found.unverified and words.verified)


def _whole_months(period: Period) -> Any:
    """The whole months of a period that has begun on the first of one; None where there is none."""
    from lantian.office.indicators.air import span_of

    if period.first.day != 1:
        return None
    last = period.last
    if (last + timedelta(days=1)).day != 1:
        last = last.replace(day=1) - timedelta(days=1)
    return span_of(period.first, last) if last >= period.first else None
