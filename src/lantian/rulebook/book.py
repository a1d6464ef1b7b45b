"""The rulebook: trees of dated rules, a user's own on top, one question: which rule holds here and now?"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from lantian.rulebook.entry import Entry, Rule, Span, check_history, read_entry, read_sources, suggestion
from lantian.rulebook.reading import Node, RuleError, read_yaml

DATA = Path(__file__).parent / "data"
BY_DATE = "by-date"
TREE_KEYS = ("about", "sources", "rules")
USER_KEYS = ("about", "sources", "replace", "add")

History = dict[str, list[Entry]]


@dataclass(frozen=True)
class Rulebook:
    """Rules of `folder`, with the user's files `extra` on top; a later file lies on top of an earlier one.

    A tree is read when a rule of it is first asked for; a user's file is read when the book is made, so that
    its mistakes are told at once.
    """

    folder: Path
    extra: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        if self.extra:
            _ = self._user_layers

    def rule(self, path: str, *, on: date | None = None, regime: str = BY_DATE) -> Rule:
        """The rule `path` on the day `on` under `regime`.

        Parameters
        ----------
        path
            dotted path, for example `ambient.limits.pm2_5.year.grade_2`
        on
            the day; None means today in China
        regime
            `by-date`: the rule in force on that day. Else one of `regimes()`: that regime's rule, also for
            days on which the regime is not in force, so that two days can be compared under one set of rules.

        Raises
        ------
        RuleError
            no such path (with the nearest one), no entry for that day, unknown regime
        """
        day = on or today()
        layers = self._layers(path)
        if regime == BY_DATE:
            for entries in layers:
                for entry in entries:
                    if entry.covers(day):
                        return entry.answer(self.regime_on(day) if entry.regimes else "")
            raise self._gap(path, day, [entry for entries in layers for entry in entries])
        self._known_regime(regime)
        suited = [[e for e in entries if not e.regimes or regime in e.regimes] for entries in layers]
        for entries in suited:
            for entry in entries:
                if entry.covers(day):
                    return entry.answer(regime)
        for entries in suited:
            tied = [entry for entry in entries if entry.regimes]
            if tied:
                return min(tied, key=lambda entry: entry.distance(day)).answer(regime)
        raise self._gap(path, day, [entry for entries in layers for entry in entries], regime)

    def regimes(self) -> list[str]:
        """Names of the regimes, oldest first."""
        return list(self._regime_spans)

    def regime_on(self, day: date) -> str:
        """The regime in force on `day`.

        Raises
        ------
        RuleError
            before the first regime was in force
        """
        for name, span in self._regime_spans.items():
            if (span.first is None or span.first <= day) and (span.last is None or day <= span.last):
                return name
        first = next(iter(self._regime_spans))
        raise RuleError(
            f"no regime is in force on {day}", remedy=f"Name the regime to use, for example '{first}'."
        )

    def regime_span(self, regime: str) -> tuple[date | None, date | None]:
        """First and last day of a regime; None where open."""
        self._known_regime(regime)
        span = self._regime_spans[regime]
        return span.first, span.last

    def history(self, path: str) -> list[Rule]:
        """Every entry of a rule, the user's first, each as it stands in its file."""
        return [
            entry.answer(entry.regimes[0] if entry.regimes else "")
            for entries in self._layers(path)
            for entry in entries
        ]

    def paths(self, prefix: str = "") -> list[str]:
        """Every rule whose path begins with `prefix`, sorted; reads every tree that may hold one."""
        trees = [t for t in self._tree_files if f"{t}.".startswith(prefix) or prefix.startswith(f"{t}.")]
        found = {path for tree in trees for path in self._tree(tree)}
        found.update(path for layer in self._user_layers for path in layer)
        return sorted(path for path in found if path.startswith(prefix))

    def changes(self, prefix: str, first: date, last: date) -> list[date]:
        """The days after `first`, up to `last`, on which some rule below `prefix` begins or ends to hold."""
        found: set[date] = set()
        for path in self.paths(prefix):
            for entries in self._layers(path):
                for entry in entries:
                    if entry.valid_from:
                        found.add(entry.valid_from)
                    if entry.valid_to:
                        found.add(entry.valid_to + timedelta(days=1))
        return sorted(day for day in found if first < day <= last)

    @cached_property
    def digest(self) -> str:
        """A fingerprint of every rule file: the same digest gives the same answers."""
        total = hashlib.sha256()
        for file in [*sorted(self.folder.rglob("*.yaml")), *self.extra]:
            total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
        return total.hexdigest()[:16]

    # --- how the trees are found and read

    @cached_property
    def _tree_files(self) -> dict[str, Path]:
        files = sorted(self.folder.rglob("*.yaml"))
        return {".".join(file.relative_to(self.folder).with_suffix("").parts): file for file in files}

    @cached_property
    def _trees(self) -> dict[str, History]:
        return {}

    @cached_property
    def _regime_spans(self) -> dict[str, Span]:
        spans: list[tuple[str, Span]] = []
        for entry, *_ in _read_tree(self._tree_files["regimes"], "regimes", None).values():
            spans.append((str(entry.value), Span(entry.valid_from, entry.valid_to)))
        return dict(sorted(spans, key=lambda item: item[1].first or date.min))

    def _tree(self, name: str) -> History:
        if name not in self._trees:
            regimes = None if name == "regimes" else self._regime_spans
            self._trees[name] = _read_tree(self._tree_files[name], name, regimes)
        return self._trees[name]

    @cached_property
    def _user_layers(self) -> list[History]:
        """User's layers, the topmost first."""
        layers: list[History] = []
        for file in self.extra:
            layers.insert(0, self._read_user(file, layers))
        return layers

    def _read_user(self, file: Path, below: Sequence[History]) -> History:
        root = read_yaml(file)
        blocks = _blocks(root, USER_KEYS)
        sources = read_sources(blocks.get("sources"))
        layer: History = {}
        for key in ("replace", "add"):
            block = blocks.get(key)
            if block is None:
                continue
            if not isinstance(block.value, dict):
                raise block.line.error(f"'{key}' is {block.kind}", "Write `path: [entries]` under it.")
            for path, node in block.value.items():
                exists = path in self._packaged(path) or any(path in lower for lower in below)
                if key == "replace" and not exists:
                    raise node.line.error(
                        f"'{path}' cannot be replaced: there is no such rule",
                        suggestion(path, self._all_packaged(), otherwise="Put a new rule under `add:`."),
                    )
                if key == "add" and exists:
                    raise node.line.error(
                        f"'{path}' cannot be added: it exists already", "Put it under `replace:`."
                    )
                layer[path] = _read_history(path, node, sources, self._regime_spans)
        return layer

    def _packaged(self, path: str) -> History:
        parts = path.split(".")
        for length in range(len(parts), 0, -1):
            name = ".".join(parts[:length])
            if name in self._tree_files:
                return self._tree(name)
        return {}

    def _all_packaged(self) -> list[str]:
        return [path for tree in self._tree_files for path in self._tree(tree)]

    def _layers(self, path: str) -> list[list[Entry]]:
        layers = [layer[path] for layer in self._user_layers if path in layer]
        packaged = self._packaged(path)
        if path in packaged:
            layers.append(packaged[path])
        if not layers:
            raise self._unknown(path)
        return layers

    # --- errors

    def _unknown(self, path: str) -> RuleError:
        known = self.paths()
        below = sorted({rest.split(".")[0] for p in known if (rest := p.removeprefix(path + ".")) != p})
        if below:
            return RuleError(
                f"'{path}' is a branch of the rulebook, not a rule",
                remedy="Go on with: " + ", ".join(below) + ".",
            )
        return RuleError(
            f"the rulebook has no rule '{path}'",
            remedy=suggestion(path, known, otherwise="`Rulebook.paths()` lists every rule."),
        )

    def _known_regime(self, regime: str) -> None:
        if regime not in self._regime_spans:
            names = [BY_DATE, *self._regime_spans]
            raise RuleError(
                f"there is no regime '{regime}'",
                remedy=suggestion(regime, names, otherwise="Choose one of " + ", ".join(names) + "."),
            )

    def _gap(self, path: str, day: date, entries: list[Entry], regime: str = "") -> RuleError:
        spans = ", ".join(f"{e.valid_from or '…'} to {e.valid_to or '…'}" for e in entries)
        under = f" under {regime}" if regime else ""
        return RuleError(
            f"'{path}' has no value on {day}{under}; its entries are valid {spans}",
            where=str(entries[0].line),
            remedy="Name a regime whose rule to use for that day, or add an entry in a file of your own.",
        )


