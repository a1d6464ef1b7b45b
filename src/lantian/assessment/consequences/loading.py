"""Rules out of the rulebook: a mistake of a file is one line that names the file, the rule and the key."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from lantian.assessment.consequences.checks import (
    Place,
    items,
    mapping,
    month_day,
    one_of,
    suggest,
    title,
    whole,
)
from lantian.assessment.consequences.conditions import Number
from lantian.assessment.consequences.facts import FINDING, KINDS, REGION, TASK, UNIT
from lantian.assessment.consequences.reading import condition
from lantian.assessment.consequences.rule import (
    ENDS,
    ONCE,
    PERIODS,
    Consequence,
    Kind,
    Rule,
    Season,
    Stage,
    Title,
)
from lantian.rulebook import Rule as Entry
from lantian.rulebook import Rulebook, load
from lantian.rulebook.book import today

BRANCH = "consequences"
RULES, KINDS_PATH = f"{BRANCH}.rules", f"{BRANCH}.vocabulary.kinds"
KEYS = ("title", "subject", "when", "then", "proof", "per", "region", "levels", "repeat")
THEN = ("kind", "amount", "unit", "from", "until", "season", "on_top_of")
LEVELS = {
    REGION: ("province", "city", "county", "township", "zone"),
    UNIT: ("department", "government", "committee", "enterprise", "other"),
    TASK: (),
    FINDING: (),
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What rules may name: kinds of consequence, kinds and states of findings, severities, indicators."""

    kinds: Mapping[str, Kind]
    findings: Mapping[str, Title]
    states: tuple[str, ...]
    severities: tuple[str, ...]
    indicators: frozenset[str]


def load_rules(
    book: Rulebook | None = None, *, on: date | None = None, indicators: Collection[str] | None = None
) -> list[Rule]:
    """Every consequence rule in force on a day, in the order of their paths.

    Parameters
    ----------
    book
        the rulebook; the packaged one when None
    on
        the day; None means today in China
    indicators
        the codes an office can answer; they join those of `consequences.vocabulary.indicators`

    Raises
    ------
    RuleError
        an entry is wrong: file and line, the rule, the key, what to write instead. Overlapping dates and
        missing sources are found by the rulebook itself.
    """
    book = book or load()
    day = on or today()
    known = vocabulary(book, day, indicators)
    reader = Reader(book, day, known)
    found = [
        reader.rule(book.rule(path, on=day))
        for path in book.paths(RULES + ".")
        if any(_covers(entry, day) for entry in book.history(path))
    ]
    codes: dict[str, Rule] = {}
    for rule in found:
        if rule.code in codes:
            other = codes[rule.code]
            raise Place(rule.origin, rule.code).error(
                f"two rules are called '{rule.code}'; the other stands in {other.origin}",
                "Call one otherwise.",
            )
        codes[rule.code] = rule
    return found


def vocabulary(book: Rulebook, on: date, indicators: Collection[str] | None = None) -> Vocabulary:
    """What rules may name on a day."""
    kinds_entry = book.rule(KINDS_PATH, on=on)
    kinds = {
        code: Kind(code, title(Place(kinds_entry.origin, code), body), str(body.get("paper", "notice")))
        for code, body in kinds_entry.table.items()
    }
    entry = book.rule(f"{BRANCH}.findings.kinds", on=on)
    findings = {code: title(Place(entry.origin, code), body) for code, body in entry.table.items()}
    named = set(book.rule(f"{BRANCH}.vocabulary.indicators", on=on).texts) | set(indicators or ())
    return Vocabulary(
        kinds,
        findings,
        book.rule(f"{BRANCH}.vocabulary.finding_states", on=on).texts,
        book.rule(f"{BRANCH}.findings.severities", on=on).texts,
        frozenset(named),
    )


def seasons(book: Rulebook, on: date) -> dict[str, tuple[Season, Entry]]:
    """The seasons and campaign periods known on a day, with the entry each stands in."""
    found: dict[str, tuple[Season, Entry]] = {}
    for path in book.paths(f"{BRANCH}.seasons."):
        if any(_covers(entry, on) for entry in book.history(path)):
            entry = book.rule(path, on=on)
            code = path.rsplit(".", 1)[-1]
            place = Place(entry.origin, code)
            if not isinstance(entry.value, Mapping):
                raise place.error(
                    "a season is not a group of keys", "Write `{zh: …, en: …, from: [11, 1], to: [3, 31]}`."
                )
            first, last = (month_day(place.at(key), entry.table.get(key)) for key in ("from", "to"))
            found[code] = (Season(code, title(place, entry.table), first, last), entry)
    return found


