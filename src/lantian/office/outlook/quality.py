"""How good such probabilities were: the packaged back-test, and one on this office's own past.

No number stands in a page: the packaged results are what `lantian outlook backtest --format json` printed
(docs/outlook.md shows the same run), the office's own are computed here from its own days.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from lantian.ambient.outlook import scores
from lantian.ambient.outlook.backtest import Trial, backtest
from lantian.ambient.outlook.settings import Settings
from lantian.errors import LantianError
from lantian.office.monitoring import kernel
from lantian.office.monitoring.kept import kept
from lantian.office.outlook.ground import Question, Step, history, own_code

PACKAGED = "backtest.json"


@dataclass(frozen=True)
class Quality:
    """One back-test as a page shows it; `months`, `deciles`, `intervals` as the command prints them."""

    name: str
    places: int
    years: tuple[str, ...]
    cases: int
    months: tuple[dict[str, Any], ...]
    deciles: tuple[dict[str, Any], ...]
    intervals: Mapping[str, float]
    better: bool
    calibrated: bool

    @property
    def worst(self) -> float:
        """How far the worst tenth with enough cases lay from what was said."""
        return max((abs(d["came"] - d["said"]) for d in self.deciles if d["enough"]), default=0.0)

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Quality:
        """From a record of `lantian outlook backtest --format json`."""
        return cls(
            name=str(record["name"]),
            places=int(record["places"]),
            years=tuple(record["years"]),
            cases=int(record["cases"]),
            months=tuple(dict(row) for row in record["months"]),
            deciles=tuple(dict(row) for row in record["deciles"]),
            intervals=dict(record["intervals"]),
            better=bool(record["better_than_climatology"]),
            calibrated=bool(record["calibrated"]),
        )


@cache
def packaged() -> tuple[Quality, ...]:
    """The back-tests delivered with the software; empty where there are none."""
    file = resources.files(__package__).joinpath("data").joinpath(PACKAGED)
    if not file.is_file():
        return ()
    return tuple(Quality.of(record) for record in json.loads(file.read_text(encoding="utf-8")))


def own(question: Question) -> Callable[[Step], Quality]:
    """The computation of a back-test on the office's own days, to be done without a database; kept.

    Raises (when it is done)
    ------------------------
    LantianError
        there are not two whole years of days
    """

    def work(step: Step) -> Quality:
        def compute() -> Quality:
            days = history(question, step)
            years = Settings.of(kernel.rulebook(), question.period.last).years
            done = 0

            def tell(line: str) -> None:
                nonlocal done
                done += 1
                step("backtest", done, 11 * years)

            trial = backtest(
                days, "", regime=question.regime, book=kernel.rulebook(), progress=tell
            )  # fmt: skip
            return Quality.of(record(trial))

        try:
            return kept("outlook-backtest", kernel.data_version(), (*question.key[2:], own_code()), compute)
        except LantianError as error:
            raise LantianError("no_years") from error

    return work


def record(trial: Trial) -> dict[str, Any]:
    """A back-test as the command prints it in JSON."""
    return {
        "name": trial.name,
        "places": len(trial.places),
        # Of the years there were, those in which there was a past year to draw from.
        "years": [trial.years[number - 1] for number in sorted(set(trial.cases.year.tolist()))],
        "cases": trial.cases.count,
        "months": [
            {"month": m.month, "cases": m.cases, "brier": m.brier, "climatology": m.climatology,
             "skill": m.skill, "known_and_past_years": m.continued}
            for m in scores.by_month(trial.cases)
        ],
        "deciles": [
            {"from": round(d.low, 1), "cases": d.cases, "said": d.said, "came": d.came, "enough": d.enough}
            for d in scores.reliability(trial.cases)
        ],
        "intervals": {str(level): share for level, share in scores.coverage(trial.covered).items()},
        "better_than_climatology": scores.beats_climatology(trial.cases),
        "calibrated": scores.is_calibrated(trial.cases),
    }  # fmt: skip
