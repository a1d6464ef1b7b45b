"""Conditions out of data: what may be asked of which subject, with which keys. No code is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lantian.assessment.consequences.checks import Place, mapping, month_day, one_of, suggest, texts, whole
from lantian.assessment.consequences.conditions import (
    COMPARATORS,
    SPANS,
    All,
    Condition,
    Either,
    Findings,
    Indicator,
    InSeason,
    Not,
    Number,
    OnOrAfter,
    Over,
    RepeatedWithin,
    TaskOverdue,
)
from lantian.assessment.consequences.facts import FINDING, REGION, TASK, UNIT

if TYPE_CHECKING:
    from lantian.assessment.consequences.loading import Reader

Read = Callable[["Reader", Place, Any, str], Condition]


def condition(reader: Reader, place: Place, raw: Any, subject: str) -> Condition:
    """One condition: a group with exactly one key, which says what is asked."""
    form = "Write one of " + ", ".join(sorted(FORMS)) + " with what belongs to it."
    if not isinstance(raw, Mapping) or len(raw) != 1:
        said = "missing" if raw is None else "a condition is one key with what belongs to it"
        raise place.error(said, form)
    name = next(iter(raw))
    if name not in FORMS:
        raise place.error(f"there is no condition '{name}'", suggest(str(name), FORMS))
    return FORMS[name](reader, place.at(name), raw[name], subject)


def _parts(reader: Reader, place: Place, raw: Any, subject: str) -> tuple[Condition, ...]:
    if not isinstance(raw, tuple | list) or not raw:
        raise place.error(
            "a list of conditions is missing", "Write a list under it, each condition after a dash."
        )
    return tuple(condition(reader, place.at(f"[{n}]"), part, subject) for n, part in enumerate(raw, start=1))


def _all(reader: Reader, place: Place, raw: Any, subject: str) -> Condition:
    return All(_parts(reader, place, raw, subject))


def _any(reader: Reader, place: Place, raw: Any, subject: str) -> Condition:
    return Either(_parts(reader, place, raw, subject))


def _not(reader: Reader, place: Place, raw: Any, subject: str) -> Condition:
    return Not(condition(reader, place, raw, subject))


def _indicator(reader: Reader, place: Place, raw: Any, subject: str) -> Condition:
    _for(place, subject, (REGION, UNIT))
    body = mapping(
        place,
        raw,
        ("code", "over", "among", *COMPARATORS),
        "Write code, over, and a comparator with its number.",
    )
    code = body.get("code")
    if code not in reader.known.indicators:
        said = "missing" if code is None else f"no indicator is called '{code}'"
        raise place.at("code").error(said, suggest(str(code), reader.known.indicators))
    named = [key for key in body if key in COMPARATORS]
    if len(named) != 1:
        raise place.error(
            "an indicator is compared once" if named else "nothing says how it is compared",
            "Write one of " + ", ".join(COMPARATORS) + " with a number.",
        )
    limit = reader.number(place.at(named[0]), body[named[0]])
    among = whole(place.at("among"), body["among"]) if "among" in body else None
    return Indicator(str(code), named[0], _needed(limit), _over(place.at("over"), body.get("over")), among)


def _task_overdue(reader: Reader, place: Place, raw: Any, subject: str) -> Condition:
    _for(place, subject, (REGION, UNIT, TASK))
    body = mapping(place, raw, ("words", "tags", "from", "days", "at_least"), "Write `words:` with a list.")
    return TaskOverdue(
        words=texts(place.at("words"), body.get("words", ())),
        tags=frozenset(texts(place.at("tags"), body.get("tags", ()))),
        begins=month_day(place.at("from"), body["from"]) if "from" in body else None,
        days=whole(place.at("days"), body.get("days", 0)),
        at_least=_positive(
            place.at("at_least"), reader.number(place.at("at_least"), body.get("at_least", 1))
        ),
    )


def _findings(reader: Reader, place: Place, raw: Any, subject: str) -> Condition:
    _for(place, subject, (REGION, UNIT, FINDING))
    keys = ("kinds", "states", "severities", "repeated", "over", "at_least", "points_at_least")
    body = mapping(place, raw, keys, "Write over and at_least.")
    if ("at_least" in body) == ("points_at_least" in body):
        raise place.error(
            "one of at_least and points_at_least is needed", "Write how many problems or points it takes."
        )
    points = "points_at_least" in body
    key = "points_at_least" if points else "at_least"
    repeated = body.get("repeated", False)
    if not isinstance(repeated, bool):
        raise place.at("repeated").error(f"{repeated!r} is not true or false", "Write `repeated: true`.")
    return Findings(
        over=_over(place.at("over"), body.get("over")),
        at_least=_positive(place.at(key), reader.number(place.at(key), body[key])),
        kinds=_kinds(reader, place, body),
        states=_words(place.at("states"), body.get("states", ()), reader.known.states),
        severities=_words(place.at("severities"), body.get("severities", ()), reader.known.severities),
        count="points" if points else "findings",
        repeated=repeated,
    )


def _repeated(reader: Reader, place: Place, raw: Any, subject: str) -> Condition:
    _for(place, subject, (REGION, UNIT))
    body = mapping(place, raw, ("kinds", "within_days"), "Write `within_days:`.")
    days = _positive(place.at("within_days"), reader.number(place.at("within_days"), body.get("within_days")))
    return RepeatedWithin(days, _kinds(reader, place, body))


def _on_or_after(reader: Reader, place: Place, raw: Any, subject: str) -> Condition:
    return OnOrAfter(*month_day(place, raw))


def _season(reader: Reader, place: Place, raw: Any, subject: str) -> Condition:
    season, entry = reader.seasons[one_of(place, raw, tuple(reader.seasons))]
    return InSeason(season, entry.verified)


FORMS: dict[str, Read] = {
    "all": _all,
    "any": _any,
    "not": _not,
    "indicator": _indicator,
    "task_overdue": _task_overdue,
    "findings": _findings,
    "repeated": _repeated,
    "on_or_after": _on_or_after,
    "season": _season,
}


def _over(place: Place, raw: Any) -> Over:
    if isinstance(raw, Mapping):
        days = whole(place.at("days"), mapping(place, raw, ("days",), "Write `{days: 30}`.").get("days"))
        if not days:
            raise place.at("days").error("a span of no day", "Write how many days.")
        return Over("days", days)
    return Over(one_of(place, raw, SPANS))


def _kinds(reader: Reader, place: Place, body: Mapping[str, Any]) -> frozenset[str]:
    return _words(place.at("kinds"), body.get("kinds", ()), tuple(reader.known.findings))


def _words(place: Place, raw: Any, known: tuple[str, ...]) -> frozenset[str]:
    return frozenset(one_of(place, word, known) for word in texts(place, raw))


def _for(place: Place, subject: str, kinds: tuple[str, ...]) -> None:
    if subject not in kinds:
        raise place.error(f"this cannot be asked of a {subject}", "It is asked of: " + ", ".join(kinds) + ".")


def _needed(number: Number | None) -> Number:
    # `Reader.number` answers None only where it is allowed to
    return number if number is not None else Number(Decimal(0))


def _positive(place: Place, number: Number | None) -> Number:
    needed = _needed(number)
    if needed.value <= 0:
        raise place.error(f"{needed.value} is not above 0", "Write a number above 0.")
    return needed
