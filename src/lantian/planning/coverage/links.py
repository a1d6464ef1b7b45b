"""Which child clauses take up a parent clause, and which of its orders stay open.

Two measures decide. *Held*: how much of the parent's words, by weight, stands in the child's clause; *own*:
how much of the child's clause is the parent's. Close headings help. A link is certain or doubtful; nothing in
between is decided silently. The bounds were set on Linfen against Shanxi 2024 and tried on Jinzhong
(tests/planning/coverage).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lantian.planning.coverage.features import Weights, common_words, features
from lantian.planning.coverage.texts import Item, Sentence, folded, sentences

CERTAIN, DOUBTFUL = 0.30, 0.19
"""A link's score from which it is certain, from which it is shown to a person."""
ORDER_CERTAIN, ORDER_DOUBTFUL = 0.36, 0.24
"""How much of one order must stand in the child for it to be taken up, to be doubtful."""
NEAREST = 0.10
"""How much of a child clause's words must be its nearest parent's for a doubtful link."""
_OWN, _HEADING, _SAME_HEADING = 0.5, 0.25, 0.25
_LONG_ENOUGH = 12
"""[characters] a single order must have to make a link by itself"""


@dataclass(frozen=True, slots=True)
class Link:
    """A child clause that takes up a parent clause.

    `score` is 0 … about 1.75; `held` the share of the parent's words found there, `own` the share of the
    child's words that are the parent's, `words` the longest runs both share.
    """

    child: str  # key of the child's item
    score: float
    certain: bool
    held: float
    own: float
    heading: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """One sentence of a parent clause: whether the linked child clauses hold it.

    `state` is taken, look or open; `child` the clause that holds most of it, `held` how much all of them
    hold.
    """

    text: str
    state: str
    held: float
    child: str | None
    weight: float


class _Scores(NamedTuple):
    """One parent clause against every child clause."""

    score: np.ndarray
    held: np.ndarray
    own: np.ndarray
    heading: np.ndarray


class Matcher:
    """Compares the items of a child with any number of parent clauses; built once a pair of plans."""

    def __init__(self, parent: Sequence[Item], child: Sequence[Item]) -> None:
        self.child = tuple(child)
        self._bodies = {id(i): _whole(i) for i in (*parent, *child)}
        held = {id(i): features(self._bodies[id(i)]) for i in (*parent, *child)}
        self._held = held
        self._headings = {id(i): features(i.heading) for i in (*parent, *child)}
        self.weights = Weights(held.values())
        self._places: dict[str, list[int]] = {}
        for number, item in enumerate(self.child):
            for feature in held[id(item)]:
                self._places.setdefault(feature, []).append(number)
        self._sizes = np.array([self.weights.sum(held[id(i)]) or 1.0 for i in self.child])
        self._scores = {id(i): self._score(i) for i in parent}
        self._nearest = self._nearest_parents(parent)

    def shares(self, found: frozenset[str]) -> tuple[np.ndarray, float]:
        """The weight each child clause shares with these features, and the weight of all of them."""
        shared = np.zeros(len(self.child))
        total = 0.0
        for feature in found:
            weight = self.weights.of(feature)
            total += weight
            places = self._places.get(feature)
            if places:
                shared[places] += weight
        return shared, total or 1.0

    def match(self, item: Item) -> tuple[list[Link], list[Order]]:
        """The links of one parent clause, best first, and what became of each of its orders."""
        pieces = sentences(item.text)
        found = [features(piece.folded) for piece in pieces]
        by_order = np.array([self._order_shares(f) for f in found]).reshape(len(found), len(self.child))
        links = self._links(item, pieces, by_order)
        return links, self._orders(pieces, found, by_order, links)

    def _score(self, item: Item) -> _Scores:
        shared, total = self.shares(self._held[id(item)])
        held, own = shared / total, shared / self._sizes
        heading = np.array([self._same_heading(item, c) for c in self.child])
        # Reward what the child's clause is about only as far as the parent's words carry it: half of a short
        # clause may be one common phrase.
        score = held + _OWN * np.minimum(own, 4 * held) + _HEADING * heading * (heading > _SAME_HEADING)
        return _Scores(score, held, own, heading)

    def _nearest_parents(self, parent: Sequence[Item]) -> list[int | None]:
        """For each child clause the parent clause most of its words are from (by `id`), if enough are.

        A short clause that sums up a long one holds little of its words; seen from the child, the two belong
        together. That is a doubt for a person, never a certain link.
        """
        if not parent:
            return [None] * len(self.child)
        own = np.array([self._scores[id(i)].own for i in parent])
        return [
            id(parent[best]) if own[best, n] >= NEAREST and self.child[n].kind == "task" else None
            for n, best in enumerate(own.argmax(axis=0))
        ]

    def _order_shares(self, found: frozenset[str]) -> np.ndarray:
        shared, total = self.shares(found)
        result: np.ndarray = shared / total
        return result

    def _same_heading(self, one: Item, other: Item) -> float:
        mine, theirs = self._headings[id(one)], self._headings[id(other)]
        if not mine or not theirs:
            return 0.0
        both = self.weights.sum(mine & theirs)
        return 2 * both / ((self.weights.sum(mine) + self.weights.sum(theirs)) or 1.0)

    def _links(
        self,
        item: Item,
        pieces: Sequence[Sentence],
        by_order: np.ndarray,
    ) -> list[Link]:
        score, held, own, heading = self._scores[id(item)]
        long_ones = np.array([piece.weight >= _LONG_ENOUGH for piece in pieces], dtype=bool)
        best = by_order[long_ones].max(axis=0) if long_ones.any() else np.zeros(len(self.child))
        links = []
        for number, child in enumerate(self.child):
            certain = score[number] >= CERTAIN or best[number] >= ORDER_CERTAIN + 0.1
            near = self._nearest[number] == id(item)
            if not (certain or near or score[number] >= DOUBTFUL or best[number] >= ORDER_DOUBTFUL + 0.08):
                continue
            words = common_words(self._bodies[id(item)], self._bodies[id(child)])
            links.append(
                Link(
                    child=child.key,
                    score=round(float(score[number]), 3),
                    certain=bool(certain),
                    held=round(float(held[number]), 3),
                    own=round(float(own[number]), 3),
                    heading=round(float(heading[number]), 3),
                    words=words,
                )
            )
        links.sort(key=lambda link: (-link.score, link.child))
        return links

    def _orders(
        self,
        pieces: Sequence[Sentence],
        found: Sequence[frozenset[str]],
        by_order: np.ndarray,
        links: list[Link],
    ) -> list[Order]:
        linked = {link.child for link in links}
        numbers = [n for n, child in enumerate(self.child) if child.key in linked]
        among = set(numbers)
        orders = []
        for row, piece in enumerate(pieces):
            total = self.weights.sum(found[row]) or 1.0
            held = sum(
                self.weights.of(f) for f in found[row] if not among.isdisjoint(self._places.get(f, ()))
            )
            share = held / total
            state = "taken" if share >= ORDER_CERTAIN else "look" if share >= ORDER_DOUBTFUL else "open"
            best = max(numbers, key=lambda n: float(by_order[row, n])) if numbers else None
            child = self.child[best].key if best is not None and state != "open" else None
            orders.append(Order(piece.text, state, round(share, 3), child, piece.weight))
        return orders


def _whole(item: Item) -> str:
    return f"{item.heading}。{folded(item.text)}"
