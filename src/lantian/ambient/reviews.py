"""What people decided about suspect hours, and the lake as it stands after their decisions.

A review says of a range of hours of one place: accept (the values stand), void (they are invalid) or
correct (with the right values). The state of the lake is what was imported with every review applied in
order, so a later review of the same hour wins, accepting brings the imported value back, and an import of
the same hours again changes nothing that was decided. Reviews are in the log: `Commit.details["reviews"]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from lantian.ambient.reviewed_rows import Rows, changed_rows
from lantian.errors import LantianError
from lantian.lake import THOUSANDTHS, Commit, Lake, kind_of

if TYPE_CHECKING:
    from lantian.ambient.screens import Suspicion

VERDICTS = ("accept", "void", "correct")
KINDS = ("ambient_station_hour", "ambient_city_hour")
HOUR = timedelta(hours=1)
KEY = "reviews"


@dataclass(frozen=True)
class Review:
    """One decision about a range of hours of one place.

    `items` are pollutants; `since` and `until` the first and last stamp (aware UTC, ends of hours, both
    included). `values` belong to `correct`: for each item the right value in published units (`"35"`), or
    a factor (`"*1000"`) for a slipped unit. `code` is that of the suspicion, `reason` and `actor` say why
    and who. `version` and `decided` are filled in by `reviews_of`: the version that holds it, and when.
    """

    place: str
    items: tuple[str, ...]
    since: datetime
    until: datetime
    verdict: str
    values: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    reason: str = ""
    actor: str = ""
    version: int = 0
    decided: datetime | None = None

    def covers(self, item: str, time: datetime) -> bool:
        """Whether it speaks of an item at an hour (aware, end of hour)."""
        return item in self.items and self.since <= time <= self.until

    def as_dict(self) -> dict[str, Any]:
        """The review as JSON values."""
        return {
            "place": self.place,
            "items": list(self.items),
            "since": self.since.astimezone(UTC).isoformat(),
            "until": self.until.astimezone(UTC).isoformat(),
            "verdict": self.verdict,
            "values": dict(self.values),
            "code": self.code,
            "reason": self.reason,
            "actor": self.actor,
        }

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> Review:
        """The review that `as_dict` wrote."""
        return cls(
            place=body["place"],
            items=tuple(body["items"]),
            since=datetime.fromisoformat(body["since"]),
            until=datetime.fromisoformat(body["until"]),
            verdict=body["verdict"],
            values=dict(body["values"]),
            code=body["code"],
            reason=body["reason"],
            actor=body["actor"],
        )


def checked(kind: str, review: Review) -> Review:
    """The review with its times in UTC.

    Raises
    ------
    LantianError
        an unknown verdict or item, a range that ends before it begins, a time without zone or not on the
        hour, a correction without a value, a value that is no number or negative
    """
    columns = {column.name for column in kind_of(kind).measured}
    where = f"review of {review.place}"
    if review.verdict not in VERDICTS:
        raise LantianError(
            f'"{review.verdict}" is not a verdict', where=where, remedy=f"Write {', '.join(VERDICTS)}."
        )
    if not review.place:
        raise LantianError("the review names no place", remedy="Give the key of the place.")
    unknown = [item for item in review.items if item not in columns]
    if unknown or not review.items:
        raise LantianError(
            f'"{", ".join(unknown)}" is not measured' if unknown else "the review names no item",
            where=where,
            remedy=f"Items are {', '.join(sorted(columns))}.",
        )
    for moment in (review.since, review.until):
        if moment.tzinfo is None:
            raise LantianError(f"{moment} has no time zone", where=where, remedy="Give aware times.")
        if moment != moment.replace(minute=0, second=0, microsecond=0):
            raise LantianError(f"{moment} is not on the hour", where=where, remedy="Give ends of hours.")
    if review.until < review.since:
        raise LantianError("the range ends before it begins", where=where, remedy="Swap the two times.")
    _check_values(review, where)
    return replace(review, since=review.since.astimezone(UTC), until=review.until.astimezone(UTC))


def _check_values(review: Review, where: str) -> None:
    if review.verdict != "correct":
        if review.values:
            raise LantianError(
                f"values belong to a correction, not to {review.verdict}",
                where=where,
                remedy="Leave them away.",
            )
        return
    missing = [item for item in review.items if item not in review.values]
    if missing:
        raise LantianError(
            f"the correction has no value for {', '.join(missing)}", where=where, remedy="Give it, or void."
        )
    for item in review.items:
        corrected(review.values[item], 0, where)


def corrected(text: str, stored: int | None, where: str = "") -> int | None:
    """The stored integer [thousandths] after a correction; a factor leaves a missing value missing.

    Raises
    ------
    LantianError
        the text is no number, or the result negative or too large to store
    """
    plain = text.strip()
    try:
        number = Decimal(plain.removeprefix("*"))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0:
        raise LantianError(f'"{text}" is no value', where=where, remedy="Write 35, or *1000 for a factor.")
    if plain.startswith("*"):
        if stored is None:
            return None
        exact = number * stored
    else:
        exact = number * THOUSANDTHS
    value = int(exact.quantize(Decimal(1), ROUND_HALF_EVEN))
    if value > 2**31 - 1:
        raise LantianError(
            f'"{text}" gives a value too large to store', where=where, remedy="Look at the unit."
        )
    return value


def apply_reviews(lake: Lake, kind: str, reviews: Sequence[Review], *, source: str = "review") -> Commit:
    """Put decisions into the lake as one new version.

    Parameters
    ----------
    lake
        the store
    kind
        `ambient_station_hour` or `ambient_city_hour`
    reviews
        decisions, in the order in which they were made; a later one wins where two speak of one hour
    source
        where they come from, for the log

    Returns
    -------
    The commit: rows that changed, and the reviews in `details["reviews"]`

    Raises
    ------
    LantianError
        a review is wrong, or speaks of a place the lake does not know; nothing is written then
    """
    if kind not in KINDS:
        raise LantianError(f'"{kind}" cannot be reviewed', remedy=f"Kinds with hours are {', '.join(KINDS)}.")
    if not reviews:
        raise LantianError("there is no review to apply")
    new = [checked(kind, review) for review in reviews]
    changed = changed_rows(lake, kind, [*reviews_of(lake, kind), *new], touched=new)
    return _append(lake, kind, changed, new, source)


def settle(lake: Lake, kind: str) -> Commit | None:
    """Apply what was decided to what was imported since; None when there is nothing to do.

    `import_ambient` calls it before and after each file, so that an import that was cut short leaves nothing
    undecided.
    """
    if kind not in KINDS:
        return None
    commits = lake.commits(kind)
    newest = max((commit.version for commit in commits if KEY in commit.details), default=0)
    fresh = [file for commit in commits if commit.version > newest for file in commit.files]
    if not newest or not fresh:
        return None
    first = min(datetime.fromisoformat(file.first) for file in fresh)
    last = max(datetime.fromisoformat(file.last) for file in fresh)
    known = reviews_of(lake, kind)
    met = [review for review in known if review.since <= last and review.until >= first]
    if not met:
        return None
    changed = changed_rows(lake, kind, known, touched=met)
    if not changed.differ:
        return None
    return _append(lake, kind, changed, [], "reviews applied to newly imported hours")


def _append(lake: Lake, kind: str, changed: Rows, new: Sequence[Review], source: str) -> Commit:
    return lake.append(
        kind,
        changed.table,
        source=source,
        note=f"{len(new)} reviews",
        details={KEY: [review.as_dict() for review in new], "changed": changed.differ},
    )


def reviews_of(lake: Lake, kind: str, as_of: int | datetime | None = None) -> list[Review]:
    """Every decision about a kind, in order, with the version that holds it; as of a version or instant."""
    found = []
    for commit in lake.commits(kind):
        if isinstance(as_of, datetime) and commit.time > as_of:
            continue
        if isinstance(as_of, int) and commit.version > as_of:
            continue
        found += [
            replace(Review.from_dict(body), version=commit.version, decided=commit.time)
            for body in commit.details.get(KEY, ())
        ]
    return found


def verdict_on(reviews: Iterable[Review], place: str, item: str, time: datetime) -> Review | None:
    """The review that holds for an hour (aware, end of hour), or None: the last of those that speak of it.

    An explanation tells an hour that was voided from one that is missing by it.
    """
    found = None
    for review in reviews:
        if review.place == place and review.covers(item, time):
            found = review
    return found


def reviews_from(
    suspicions: Iterable[Suspicion], verdict: str, *, reason: str = "", actor: str = ""
) -> list[Review]:
    """Accept or void what screens found: one review for each stretch and each place concerned.

    Raises
    ------
    LantianError
        a verdict other than accept and void; a correction needs values
    """
    if verdict not in ("accept", "void"):
        raise LantianError(f'"{verdict}" cannot be given to suspicions', remedy="Choose accept or void.")
    return [
        Review(
            place, suspicion.items, since, until, verdict, {}, suspicion.code, reason or suspicion.text, actor
        )
        for suspicion in suspicions
        for place in places_of(suspicion)
        for since, until in suspicion.stretches
    ]


def places_of(suspicion: Suspicion) -> list[str]:
    """The places a suspicion speaks of: its own, or the stations of a city or feed."""
    if suspicion.code == "all_failed" or not suspicion.place:
        return list(suspicion.evidence.get("stations", ()))
    return [suspicion.place]
