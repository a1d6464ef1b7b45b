"""What a screen says: suspicions with their evidence, in a form a queue, a page and a file can keep."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

HOUR = timedelta(hours=1)

CODES: dict[str, str] = {
    "range": "a value far above what is usual, which no neighbour confirms",
    "spike": "a single value far off the hours beside it, which no neighbour shares",
    "frozen": "the same value hour after hour while neighbours move",
    "pm_order": "PM2.5 above PM10 for longer than the monitors' own error explains",
    "unit_slip": "a thousand times too little or too much: mg for µg",
    "zero_as_missing": "zeros that stand for missing values",
    "capped": "values held at a limit of software, or a limit that stands for a missing value",
    "time_shift": "hours that agree with the neighbours at another hour",
    "duplicate_station": "one series under two places, or two places of one name",
    "neighbour": "days that disagree with the neighbours",
    "stopped": "a station that reports no longer, or repeats its last row",
    "all_failed": "a city none of whose stations lives",
}
"""Every code and what it means, in the order in which reports list them."""


@dataclass(frozen=True)
class Suspicion:
    """One thing that looks wrong.

    `place` is the key in the lake (the city for `all_failed`; empty where the whole feed is meant);
    `items` the pollutants; `since` and `until` the first and last stamp concerned (aware UTC, ends of
    hours); `stretches` the parts of that span that are suspect, `hours` how many hours with a value.
    `evidence` holds JSON values only. `template`
    with `words` makes `text`, so that a page can translate it. `certain` tells a fault that has no other
    explanation from a doubt.
    """

    kind: str
    code: str
    place: str
    name: str
    city: str
    items: tuple[str, ...]
    since: datetime
    until: datetime
    hours: int
    template: str
    stretches: tuple[tuple[datetime, datetime], ...]
    words: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)
    certain: bool = False

    @property
    def text(self) -> str:
        """The suspicion in one plain sentence."""
        return self.template % dict(self.words)

    @property
    def key(self) -> str:
        """A name that stays when more hours arrive: what is suspected of whom, of which items, since when."""
        said = "|".join((self.kind, self.code, self.place, ",".join(self.items), self.since.isoformat()))
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def as_dict(self) -> dict[str, Any]:
        """The suspicion for a machine."""
        return {
            "key": self.key,
            "kind": self.kind,
            "code": self.code,
            "place": self.place,
            "name": self.name,
            "city": self.city,
            "items": list(self.items),
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "hours": self.hours,
            "stretches": [[since.isoformat(), until.isoformat()] for since, until in self.stretches],
            "certain": self.certain,
            "text": self.text,
            "template": self.template,
            "words": dict(self.words),
            "evidence": dict(self.evidence),
        }

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> Suspicion:
        """The suspicion that `as_dict` wrote.

        Raises
        ------
        KeyError, ValueError
            when something is missing or no time
        """
        return cls(
            kind=str(body["kind"]),
            code=str(body["code"]),
            place=str(body["place"]),
            name=str(body["name"]),
            city=str(body["city"]),
            items=tuple(body["items"]),
            since=datetime.fromisoformat(body["since"]),
            until=datetime.fromisoformat(body["until"]),
            hours=int(body["hours"]),
            template=str(body["template"]),
            stretches=tuple(
                (datetime.fromisoformat(since), datetime.fromisoformat(until))
                for since, until in body["stretches"]
            ),
            words=dict(body["words"]),
            evidence=dict(body["evidence"]),
            certain=bool(body["certain"]),
        )


@dataclass(frozen=True)
class ScreenReport:
    """What the screens found in a span of a lake at one version.

    `hours` is how many hours of the span are in the lake for any place, `places` how many places were looked
    at, `reviewed` how many suspicions were left out because a review has settled them. `unverified` are the
    paths of rules that were used and are not verified in a document.
    """

    kind: str
    since: datetime
    until: datetime
    data_version: int
    places: int
    hours: int
    suspicions: list[Suspicion]
    reviewed: int = 0
    unverified: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Suspicions per code, in the order of `CODES`, without codes that found nothing."""
        found = Counter(suspicion.code for suspicion in self.suspicions)
        return {code: found[code] for code in CODES if found[code]}

    @property
    def dead(self) -> list[str]:
        """Places that did not live at any hour of the span: nothing reported, or one row repeated."""
        found = {s.place for s in self.suspicions if s.code == "stopped" and s.evidence.get("whole_span")}
        return sorted(found)

    def of(self, code: str) -> list[Suspicion]:
        """The suspicions of one code."""
        return [suspicion for suspicion in self.suspicions if suspicion.code == code]

    def as_dict(self) -> dict[str, Any]:
        """The report for a machine."""
        return {
            "kind": self.kind,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "data_version": self.data_version,
            "places": self.places,
            "hours": self.hours,
            "counts": self.counts,
            "dead": self.dead,
            "reviewed": self.reviewed,
            "unverified": list(self.unverified),
            "suspicions": [suspicion.as_dict() for suspicion in self.suspicions],
        }
