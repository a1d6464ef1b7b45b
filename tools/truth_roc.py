"""How well the truth screens tell forged device-months from honest ones: the table of docs/truth-screens.md.

    python tools/truth_roc.py --honest 300 --forged 60 --seed 5000

Plants are simulated (`lantian.telemetry.simulator`). Thresholds were tuned on seeds below 5000; the table is made
of seeds from 5000 on, which no threshold has seen.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from lantian.telemetry.simulator import forging, province, simulate
from lantian.telemetry.truth import FORGERIES, MEANT, screen_all

LOCAL = timezone(timedelta(hours=8))
STARTS = (datetime(2026, 1, 1, tzinfo=LOCAL), datetime(2026, 4, 1, tzinfo=LOCAL), datetime(2026, 11, 1, tzinfo=LOCAL))
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


def month(task: tuple[str | None, int, float]) -> Month:
    """One device-month: plant, season and luck out of the seed."""
    kind, seed, days = task
    fits = [plant for plant in province(12, seed) if kind is None or kind in forging.fits(plant)]
    if not fits:
        raise LookupError(f"no plant of seed {seed} can commit {kind}")
    plant = fits[seed % len(fits)]
    case = simulate(plant, STARTS[seed % len(STARTS)], days, seed=seed, forgery=kind)
    begun = time.perf_counter()
    scores = screen_all(case)
    spent = time.perf_counter() - begun
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


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--honest", type=int, default=300)
    parser.add_argument("--forged", type=int, default=60, help="device-months a kind")
    parser.add_argument("--kinds", nargs="*", default=list(FORGERIES))
    parser.add_argument("--seed", type=int, default=5000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--misses", action="store_true", help="name the months that were missed or falsely told")
    asked = parser.parse_args()
    tasks: list[tuple[str | None, int, float]] = [(None, asked.seed + i, DAYS) for i in range(asked.honest)]
    for number, kind in enumerate(asked.kinds):
        tasks += [(kind, asked.seed + 1000 * (number + 1) + i, DAYS) for i in range(asked.forged)]
    found = months(tasks, asked.workers)
    honest = [one for one in found if one.kind is None]
    print(f"{len(honest)} honest device-months, seeds from {asked.seed}; forged as listed")
    print("| forgery | months | AUC | recall at 1 % false | recall as shipped | false a 100 as shipped | by any screen |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for row in table(found):
        mark = "" if row["kind"] in MEANT else " (not meant)"
        print(
            f"| `{row['kind']}`{mark} | {row['forged']} | {row['auc']:.3f} | {row['recall_at_1_percent']:.3f} | "
            f"{row['recall']:.3f} | {row['false_per_100']:.2f} | {row['by_any_screen']:.3f} |"
        )
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
                print("false", one.seed, one.process, {c: round(one.measures[c] or 0, 3) for c in one.flagged})
            elif one.kind and one.kind not in one.flagged:
                print("missed", one.kind, one.seed, one.process, one.measures[one.kind], sorted(one.flagged))


if __name__ == "__main__":
    main()
