"""Which thing of a new reading is which of the one before: by place, words and likeness. No database here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

_IN_CLAUSE = 0.6  # how alike words of the same clause must be to be the same thing
_ANYWHERE = 0.8
_NOISE = re.compile(r"[\s，。；：、,.;:（）()〔〕“”\"]+")


@dataclass(frozen=True)
class Thing:
    """A clause, target, task … for matching: its key, the clause it stands in, its words, what else tells it
    apart."""

    key: int
    where: str
    words: str
    tag: str = ""

    @cached_property
    def folded(self) -> str:
        """The words without blanks and stops."""
        return _NOISE.sub("", self.words)


def pairs(old: Sequence[Thing], new: Sequence[Thing]) -> dict[int, int]:
    """The key of each thing of the new reading to that of the old one it is.

    First what is the same in every respect, then what keeps its words, last what is alike: more so outside
    its clause than inside. Among equals the order in the document decides. Nothing is matched twice.
    """
    matcher = _Matcher(old, new)
    matcher.same(lambda t: (t.where, t.folded, t.tag))
    matcher.same(lambda t: (t.folded, t.tag))
    matcher.same(lambda t: (t.where, t.folded))
    matcher.same(lambda t: t.folded)
    matcher.alike(_IN_CLAUSE, lambda a, b: a.where == b.where)
    matcher.alike(_ANYWHERE, lambda a, b: True)
    return matcher.found


class _Matcher:
    def __init__(self, old: Sequence[Thing], new: Sequence[Thing]) -> None:
        self.old = [t for t in old if t.folded]
        self.new = [t for t in new if t.folded]
        self.found: dict[int, int] = {}

    def _take(self, gone: set[int], come: set[int]) -> None:
        self.old = [t for t in self.old if t.key not in gone]
        self.new = [t for t in self.new if t.key not in come]

    def same(self, key: Callable[[Thing], Hashable]) -> None:
        waiting = defaultdict(list)
        for thing in reversed(self.old):
            waiting[key(thing)].append(thing.key)
        taken = {thing.key: waiting[key(thing)].pop() for thing in self.new if waiting.get(key(thing))}
        self.found |= taken
        self._take(set(taken.values()), set(taken))

    def alike(self, least: float, may: Callable[[Thing, Thing], bool]) -> None:
        scores = []
        for b in self.new:
            matcher = SequenceMatcher(None, autojunk=False)
            matcher.set_seq2(b.folded)
            for a in self.old:
                if not may(a, b):
                    continue
                matcher.set_seq1(a.folded)
                bonus = 0.05 if a.tag == b.tag else 0.0
                if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
                    continue
                if (score := matcher.ratio()) >= least:
                    scores.append((-(score + bonus), b.key, a.key))
        gone: set[int] = set()
        come: set[int] = set()
        for _score, b_key, a_key in sorted(scores):
            if a_key not in gone and b_key not in come:
                self.found[b_key] = a_key
                gone.add(a_key)
                come.add(b_key)
        self._take(gone, come)
