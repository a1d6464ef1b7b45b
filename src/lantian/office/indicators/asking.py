"""What a page or the API asks: an indicator, for a region or unit one may see, over a period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.indicators.registry import Answer, Indicator, Period, Subject, known
from lantian.office.people.models import Unit
from lantian.office.people.scope import get_visible_or_404
from lantian.office.regions.models import Region


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its answer."""

    indicator: Indicator
    subject: Subject
    period: Period
    answer: Answer


def subject_of(user: Any, region: str = "", unit: str = "") -> Subject | None:
    """The region (by code) or unit (by number) that this person may see; 404 outside, None where none is
    named."""
    if unit:
        return Subject(unit=get_visible_or_404(Unit, user, pk=unit))
    if region:
        return Subject(region=get_visible_or_404(Region, user, code=region))
    return None


def period_of(text: str) -> Period:
    """A period as people write it; empty is the year of the office's clock.

    Raises
    ------
    LantianError
        it is none
    """
    from lantian.office.monitoring.requests import read_period

    today = clock.today()
    try:
        span = read_period(text.strip() or str(today.year))
    except LantianError as error:
        raise LantianError(
            _("“%(text)s” is no period; write 2026-06, 2026-Q2, 2026 or two days.") % {"text": text}
        ) from error
    return Period(span.first, span.last)


def offered(subject: Subject | None) -> list[Indicator]:
    """The indicators kept for such a subject, in the order they were registered."""
    return [one for one in known().values() if subject is None or subject.kind in one.subjects]
