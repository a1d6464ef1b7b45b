"""Which suspicions a review has settled: every hour, item and place of theirs is decided."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from lantian.ambient.reviews import Review, places_of
from lantian.ambient.screens.report import Suspicion

HOUR = timedelta(hours=1)
Span = tuple[datetime, datetime]


class Settled:
    """Answers whether a suspicion is settled by some reviews."""

    def __init__(self, reviews: Iterable[Review]) -> None:
        spans: dict[tuple[str, str], list[Span]] = {}
        for review in reviews:
            for item in review.items:
                spans.setdefault((review.place, item), []).append((review.since, review.until))
        self._spans = {key: _joined(found) for key, found in spans.items()}

    def __call__(self, suspicion: Suspicion) -> bool:
        """Whether nothing of it is open."""
        places = places_of(suspicion)
        return bool(self._spans and places) and all(
            any(first <= since and until <= last for first, last in self._spans.get((place, item), ()))
            for place in places
            for item in suspicion.items
            for since, until in suspicion.stretches
        )


def _joined(spans: list[Span]) -> list[Span]:
    found: list[Span] = []
    for since, until in sorted(spans):
        if found and since <= found[-1][1] + HOUR:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found