def load(extra: Sequence[Path] = ()) -> Rulebook:
    """The packaged rulebook, with the user's rule files on top; the packaged one is read once a process."""
    return _packaged_book() if not extra else Rulebook(DATA, tuple(Path(file) for file in extra))


@cache
def _packaged_book() -> Rulebook:
    return Rulebook(DATA)


def today() -> date:
    """The present day in China."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def _blocks(root: Node, known: tuple[str, ...]) -> dict[str, Node]:
    if not isinstance(root.value, dict):
        raise root.line.error(f"the file is {root.kind}", "Begin it with the keys " + ", ".join(known) + ".")
    for key, node in root.value.items():
        if key not in known:
            raise node.line.error(
                f"unknown key '{key}'",
                suggestion(key, list(known), otherwise="Known keys: " + ", ".join(known) + "."),
            )
    return dict(root.value)


def _read_tree(file: Path, name: str, regimes: dict[str, Span] | None) -> History:
    root = read_yaml(file)
    blocks = _blocks(root, TREE_KEYS)
    if "rules" not in blocks:
        raise root.line.error("the file has no rules", "Add `rules:`.")
    found: History = {}
    _walk(name, blocks["rules"], read_sources(blocks.get("sources")), regimes, found)
    return found


def _walk(
    path: str,
    node: Node,
    sources: dict[str, dict[str, Node]],
    regimes: dict[str, Span] | None,
    found: History,
) -> None:
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            _walk(f"{path}.{key}", child, sources, regimes, found)
    else:
        found[path] = _read_history(path, node, sources, regimes)


def _read_history(
    path: str, node: Node, sources: dict[str, dict[str, Node]], regimes: dict[str, Span] | None
) -> list[Entry]:
    if not isinstance(node.value, list):
        raise node.line.error(
            f"'{path}' is {node.kind} where its dated entries should stand",
            "Write a list: `- {value: …, unit: …, document: …, clause: …, verified: …}`.",
        )
    if not node.value:
        raise node.line.error(f"'{path}' has no entry", "Add an entry or take the rule out.")
    entries = [read_entry(path, item, sources, regimes) for item in node.value]
    check_history(entries)
    return entries