class Reader:
    """Reads one entry after the other against one vocabulary."""

    def __init__(self, book: Rulebook, day: date, known: Vocabulary) -> None:
        self.book, self.day, self.known = book, day, known
        self.seasons = seasons(book, day)

    def rule(self, entry: Entry) -> Rule:
        """One rule, checked."""
        code = entry.path.rsplit(".", 1)[-1]
        place = Place(entry.origin, code)
        body = mapping(place, entry.value, KEYS, "Write title, subject, when, then, proof.")
        subject = one_of(place.at("subject"), body.get("subject"), KINDS)
        per = one_of(place.at("per"), body.get("per", ONCE), PERIODS)
        proof = title(place.at("proof"), body.get("proof"))
        levels = tuple(
            one_of(place.at("levels"), level, LEVELS[subject])
            for level in items(place.at("levels"), body.get("levels", ()))
        )
        when = condition(self, place.at("when"), body.get("when"), subject)
        then, verified = self.consequence(place.at("then"), body.get("then"))
        stages, sure = [], entry.verified and verified
        for number, raw in enumerate(items(place.at("repeat"), body.get("repeat", ())), start=1):
            at = place.at("repeat", f"[{number}]")
            stage = mapping(at, raw, ("when", "then", "per"), "Write `when`, `then` and `per`.")
            more, certain = self.consequence(at.at("then"), stage.get("then"))
            sure = sure and certain
            stages.append(
                Stage(
                    number,
                    condition(self, at.at("when"), stage.get("when"), subject),
                    more,
                    one_of(at.at("per"), stage.get("per", per), PERIODS),
                )
            )
        region = body.get("region", "")
        if isinstance(region, bool) or not isinstance(region, int | str):
            raise place.at("region").error(
                "the region is no code", "Write its code, for example `region: 141000`."
            )
        return Rule(
            code=code,
            path=entry.path,
            title=title(place.at("title"), body.get("title")),
            subject=subject,
            when=when,
            then=then,
            proof=proof,
            per=per,
            region=str(region),
            levels=levels,
            stages=tuple(stages),
            document=Title(entry.document_zh, entry.document),
            clause=Title(entry.clause_zh, entry.clause),
            note=Title(entry.note_zh, entry.note),
            verified=sure,
            origin=entry.origin,
            value=entry.value,
        )

    def consequence(self, place: Place, raw: Any) -> tuple[Consequence, bool]:
        """What follows, and whether every parameter in it was checked."""
        body = mapping(place, raw, THEN, "Write at least `kind:`.")
        kind = one_of(place.at("kind"), body.get("kind"), tuple(self.known.kinds))
        amount = self.number(place.at("amount"), body["amount"], nothing=True) if "amount" in body else None
        if amount is not None and not body.get("unit"):
            raise place.error("an amount without its unit", "Add `unit:`, for example `unit: '%'`.")
        ends = body.get("until")
        if isinstance(ends, Mapping):
            days = mapping(place.at("until"), ends, ("days",), "Write `until: {days: 30}`.").get("days")
            ends = whole(place.at("until", "days"), days)
        elif ends is not None:
            ends = one_of(place.at("until"), ends, ENDS)
        season = body.get("season", "")
        if season:
            one_of(place.at("season"), season, tuple(self.seasons))
        top = body.get("on_top_of")
        return (
            Consequence(
                kind=self.known.kinds[kind],
                amount=amount.value if isinstance(amount, Number) else None,
                unit=str(body.get("unit", "")),
                begins=month_day(place.at("from"), body["from"]) if "from" in body else None,
                ends=ends,
                season=str(season),
                on_top_of=None if top is None else title(place.at("on_top_of"), top),
            ),
            amount is None or amount.verified,
        )

    def number(self, place: Place, raw: Any, *, nothing: bool = False) -> Number | None:
        """A number, or a parameter of the rulebook: `{parameter: talk_after}`."""
        if isinstance(raw, Mapping):
            name = mapping(place, raw, ("parameter",), "Write a number or `{parameter: NAME}`.").get(
                "parameter"
            )
            path = f"{BRANCH}.parameters.{name}"
            known = [p.rsplit(".", 1)[-1] for p in self.book.paths(f"{BRANCH}.parameters.")]
            if name not in known:
                raise place.error(f"there is no parameter '{name}'", suggest(str(name), known))
            entry = self.book.rule(path, on=self.day)
            if entry.value is None and nothing:
                return None
            if isinstance(entry.value, bool) or not isinstance(entry.value, int | Decimal):
                raise Place(entry.origin, str(name)).error("this parameter is no number", "Write `value: 3`.")
            return Number(Decimal(entry.value), entry.verified, path)
        if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
            raise place.error(
                f"{raw!r} is no number" if raw is not None else "a number is missing", "Write a number."
            )
        return Number(Decimal(raw))


def _covers(entry: Entry, on: date) -> bool:
    return (entry.valid_from is None or entry.valid_from <= on) and (
        entry.valid_to is None or on <= entry.valid_to
    )
