"""A saved explanation computed again: the same digits, or what differs."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lantian.ambient.events.lists import DayList
from lantian.ambient.explanation import FORMAT, Explanation, explain
from lantian.ambient.period import Period
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import load

STEP_KEYS = ("value", "unit", "formula", "rounding", "used", "data")
SHOWN = 20


@dataclass(frozen=True)
class Difference:
    """One thing that came out otherwise: where, as saved, as computed now."""

    where: str
    saved: str
    now: str

    @property
    def line(self) -> str:
        return f"{self.where}: saved {self.saved}, now {self.now}"


@dataclass(frozen=True)
class Replay:
    """A saved explanation beside the one computed now. `same`: every digit of every step agrees."""

    explanation: Explanation
    differences: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        return not self.differences

    def lines(self) -> Iterator[str]:
        """The verdict in words."""
        one = self.explanation
        head = f"{one.indicator} of {one.name}, {one.period}: {one.value or 'none'}"
        if self.same:
            yield f"{head}; every digit of every step is as saved"
            return
        yield f"{head}; {len(self.differences)} things differ"
        yield from (difference.line for difference in self.differences[:SHOWN])
        if len(self.differences) > SHOWN:
            yield f"… and {len(self.differences) - SHOWN} more"


def replay(lake: Lake, saved: Mapping[str, Any]) -> Replay:
    """Compute a saved explanation again, from the same version of the data, rules and day list.

    Parameters
    ----------
    saved
        what `Explanation.as_dict` gave, as read back from JSON

    Raises
    ------
    LantianError
        this is no saved explanation; the store has no such version
    """
    if saved.get("format") != FORMAT or "step" not in saved:
        raise LantianError(
            "this is not a saved explanation",
            remedy="Save one with lantian explain … --format json --out FILE.",
        )
    day_list = None if saved["day_list"] is None else DayList.from_dict(saved["day_list"])
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for position, file in enumerate(saved["rule_files"]):
            path = Path(folder) / str(position) / Path(file["name"]).name
            path.parent.mkdir()
            path.write_text(file["text"], "utf-8")
            files.append(path)
        now = explain(
            lake,
            saved["place"],
            saved["indicator"],
            Period.parse(saved["period"]),
            level=saved["level"],
            regime=saved["asked_regime"],
            groups=saved["groups"],
            as_of=saved["data_version"],
            rulebook=load(files),
            day_list=day_list,
            rows=bool(saved["rows"]),
        )
    plain = json.loads(json.dumps(now.as_dict()))
    found = [Difference(key, str(saved[key]), str(plain[key])) for key in _FIGURE if saved[key] != plain[key]]
    found += _steps(saved["step"], plain["step"], saved["indicator"])
    found += _rows(saved["rows"], plain["rows"])
    # Other rules that change no digit are told only beside a digit that changed.
    if found and saved["rulebook"] != plain["rulebook"]:
        found.append(Difference("rulebook", saved["rulebook"], plain["rulebook"]))
    return Replay(now, tuple(found))


_FIGURE = ("value", "regime", "data_version", "marks")


def _steps(saved: Mapping[str, Any], now: Mapping[str, Any], where: str) -> Iterator[Difference]:
    for key in STEP_KEYS:
        if saved[key] != now[key]:
            yield Difference(f"{where}, {key}", str(saved[key]), str(now[key]))
    reasons = [[(row["subject"], row["why"]) for row in one["refused"]] for one in (saved, now)]
    if reasons[0] != reasons[1]:
        yield Difference(f"{where}, not used", str(reasons[0]), str(reasons[1]))
    rules = [[rule["path"] for rule in one["rules"]] for one in (saved, now)]
    if rules[0] != rules[1]:
        yield Difference(f"{where}, rules", ", ".join(rules[0]), ", ".join(rules[1]))
    if len(saved["children"]) != len(now["children"]):
        yield Difference(f"{where}, steps", str(len(saved["children"])), str(len(now["children"])))
    for before, after in zip(saved["children"], now["children"], strict=False):
        yield from _steps(before, after, f"{where} › {before['subject']}")


def _rows(saved: list[Mapping[str, Any]], now: list[Mapping[str, Any]]) -> Iterator[Difference]:
    mine, other = ({row["place"]: row for row in rows} for rows in (saved, now))
    for place in sorted(mine.keys() | other.keys()):
        if mine.get(place) != other.get(place):
            yield Difference(f"rows of {place}", _size(mine.get(place)), _size(other.get(place)))


def _size(rows: Mapping[str, Any] | None) -> str:
    return "none" if rows is None else f"{len(rows['times'])} hours"
