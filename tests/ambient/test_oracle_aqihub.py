"""aqi-hub 0.3.3 (PyPI, MIT) beside Lantian: which standard its functions hold, and where they leave it.

Read in its code: one table for hours and days, that of HJ 633-2026 (PM2.5 60, PM10 120; SO2 1 h above 800 is
200, O3 8 h above 800 is 300; no O3 1 h in the day, no running means in the hour). Four things differ, and
each is asserted here with the clause that decides, so that a release that mends one fails a test:

1. its SO2 day column is the hour's up to 800 (150, 500, 650): HJ 633-2026 table 3 has 50, 150, 475;
2. it computes in binary floats, so exact IAQI become one more: 4.2.6 rounds up the formula's value;
3. it takes concentrations as they come: 4.2.2 and 4.2.3 round them first (GB/T 8170);
4. it always gives an index: 5.3 publishes an incomplete one only above 100; and 0, where 1 is the least.
"""

from __future__ import annotations

import warnings
from decimal import Decimal

import pytest
from ambient_oracle import slow, tables

from lantian.ambient import aqi, iaqi, level_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from aqi_hub.aqi_cn.aqi import AQI, cal_iaqi_cn, get_aqi_level
    from aqi_hub.aqi_cn.common import AQI_COLOR

REGIME = tables.TRANSITION
THEIRS = {
    ("so2", "day"): "SO2_24H", ("so2", "hour"): "SO2_1H",
    ("no2", "day"): "NO2_24H", ("no2", "hour"): "NO2_1H",
    ("co", "day"): "CO_24H", ("co", "hour"): "CO_1H",
    ("o3", "8h"): "O3_8H", ("o3", "hour"): "O3_1H",
    ("pm10", "day"): "PM10_24H", ("pm2_5", "day"): "PM25_24H",
}  # fmt: skip


def every_value(pollutant: str, averaging: str) -> list[Decimal]:
    """Every value of the column in units of its last decimal, a little beyond its end."""
    table = tables.BREAKPOINTS["2026"][pollutant, averaging]
    top = max(point for point in table if point is not None)
    per = 10 if pollutant == "co" else 1
    return [Decimal(scaled) / per for scaled in range((top + 5) * per)]


def boundaries(pollutant: str, averaging: str) -> list[Decimal]:
    """Breakpoints and one unit of the last decimal to either side."""
    unit = Decimal("0.1") if pollutant == "co" else Decimal(1)
    points = [Decimal(p) for p in tables.BREAKPOINTS["2026"][pollutant, averaging] if p is not None]
    return [value for point in points for value in (point - unit, point, point + unit) if value >= 0]


