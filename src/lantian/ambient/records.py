"""What the questions of this room are answered with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from lantian.ambient.period import Period
from lantian.rulebook import Rule


@dataclass(frozen=True, slots=True)
class Statistic:
    """One statistic of one place and period.

    `value` as published [unit], `unrounded` the exact fraction. `method` is `mean` or `percentile 95`.
    `days_used`: days with a value. `valid` False: the value is given, as bulletins do, but has too few days;
    `why` is `no_days`, `too_few_days` or `too_few_days_in_month:2019-02`.
    """

    value: Decimal | None
    unrounded: Fraction | None
    unit: str
    method: str
    days_used: int
    valid: bool
    why: str | None


@dataclass(frozen=True, slots=True)
class PlaceEvaluation:
    """The evaluation of one place.

    `statistics`: so2 no2 pm10 pm2_5 (means), co (95th percentile), o3_8h (90th percentile).
    `composite_index` as published, `composite_exact` the unrounded sum behind it, `parts` its single indices
    as published. `days_used`: days with an AQI; `good_days` AQI up to 100, `heavy_days` above 200. `marks`:
    see `lantian.ambient.marks`.
    """

    place: str
    name: str
    statistics: dict[str, Statistic]
    composite_index: Decimal | None
    composite_exact: Fraction | None
    parts: dict[str, Decimal]
    rank: int | None
    good_days: int
    heavy_days: int
    days_used: int
    days_in_period: int
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every place of a level in a period, ranked: best first, places without an index last.

    `regime` is the one the period's statistics and limits follow; `source` the kinds read; `rules` every
    rule used.
    """

    period: Period
    level: str
    regime: str
    data_version: int
    source: str
    rows: list[PlaceEvaluation]
    rules: tuple[Rule, ...] = field(repr=False)

    @property
    def unverified(self) -> tuple[Rule, ...]:
        """The rules behind these figures that were not read in their document."""
        return tuple(rule for rule in self.rules if not rule.verified)

    def place(self, place: str) -> PlaceEvaluation | None:
        """The evaluation of one place, or None."""
        return next((row for row in self.rows if row.place == place), None)


@dataclass(frozen=True, slots=True)
class DayRecord:
    """One day of one place.

    `values` [µg/m³, CO mg/m³], None when not valid; `o3_8h` is the largest 8-hour mean, `o3_1h` the largest
    hour. `hours`: hours behind each value (valid windows for `o3_8h`; of a city or group, summed over its
    stations), absent where the source gives days only. `aqi` None: not published, `why["aqi"]` says why.
    `why` also says, per item, `too_few_hours`, `no_data` or `station_share`. `source`: which kind the day
    comes from.
    """

    place: str
    name: str
    date: date
    values: dict[str, Decimal | None]
    iaqi: dict[str, int | None]
    aqi: int | None
    level: int | None
    primary: tuple[str, ...]
    hours: dict[str, int]
    why: dict[str, str]
    source: str = ""


@dataclass(frozen=True, slots=True)
class HourRecord:
    """One hour of one place, `time` the end of the hour (UTC).

    `values`: so2 no2 co o3 pm10 pm2_5 of the hour, `o3_8h` the running 8-hour mean, `pm10_24h` and
    `pm2_5_24h` the running 24-hour means [µg/m³, CO mg/m³]. `iaqi` and `aqi` by the regime's real-time rules.
    """

    place: str
    name: str
    time: datetime
    values: dict[str, Decimal | None]
    iaqi: dict[str, int | None]
    aqi: int | None
    level: int | None
    primary: tuple[str, ...]
    why: dict[str, str]
    source: str = ""
