"""The numbers people are held to, under every name a plan, a page or an address may use for them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language, gettext

from lantian.ambient.export.words import Words
from lantian.glossary import term


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator of ambient air.

    `key` is its name in addresses and tables; `statistic` the key in the kernel's statistics, or "" for the
    figures made of all six (index, rank, days). Lower is better unless `higher_is_better`.
    """

    key: str
    term: str
    statistic: str = ""
    higher_is_better: bool = False

    @property
    def label(self) -> str:
        """The glossary's term in the active language, first letter large."""
        text = term(self.term).label(get_language() or "zh")
        return text[:1].upper() + text[1:]

    @property
    def short(self) -> str:
        """The symbol where there is one (PM₂.₅), else the term."""
        return term(self.term).symbol or self.label

    @property
    def unit(self) -> str:
        """The unit in code: `µg/m³`, `mg/m³`, `%`, `d`, `place` or nothing."""
        unit = term(self.term).unit
        return "place" if unit == "位" else unit


def shown_unit(unit: str) -> str:
    """A unit in the active language: days are a word, a rank has none, the others stand as they are."""
    return {"d": gettext("days"), "place": ""}.get(unit, unit)


STATISTICS = ("so2", "no2", "pm10", "pm2_5", "co", "o3_8h")

INDICATORS: dict[str, Indicator] = {
    entry.key: entry
    for entry in (
        Indicator("pm2_5", "pm2_5", "pm2_5"),
        Indicator("pm10", "pm10", "pm10"),
        Indicator("so2", "so2", "so2"),
        Indicator("no2", "no2", "no2"),
        Indicator("co", "co", "co"),
        Indicator("o3_8h", "o3_8h", "o3_8h"),
        Indicator("composite_index", "composite_index"),
        Indicator("composite_rank", "composite_rank"),
        # Of a single day only; for a period the days are counted by it.
        Indicator("aqi", "aqi"),
        Indicator("good_days", "good_days", higher_is_better=True),
        Indicator("good_days_ratio", "good_days_ratio", higher_is_better=True),
        Indicator("heavy_days", "heavy_days"),
        Indicator("heavy_days_ratio", "heavy_days_ratio"),
    )
}

#: other names the same thing goes by in plans (see docs/plan-reading.md) and in older files
ALIASES = {
    "pm25": "pm2_5",
    "pm2.5": "pm2_5",
    "o3": "o3_8h",
    "o3_8h_max": "o3_8h",
    "rank": "composite_rank",
    "good_day_ratio": "good_days_ratio",
    "heavy_day_ratio": "heavy_days_ratio",
    "heavy_pollution_days": "heavy_days",
    "heavy_pollution_days_ratio": "heavy_days_ratio",
    "severe_days": "heavy_days",
}


@dataclass(frozen=True, slots=True)
class Explained(Indicator):
    """A figure that is no indicator of a target but can be explained: a load share, the change on the year.

    `measure` is its unit, its words are the kernel's.
    """

    measure: str = ""

    @property
    def label(self) -> str:
        """The name in the active language."""
        text = Words("en" if (get_language() or "").startswith("en") else "zh").indicator(self.key)
        return text[:1].upper() + text[1:]

    @property
    def short(self) -> str:
        """The same; there is no symbol."""
        return self.label

    @property
    def unit(self) -> str:
        """The unit in code."""
        return self.measure


EXPLAINED: dict[str, Explained] = {
    entry.key: entry
    for entry in (
        *(Explained(f"load_share_{item}", "", measure="%") for item in STATISTICS),
        *(Explained(f"{item}_percentile", "", measure="µg/m³") for item in ("so2", "no2", "pm10", "pm2_5")),
        Explained("change_rate", "", measure="%"),
        Explained("days_used", "", measure="d"),
    )
}


def explainable(name: str) -> Indicator | None:
    """The indicator of this name or alias, or another figure that can be explained."""
    return indicator(name) or EXPLAINED.get(name)


def indicator(name: str) -> Indicator | None:
    """The indicator of this name or alias; None where it is not one of ambient air (boilers, coal)."""
    key = name.strip().lower()
    return INDICATORS.get(ALIASES.get(key, key))
