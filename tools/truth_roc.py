"""How well the truth screens tell forged device-months from honest ones: the table of the docs.

    python tools/truth_roc.py --honest 400 --forged 80 --seed 400000

Plants are simulated (`lantian.telemetry.simulator`); each seed is a plant, a season and its luck. Thresholds
were tuned on seeds below 400000; the table of docs/truth-screens.md is made of seeds from 400000 on, which no
threshold has seen.
"""

from __future__ import annotations

import argparse
import math
import time
from argparse import RawDescriptionHelpFormatter as Raw
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from lantian.telemetry.simulator import Plant, forging, province, simulate
from lantian.telemetry.truth import FORGERIES, MEANT, screen_all
from lantian.telemetry.truth.svg import svg

LOCAL = timezone(timedelta(hours=8))
STARTS = tuple(datetime(2026, month, 1, tzinfo=LOCAL) for month in (1, 4, 11))
DAYS = 30
ALLOWED = 0.01
"""False devices a device-month."""


@dataclass(frozen=True)
class Month:
    """A device-month and what every screen said of it."""

    kind: str | None
    process: str
    seed: int
    scores: dict[str, float | None]
    measures: dict[str, float | None]
    flagged: frozenset[str]
    seconds: float


def plant_of(kind: str | None, seed: int) -> tuple[Plant, datetime]:
    """A plant that can commit a forgery, and a season, out of the seed."""
    fits = [plant for plant in province(12, seed) if kind is None or kind in forging.fits(plant)]
    if not fits:
        raise LookupError(f"no plant of seed {seed} can commit {kind}")
    return fits[seed % len(fits)], STARTS[seed % len(STARTS)]


def month(task: tuple[str | None, int, float]) -> Month:
    """One device-month: plant, season and luck out of the seed."""
    kind, seed, days = task
    plant, start = plant_of(kind, seed)
    case = simulate(plant, start, days, seed=seed, forgery=kind)
    begun = time.process_time()
    scores = screen_all(case)
    spent = time.process_time() - begun
    return Month(
        kind,
        plant.process.code,
        seed,
        {score.code: score.score for score in scores},
        {score.code: score.measure for score in scores},
        frozenset(score.code for score in scores if score.flagged),
        spent,
    )


def months(tasks: Sequence[tuple[str | None, int, float]], workers: int) -> list[Month]:
    """All device-months, in order."""
    if workers <= 1:
        return [month(task) for task in tasks]
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(month, tasks, chunksize=4))


def auc(forged: Sequence[float], honest: Sequence[float]) -> float:
    """The chance that a forged month scores above an honest one; ties count half."""
    wins = sum((one > two) + 0.5 * (one == two) for one in forged for two in honest)
    return wins / (len(forged) * len(honest)) if forged and honest else float("nan")


def recall_at(forged: Sequence[float], honest: Sequence[float], allowed: float) -> float:
    """The share of forged months above a score that at most this share of honest ones reaches."""
    spare = math.floor(allowed * len(honest) + 1e-9)
    bar = sorted(honest, reverse=True)[spare] if spare < len(honest) else -1.0
    return sum(one > bar for one in forged) / len(forged) if forged else float("nan")


def table(found: Iterable[Month]) -> list[dict[str, float | str]]:
    """A row a kind of forgery."""
    found = list(found)
    honest = [one for one in found if one.kind is None]
    rows: list[dict[str, float | str]] = []
    for kind in FORGERIES:
        forged = [one for one in found if one.kind == kind]
        if not forged:
            continue
        # A screen that cannot tell (null) finds nothing: it counts as the lowest score, among forged as well.
        good = [one.scores[kind] or 0.0 for one in honest]
        bad = [one.scores[kind] or 0.0 for one in forged]
        rows.append(
            {
                "kind": kind,
                "forged": len(forged),
                "auc": auc(bad, good),
                "recall_at_1_percent": recall_at(bad, good, ALLOWED),
                "recall": sum(kind in one.flagged for one in forged) / len(forged),
                "false_per_100": 100 * sum(kind in one.flagged for one in honest) / len(honest),
                "by_any_screen": sum(bool(one.flagged) for one in forged) / len(forged),
            }
        )
    return rows


def draw(folder: Path, kinds: Sequence[str], seed: int) -> None:
    """A picture of the first flagged month of each kind."""
    for kind in kinds:
        for number in range(20):
            plant, start = plant_of(kind, seed + number)
            case = simulate(plant, start, DAYS, seed=seed + number, forgery=kind)
            score = next(one for one in screen_all(case) if one.code == kind)
            if score.picture is not None:
                (folder / f"truth-{kind}.svg").write_text(svg(score.picture, 640, "en"), encoding="utf-8")
                break


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=Raw)
    parser.add_argument("--honest", type=int, default=400)
    parser.add_argument("--forged", type=int, default=80, help="device-months a kind")
    parser.add_argument("--kinds", nargs="*", default=list(FORGERIES))
    parser.add_argument("--seed", type=int, default=400_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--misses", action="store_true", help="name misses and false alarms")
    parser.add_argument("--pictures", type=Path, help="write a flagged month of each kind as SVG, and stop")
    asked = parser.parse_args()
    if asked.pictures:
        draw(asked.pictures, asked.kinds, asked.seed)
        return
    tasks: list[tuple[str | None, int, float]] = [(None, asked.seed + i, DAYS) for i in range(asked.honest)]
    for number, kind in enumerate(asked.kinds):
        tasks += [(kind, asked.seed + 5000 * (number + 1) + i, DAYS) for i in range(asked.forged)]
    found = months(tasks, asked.workers)
    honest = [one for one in found if one.kind is None]
    print(f"{len(honest)} honest device-months, seeds from {asked.seed}; forged as listed")
    heads = ("forgery", "months", "AUC", "recall at 1 % false", "recall", "false a 100", "by any screen")
    print(f"| {' | '.join(heads)} |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for row in table(found):
        mark = "" if row["kind"] in MEANT else " (not meant)"
        shares = (row["auc"], row["recall_at_1_percent"], row["recall"])
        told = " | ".join(f"{share:.3f}" for share in shares)
        rest = f"{row['false_per_100']:.2f} | {row['by_any_screen']:.3f}"
        print(f"| `{row['kind']}`{mark} | {row['forged']} | {told} | {rest} |")
    if honest:
        codes = list(honest[0].scores)
        said = {code: sum(code in one.flagged for one in honest) for code in codes}
        told = sum(bool(one.flagged) for one in honest)
        meant = sum(bool(one.flagged & set(MEANT)) for one in honest)
        print(f"\nHonest devices flagged by any screen: {100 * told / len(honest):.2f} a 100 device-months;")
        print(f"by any screen of the ten: {100 * meant / len(honest):.2f}.")
        print("By screen: " + ", ".join(f"{code} {count}" for code, count in said.items() if count) + ".")
        spent = sorted(one.seconds for one in found)
        print(f"All screens on a device-month: median {1000 * spent[len(spent) // 2]:.0f} ms.")
    if asked.misses:
        for one in found:
            if one.kind is None and one.flagged:
                said = {code: round(one.measures[code] or 0, 3) for code in one.flagged}
                print("false", one.seed, one.process, said)
            elif one.kind and one.kind not in one.flagged:
                measure, told = one.measures[one.kind], sorted(one.flagged)
                print("missed", one.kind, one.seed, one.process, measure, told)


if __name__ == "__main__":
    main()
