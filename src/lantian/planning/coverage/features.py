"""What a clause is made of when two are compared: runs of characters, numbers with units, terms of the field.

Chinese is compared without dividing it into words: every two and three characters in a row are a feature,
weighted by how rare it is in the two plans. Terms of the field (`data/terms.yaml`) weigh more and join
different wordings.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

_RUN = re.compile(r"[\u4e00-\u9fff]+|[A-Za-z][A-Za-z0-9.]*")
_AMOUNT = re.compile(
    r"\d+(?:\.\d+)?(?:%|蒸吨|万千瓦|千瓦|微克|毫克|万?户|万?家|万?个|万?台|万?辆|万?吨|公里|万?平方米|立方米|天|位|名|米|目|座|项"
    r"|年|月|日|(?![\d.]))"
)
_YEAR = re.compile(r"(?:19|20)\d\d年?|\d{1,2}[月日]|\d")
TERM, AMOUNT = "§", "#"
_DIGITS = "0123456789."
_TERM_WEIGHT, _AMOUNT_WEIGHT = 3.0, 2.0


def features(folded: str) -> frozenset[str]:
    """The features of a folded text: two- and three-character runs, Latin words, amounts, terms."""
    found: set[str] = set()
    for match in _RUN.finditer(folded):
        run = match.group()
        if run[0] < "\u4e00":
            found.add(run.upper())
            continue
        for size in (2, 3):
            found.update(run[i : i + size] for i in range(len(run) - size + 1))
    found.update(
        AMOUNT + m.group() for m in _AMOUNT.finditer(folded) if not _YEAR.fullmatch(m.group())
    )  # a year says when, not what
    found.update(TERM + name for name, pattern in terms().items() if pattern.search(folded))
    return frozenset(found)


class Weights:
    """How much a feature counts: rare ones more, terms of the field most."""

    def __init__(self, texts: Iterable[frozenset[str]]) -> None:
        texts = list(texts)
        self._in = Counter(feature for text in texts for feature in text)
        self._all = len(texts) + 1
        self._known: dict[str, float] = {}

    def of(self, feature: str) -> float:
        """The weight of one feature."""
        if feature not in self._known:
            rare = math.log(self._all / (self._in[feature] or 1))
            times = {TERM: _TERM_WEIGHT, AMOUNT: _AMOUNT_WEIGHT}.get(feature[0], 1.0)
            self._known[feature] = rare * times
        return self._known[feature]

    def sum(self, found: Iterable[str]) -> float:
        """The weight of several."""
        return math.fsum(self.of(f) for f in found)


@cache
def terms() -> Mapping[str, re.Pattern[str]]:
    """The terms of the field, each with the pattern of its forms."""
    entries: dict[str, list[str]] = data("terms")["terms"]
    return {name: re.compile("|".join(f"(?:{form})" for form in forms)) for name, forms in entries.items()}


@cache
def data(name: str) -> dict[str, Any]:
    """One data file of this room."""
    folder = resources.files("lantian.planning.coverage") / "data"
    loaded: dict[str, Any] = yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8"))
    return loaded


def common_words(one: str, other: str, *, least: int = 4, most: int = 8) -> tuple[str, ...]:
    """The longest runs of words that two folded texts share, longest first, none inside another.

    Parameters
    ----------
    least
        shorter runs are chance
    most
        how many to give
    """
    starts: dict[str, list[int]] = {}
    for at in range(len(other) - least + 1):
        starts.setdefault(other[at : at + least], []).append(at)
    runs: list[str] = []
    at = 0
    while at <= len(one) - least:
        best, there = 0, 0
        for place in starts.get(one[at : at + least], ()):
            size = least
            while (
                at + size < len(one) and place + size < len(other) and one[at + size] == other[place + size]
            ):
                size += 1
            if size > best:
                best, there = size, place
        if best:
            runs.append(_whole(one, at, other, there, best).strip(',。、;:()"“”'))
            at += best
        else:
            at += 1
    unique = [run for run in dict.fromkeys(runs) if len(run) >= least]
    unique.sort(key=len, reverse=True)
    return tuple(unique[:most])


def _whole(one: str, at: int, other: str, there: int, size: int) -> str:
    """A run without the halves of numbers at its ends: 37 and 47 share no 7."""
    run = one[at : at + size]
    if one[at - 1 : at].isdecimal() or other[there - 1 : there].isdecimal():
        run = run.lstrip(_DIGITS)
    if one[at + size : at + size + 1].isdecimal() or other[there + size : there + size + 1].isdecimal():
        run = run.rstrip(_DIGITS)
    return run