def given(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


RIGHT = sorted(set(THEIRS) - {("so2", "day")})
FLOATS = {("co", "day"): 1, ("co", "hour"): 22}
"""Concentrations whose exact IAQI is whole and whose float lies above it."""


@pytest.mark.parametrize(("pollutant", "averaging"), RIGHT)
def test_same_at_every_boundary(pollutant: str, averaging: str) -> None:
    for value in boundaries(pollutant, averaging):
        ours = iaqi(pollutant, value, averaging, REGIME)
        theirs = cal_iaqi_cn(THEIRS[pollutant, averaging], given(value))
        assert ours == theirs, value


@pytest.mark.parametrize(("pollutant", "averaging"), RIGHT)
def test_elsewhere_they_are_one_higher_only_where_the_exact_value_is_whole(
    pollutant: str, averaging: str
) -> None:
    """HJ 633-2026 4.2.6: the formula's value is rounded up. Where it is whole a float may lie just above."""
    differing = 0
    for value in every_value(pollutant, averaging):
        exact = slow.iaqi(pollutant, value, averaging, "2026")
        assert iaqi(pollutant, value, averaging, REGIME) == exact, value
        theirs = cal_iaqi_cn(THEIRS[pollutant, averaging], given(value))
        if theirs != exact:
            differing += 1
            assert isinstance(exact, int)
            assert theirs == exact + 1, value
            assert whole(pollutant, averaging, value), value
    assert differing == FLOATS.get((pollutant, averaging), 0)


def whole(pollutant: str, averaging: str, value: Decimal) -> bool:
    """Whether the formula gives a whole number before rounding."""
    table = tables.BREAKPOINTS["2026"][pollutant, averaging]
    for row in range(1, 8):
        low, high = table[row - 1], table[row]
        assert low is not None
        assert high is not None
        if value <= high:
            steps = tables.STEPS[row] - tables.STEPS[row - 1]
            return (slow.fraction(value) - low) * steps % (high - low) == 0
    return False


def test_difference_1_sulphur_dioxide_of_the_day() -> None:
    """HJ 633-2026 table 3: SO2 day 50, 150, 475. Theirs holds 150, 500, 650 of the hour until 800."""
    assert [iaqi("so2", value, "day", REGIME) for value in (50, 150, 475, 800)] == [50, 100, 150, 200]
    assert [cal_iaqi_cn("SO2_24H", value) for value in (50, 150, 475, 800)] == [17, 50, 97, 200]
    for value in range(1, 800):
        assert cal_iaqi_cn("SO2_24H", value) == cal_iaqi_cn("SO2_1H", value)
        assert iaqi("so2", value, "day", REGIME) == slow.iaqi("so2", value, "day", "2026")
    for value in (*range(800, 2630, 7), 1600, 1601, 2099, 2100, 2101, 2620, 2621):
        assert cal_iaqi_cn("SO2_24H", value) == iaqi("so2", value, "day", REGIME), value


def test_difference_2_floats() -> None:
    """4.2.6: the formula's value is rounded up; that of 65.4 mg/m³ CO in an hour is 218, a float is above."""
    assert iaqi("co", "65.4", "hour", REGIME) == 218
    assert cal_iaqi_cn("CO_1H", 65.4) == 219


def test_difference_3_rounding_of_concentrations() -> None:
    """4.2.2, 4.2.3: 35.4 counts as 35, IAQI 50; theirs goes on with 35.4 and says 51. 4.04 mg/m³ is 4.0."""
    assert iaqi("pm2_5", "35.4", "day", REGIME) == 50
    assert cal_iaqi_cn("PM25_24H", 35.4) == 51
    assert iaqi("co", "4.04", "day", REGIME) == 100
    assert cal_iaqi_cn("CO_24H", 4.04) == 101


def test_difference_4_missing_items_and_clean_air() -> None:
    """5.3: with an item missing the index is published above 100 only. The range starts at 1."""
    values = {"pm10": 60, "so2": 10, "no2": 20, "co": 1, "o3": 90}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = AQI(pm25=None, **values, data_type="daily").AQI
    ours = aqi(pm10=60, so2=10, no2=20, co=1, o3_8h=90, regime=REGIME)
    assert (theirs, ours.aqi, ours.why) == (58, None, "items_missing")
    assert AQI(pm25=0, pm10=0, so2=0, no2=0, co=0, o3=0, data_type="daily").AQI == 0
    assert aqi(pm2_5=0, pm10=0, so2=0, no2=0, co=0, o3_8h=0, regime=REGIME).aqi == 1


@pytest.mark.parametrize("averaging", ["daily", "hourly"])
def test_index_and_primary_pollutants(averaging: str) -> None:
    """Days and hours at the boundaries of two pollutants at once; SO2 is held at 0, see difference 1."""
    names = {"PM2.5": "pm2_5", "PM10": "pm10", "NO2": "no2", "CO": "co", "O3": "o3", "SO2": "so2"}
    ozone = ("o3", "8h") if averaging == "daily" else ("o3", "hour")
    nitrogen = ("no2", "day" if averaging == "daily" else "hour")
    for particles in boundaries("pm2_5", "day"):
        for other in boundaries(*ozone):
            for third in (Decimal(0), *boundaries(*nitrogen)[::3]):
                theirs = AQI(
                    pm25=given(particles), pm10=0, so2=0, no2=given(third), co=0, o3=given(other),
                    data_type=averaging,
                )  # fmt: skip
                if averaging == "daily":
                    ours = aqi(pm2_5=particles, pm10=0, so2=0, no2=third, co=0, o3_8h=other, regime=REGIME)
                else:
                    ours = aqi(
                        pm2_5=particles, pm10=0, so2=0, no2=third, co=0, o3=other, regime=REGIME,
                        averaging="realtime",
                    )  # fmt: skip
                assert ours.aqi == max(1, theirs.AQI)
                primary = {names[name] for name in theirs.primary_pollutant}
                assert {item.removesuffix("_8h") for item in ours.primary} == primary


def test_levels_and_colours() -> None:
    """HJ 633 table 2. (Their CMYK_HEX is no column of the standard and is not compared.)"""
    for value in range(1, 501):
        level = level_of(value, regime=REGIME)
        assert level.level == get_aqi_level(value)
        assert level.rgb == AQI_COLOR["RGB"][level.level]
        assert level.hex == AQI_COLOR["RGB_HEX"][level.level]
