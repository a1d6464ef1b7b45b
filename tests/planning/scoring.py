"""F1 of a reading against a hand annotation, by the conventions of `docs/plan-reading.md`.

Needs no shared files. Tasks match by their first and last words; targets by indicator, value and date; dates
at the coarser precision.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from planning_helpers.comparing import plain

Figures = dict[str, float]


def words(text: str | None) -> str:
    """Words for comparing: folded, without white space and page marks."""
    return re.sub(r"[-—－]\d+[-—－]", "", plain(text))


def _f1(hits: int, read: int, gold: int) -> float:
    return 2 * hits / (read + gold) if read + gold else 1.0


def _same_date(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one == other
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _hits(gold: Iterable[Any], read: Iterable[Any], same: Callable[[Any, Any], bool]) -> int:
    left, hits = list(read), 0
    for wanted in gold:
        for index, found in enumerate(left):
            if same(wanted, found):
                del left[index]
                hits += 1
                break
    return hits


def _pairs(gold: dict[str, Any], read: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any] | None]]:
    bodies = [words((t["title"] or "") + t["text"]) for t in read["tasks"]]
    taken: set[int] = set()
    pairs: list[tuple[dict[str, Any], dict[str, Any] | None]] = []
    for task in gold["tasks"]:
        start, end = words(task["text_start"]), words(task["text_end"])
        found = [
            i
            for i, body in enumerate(bodies)
            if i not in taken and start in body and end in body[-len(end) - 40 :]
        ]
        taken.update(found[:1])
        pairs.append((task, read["tasks"][found[0]] if found else None))
    return pairs


def score(gold: dict[str, Any], read: dict[str, Any]) -> tuple[Figures, list[str]]:
    """F1 of meta, tasks, units, deadlines and targets, and what was missed or found too much.

    Parameters: gold, a file of `tests/planning/gold`; read, `Plan.as_dict()`.
    """
    misses: list[str] = []
    keys = ("title", "issuer", "doc_no", "issued_date", "region", "level")
    right = [k for k in keys if plain(gold["meta"][k]) == plain(read["meta"][k])]
    misses += [f"meta {k}: {gold['meta'][k]} | {read['meta'][k]}" for k in keys if k not in right]

    pairs = _pairs(gold, read)
    misses += [f"task {t['number']} {t['text_start']}" for t, found in pairs if found is None]
    matched = sum(found is not None for _, found in pairs)

    wanted: Counter[tuple[str, str, str]] = Counter()
    found_units: Counter[tuple[str, str, str]] = Counter()
    due_hits = due_read = due_gold = 0
    for task, found in pairs:
        wanted.update((task["number"], plain(u["unit"]), u["role"]) for u in task["responsible"])
        units = found["responsible"] if found else []
        found_units.update((task["number"], plain(u["unit"]), u["role"]) for u in units)
        due = [d["by"] for d in task["deadlines"] if d["by"]]
        got = [d["by"] for d in found["deadlines"] if d["by"]] if found else []
        hits = _hits(due, got, _same_date)
        due_hits, due_read, due_gold = due_hits + hits, due_read + len(got), due_gold + len(due)
        if hits < max(len(due), len(got)):
            misses.append(f"deadlines {task['number']}: {due} | {got}")
    every_unit = sum(len(t["responsible"]) for t in read["tasks"])
    misses += [f"unit {u}" for u in (wanted - found_units)] + [
        f"extra unit {u}" for u in (found_units - wanted)
    ]

    def key(target: dict[str, Any]) -> tuple[str, float, str | None]:
        return target["indicator"].split(":")[0], float(target["value"]), target["by"]

    def same(one: tuple[str, float, str | None], other: tuple[str, float, str | None]) -> bool:
        return one[:2] == other[:2] and _same_date(one[2], other[2])

    def written(plan: dict[str, Any]) -> list[tuple[str, float, str | None]]:
        return [key(t) for t in plan["targets"] if t["value"] is not None and not t["implied_value"]]

    goals, read_goals = written(gold), written(read)
    misses += [f"target {g}" for g in goals if not any(same(g, r) for r in read_goals)]
    misses += [f"extra target {r}" for r in read_goals if not any(same(g, r) for g in goals)]
    figures = {
        "meta": len(right) / len(keys),
        "tasks": _f1(matched, len(read["tasks"]), len(gold["tasks"])),
        "units": _f1(sum((wanted & found_units).values()), every_unit, sum(wanted.values())),
        "deadlines": _f1(due_hits, due_read, due_gold),
        "targets": _f1(_hits(goals, read_goals, same), len(read_goals), len(goals)),
    }
    return figures, misses
