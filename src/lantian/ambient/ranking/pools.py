"""Pools: which places are ranked together on a day, from the rulebook or from a file of the user's own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from lantian.ambient.ranking.names import Member, Names
from lantian.ambient.ranking.pool_file import PoolFile, read_pools
from lantian.ambient.records import Evaluation
from lantian.errors import LantianError
from lantian.rulebook import Rule, Rulebook, load
from lantian.rulebook.book import today

TREE = "ranking.pools."
CODED = re.compile(r"(\d{6,12}) (\S.*)")


@dataclass(frozen=True, slots=True)
class Pool:
    """Places ranked together.

    `members` as they are known; `complete` False: the document names more, or the whole list was never seen.
    `size` is how many are ranked. `valid_from`, `valid_to`: the days this membership holds, None where open.
    `rule` is the entry of the rulebook, None for a pool of the user's own.
    """

    key: str
    zh: str
    en: str
    level: str
    members: tuple[Member, ...]
    valid_from: date | None
    valid_to: date | None
    document: str
    verified: bool
    complete: bool
    count: int | None = None
    rule: Rule | None = None

    @property
    def size(self) -> int:
        """How many places are ranked: as the document counts them, else the members known."""
        return self.count or len(self.members)

    def label(self, language: str = "zh") -> str:
        """Its name in a language."""
        return self.zh if language.startswith("zh") else self.en

    def names(self) -> Names:
        """Its members, to look places up."""
        return Names(self.level, self.members)


def pool(
    name: str, on: date | None = None, *, rulebook: Rulebook | None = None, files: Sequence[Path] = ()
) -> Pool:
    """The pool `name` as it stands on a day.

    Parameters
    ----------
    name
        its key (`cities_168`, `fenwei`), another name of it (168, 2+26, 汾渭, 山西), or a pool of `files`
    on
        the day whose members are wanted; None means today in China
    files
        tables of pools of your own, see `read_pools`; they go before the rulebook's

    Raises
    ------
    LantianError
        no such pool (with the nearest names); the pool bears that name on other days only
    """
    day = on or today()
    for file in files:
        own = read_pools(file).pool(name)
        if own is not None:
            return _of_file(own, name, day, file)
    book = rulebook or load()
    wanted = _plain(name)
    paths = book.paths(TREE)
    for path in paths:
        rules = book.history(path)
        bearing = [rule for rule in rules if wanted in _names_of(rule)]
        if not bearing:
            continue
        standing = [rule for rule in rules if _covers(rule, day)]
        if any(rule in bearing for rule in standing):
            return _of_rule(next(rule for rule in standing if rule in bearing))
        raise _other_days(name, day, bearing, standing)
    known = sorted(
        {_plain(str(alias)) for path in paths for rule in book.history(path) for alias in _names_of(rule)}
    )
    near = get_close_matches(wanted, known, n=3, cutoff=0.4)
    keys = ", ".join(path.removeprefix(TREE) for path in paths)
    raise LantianError(
        f"there is no pool '{name}'",
        remedy=(f"Did you mean {', '.join(near)}? " if near else "")
        + f"Known are {keys}; a list of your own is given as a file.",
    )


def pools(on: date | None = None, *, rulebook: Rulebook | None = None) -> list[Pool]:
    """Every pool of the rulebook that stands on a day."""
    book = rulebook or load()
    day = on or today()
    return [_of_rule(rule) for path in book.paths(TREE) for rule in book.history(path) if _covers(rule, day)]


def pool_of(evaluation: Evaluation) -> Pool:
    """Every place of an evaluation as a pool: the ranking of whatever a store holds."""
    members = tuple(Member(row.place, aliases=(row.name,)) for row in evaluation.rows)
    return Pool(
        "all", "全部地方", "every place of the store", evaluation.level, members, None, None, "", True, True
    )  # fmt: skip


def _of_rule(rule: Rule) -> Pool:
    value = rule.table
    members = [member for key in ("members", "besides") for member in _members(value.get(key, ()), rule)]
    return Pool(
        key=rule.path.removeprefix(TREE),
        zh=str(value["zh"]),
        en=str(value["en"]),
        level=str(value["level"]),
        members=tuple(members),
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        document=rule.citation,
        verified=rule.verified,
        complete=bool(value.get("complete", True)),
        count=value.get("count"),
        rule=rule,
    )


def _members(listed: object, rule: Rule, group: str = "") -> list[Member]:
    if isinstance(listed, Mapping):
        return [
            member for name, inner in listed.items() for member in _members(inner, rule, _coded(str(name))[1])
        ]
    if not isinstance(listed, tuple):
        raise LantianError(
            f"the members of '{rule.path}' are not a list",
            where=rule.origin,
            remedy="Write them in brackets.",
        )
    return [Member(name, code, group) for code, name in map(_coded, map(str, listed))]


def _coded(text: str) -> tuple[str, str]:
    match = CODED.fullmatch(text)
    return (match[1], match[2]) if match else ("", text)


def _of_file(own: PoolFile, name: str, day: date, file: Path) -> Pool:
    members = own.on(day)
    if not members:
        raise LantianError(
            f"the pool '{name}' has no member on {day}", where=file.name, remedy="Give a day on which it has."
        )
    first, last = own.span_around(day)
    return Pool(
        name, name, name, own.level, members, first, last, document=file.name, verified=True, complete=True
    )  # fmt: skip


def _covers(rule: Rule, day: date) -> bool:
    return (rule.valid_from or date.min) <= day <= (rule.valid_to or date.max)


def _names_of(rule: Rule) -> set[str]:
    value = rule.table
    return {_plain(str(text)) for text in (
        rule.path.removeprefix(TREE), value.get("zh", ""), value.get("en", ""), *value.get("aliases", ())
    )}  # fmt: skip


def _plain(name: str) -> str:
    """168, 168城市 and 168个城市 are one name; so are cities_168 and cities-168."""
    bare = re.sub(r"[\s“”\"个]", "", name).replace("-", "_").lower()
    return bare.removesuffix("城市") or bare


def _other_days(name: str, day: date, bearing: list[Rule], standing: list[Rule]) -> LantianError:
    spans = ", ".join(f"{rule.valid_from or '…'} to {rule.valid_to or '…'}" for rule in bearing)
    now = "".join(
        f" On {day} it is {rule.table['en']}, '{rule.path.removeprefix(TREE)}'." for rule in standing
    )
    return LantianError(
        f"the pool '{name}' stood from {spans}, not on {day}",
        remedy=f"Name a day of it for its members.{now}",
    )
