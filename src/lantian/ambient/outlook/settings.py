"""The settings of the outlook, read from the rulebook (`ambient.outlook`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from lantian.ambient.outlook.arrays import Floats
from lantian.ambient.rules import SIX
from lantian.rulebook import Rule, Rulebook

TREE = "ambient.outlook"


@dataclass(frozen=True)
class Settings:
    """How past years are drawn and how sure we are of them; see `rulebook/data/ambient/outlook.yaml`.

    `persistence`, `monthly`: standard deviations of log anomalies per item of `SIX`; `season` (12 months,
    items) multiplies the variance of `monthly`; `item_common`: loadings of the items on what they share;
    `place_common`: share of variance that places share.
    """

    years: int
    least_share: float
    recency: float
    block: int
    shift: int
    persistence: Floats
    monthly: Floats
    season: Floats
    added_share: float
    item_common: Floats
    place_common: float
    prior_years: float
    trend_keep: float
    worlds: int
    freedom: float
    rules: tuple[Rule, ...]

    @classmethod
    def of(cls, book: Rulebook, on: date) -> Settings:
        used: list[Rule] = []

        def ask(path: str) -> Rule:
            used.append(book.rule(f"{TREE}.{path}", on=on))
            return used[-1]

        def six(table: Mapping[str, Any]) -> Floats:
            return np.array([float(table[item]) for item in SIX])

        history, blocks = ask("history").table, ask("blocks").table
        season = ask("season").table
        inside, outside = six(season["inside"]) / 100, six(season["outside"]) / 100
        winter = {int(month) for month in season["months"]}
        common, trend, uncertainty = ask("common").table, ask("trend").table, ask("uncertainty").table
        return cls(
            years=int(history["years"]),
            least_share=float(history["least_share"]) / 100,
            recency=float(history["recency"]) / 100,
            block=int(blocks["days"]),
            shift=int(blocks["shift"]),
            persistence=six(ask("persistence").table),
            monthly=six(ask("monthly").table),
            season=np.array([inside if month in winter else outside for month in range(1, 13)]) ** 2,
            added_share=1 - float(ask("resampled_share").number) / 100,
            item_common=six(common["item"]),
            place_common=float(common["place"]),
            prior_years=float(trend["prior_years"]),
            trend_keep=float(trend["keep"]) / 100,
            worlds=int(uncertainty["worlds"]),
            freedom=float(uncertainty["freedom"]),
            rules=tuple(used),
        )
