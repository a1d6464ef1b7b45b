"""What may be decided about a suspicion, and the kernel's reviews that say it. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from lantian.ambient.reviews import Review, checked, places_of
from lantian.ambient.screens import Suspicion as Found
from lantian.ambient.screens.settled import Settled
from lantian.ambient.screens.thresholds import ITEMS
from lantian.errors import LantianError
from lantian.office.quality.models import ACCEPTED, CORRECTED, VOIDED

STATE_AFTER = {"accept": ACCEPTED, "void": VOIDED, "correct": CORRECTED}
BY_HAND = 72
"""Hours that can be corrected one by one on a page; longer ranges take one value or a factor."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Wish:
    """What a person wants: a verdict, for which items and hours, with which values.

    `items` and `since`/`until` None take those of the suspicion. `values`: for each item one value or factor
    (`"*1000"`); `by_hour`: new values of single hours, in published units.
    """

    verdict: str
    reason: str
    items: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    by_hour: Mapping[tuple[str, datetime], str] = field(default_factory=dict)


def reviews(found: Found, wish: Wish, actor: str) -> list[Review]:
    """The kernel's reviews for a wish about one suspicion.

    Raises
    ------
    LantianError
        no reason, an unknown verdict, no items, a range that does not touch the suspicion, no new value
    """
    if wish.verdict not in STATE_AFTER:
        raise LantianError(_("choose what is to be done with these hours"))
    if not wish.reason.strip():
        raise LantianError(
            _("a decision needs a reason"), remedy=_("Write why, for whoever reads it in a year.")
        )
    items = wish.items if wish.items is not None else found.items
    if not items or not set(items) <= set(ITEMS):
        raise LantianError(_("choose at least one pollutant"))
    spans = _spans(found, wish)
    places = places_of(found)
    if not places:
        raise LantianError(
            _("this suspicion names no single place"), remedy=_("Decide about its stations one by one.")
        )
    if wish.verdict == "correct":
        made = _corrections(found, wish, items, spans, actor)
    else:
        made = [
            Review(place, items, since, until, wish.verdict, {}, found.code, wish.reason.strip(), actor)
            for place in places
            for since, until in spans
        ]
    try:
        return [checked(found.kind, review) for review in made]
    except LantianError as error:
        raise LantianError(
            _("this cannot be written: %(what)s") % {"what": error.what}, remedy=error.remedy
        ) from error


def _spans(found: Found, wish: Wish) -> list[tuple[datetime, datetime]]:
    if wish.since is None and wish.until is None:
        return list(found.stretches)
    since, until = wish.since or found.since, wish.until or found.until
    if until < since:
        raise LantianError(_("the hours end before they begin"), remedy=_("Swap the two times."))
    if since > found.until or until < found.since:
        raise LantianError(
            _("these hours are not those of the suspicion"), remedy=_("Choose hours that touch it.")
        )
    return [(since, until)]


def _corrections(
    found: Found,
    wish: Wish,
    items: tuple[str, ...],
    spans: Sequence[tuple[datetime, datetime]],
    actor: str,
) -> list[Review]:
    if len(places_of(found)) != 1:
        raise LantianError(_("only one station at a time can be corrected"))
    place, reason = places_of(found)[0], wish.reason.strip()
    made = []
    whole = {item: text for item in items if (text := wish.values.get(item, "").strip())}
    if whole:
        made += [
            Review(place, tuple(whole), since, until, "correct", whole, found.code, reason, actor)
            for since, until in spans
        ]
    hours: dict[datetime, dict[str, str]] = {}
    for (item, time), text in wish.by_hour.items():
        if text.strip() and item in ITEMS:
            hours.setdefault(time, {})[item] = text.strip()
    for time, values in sorted(hours.items()):
        made.append(Review(place, tuple(values), time, time, "correct", values, found.code, reason, actor))
    if not made:
        raise LantianError(
            _("a correction needs a new value"), remedy=_("Write values, or a factor such as *1000.")
        )
    return made


def settles(found: Found, decided: Sequence[Review]) -> bool:
    """Whether every hour and item of a suspicion is decided."""
    return Settled(decided)(found)


def touched_hours(decided: Sequence[Review]) -> tuple[datetime, datetime]:
    """First and last stamp that reviews speak of."""
    return min(review.since for review in decided), max(review.until for review in decided)
