"""Numbers of the standards, typed again from the fact sheet: nothing here comes from the rulebook.

`None` in a table of breakpoints: the table has no value there.
"""

from __future__ import annotations

from datetime import date

OLD, TRANSITION, FINAL = "gb3095-2012", "gb3095-2026-transition", "gb3095-2026"
REGIMES = (OLD, TRANSITION, FINAL)

ITEMS = ("so2", "no2", "pm10", "pm2_5", "co", "o3_8h")
MEANS = ("so2", "no2", "pm10", "pm2_5")
PERCENT = {"co": 95, "o3_8h": 90}

STEPS = (0, 50, 100, 150, 200, 300, 400, 500)

_BOTH: dict[tuple[str, str], tuple[int | None, ...]] = {
    ("so2", "day"): (0, 50, 150, 475, 800, 1600, 2100, 2620),
    ("so2", "hour"): (0, 150, 500, 650, 800, None, None, None),
    ("no2", "day"): (0, 40, 80, 180, 280, 565, 750, 940),
    ("no2", "hour"): (0, 100, 200, 700, 1200, 2340, 3090, 3840),
    ("co", "day"): (0, 2, 4, 14, 24, 36, 48, 60),
    ("co", "hour"): (0, 5, 10, 35, 60, 90, 120, 150),
    ("o3", "8h"): (0, 100, 160, 215, 265, 800, None, None),
    ("o3", "hour"): (0, 160, 200, 300, 400, 800, 1000, 1200),
}
BREAKPOINTS: dict[str, dict[tuple[str, str], tuple[int | None, ...]]] = {
    "2012": {
        **_BOTH,
        ("pm10", "day"): (0, 50, 150, 250, 350, 420, 500, 600),
        ("pm2_5", "day"): (0, 35, 75, 115, 150, 250, 350, 500),
    },
    "2026": {
        **_BOTH,
        ("pm10", "day"): (0, 50, 120, 250, 350, 420, 500, 600),
        ("pm2_5", "day"): (0, 35, 60, 115, 150, 250, 350, 500),
    },
}

# Grade 2: what the composite index divides by (means by the year's limit, CO by the day's, O3 by 160).
INDEX_LIMITS = {
    OLD: {"so2": 60, "no2": 40, "pm10": 70, "pm2_5": 35, "co": 4, "o3_8h": 160},
    TRANSITION: {"so2": 60, "no2": 40, "pm10": 60, "pm2_5": 30, "co": 4, "o3_8h": 160},
    FINAL: {"so2": 20, "no2": 30, "pm10": 50, "pm2_5": 25, "co": 4, "o3_8h": 160},
}

DAILY_DECIMALS = {"so2": 0, "no2": 0, "pm10": 0, "pm2_5": 0, "co": 1, "o3_8h": 0, "o3_1h": 0, "o3": 0}
STATISTIC_DECIMALS = {
    OLD: {"so2": 0, "no2": 0, "pm10": 0, "pm2_5": 0, "co": 1, "o3_8h": 0},
    TRANSITION: {"so2": 0, "no2": 0, "pm10": 0, "pm2_5": 1, "co": 1, "o3_8h": 0},
    FINAL: {"so2": 0, "no2": 0, "pm10": 0, "pm2_5": 1, "co": 1, "o3_8h": 0},
}

MDA8_LIMIT = 160
O3_8H_TOP = 800
SO2_1H_TOP = 800


def regime_of(day: date) -> str:
    """Which limits were in force on a day: 2026-03-01 and 2031-01-01 are the first days of the next ones."""
    if day < date(2026, 3, 1):
        return OLD
    return TRANSITION if day < date(2031, 1, 1) else FINAL


def edition_of(regime: str) -> str:
    """The edition of HJ 633 that goes with a regime: one table serves both phases of 2026."""
    return "2012" if regime == OLD else "2026"
