"""What may live in a lake: the kinds of observation and the columns of each, declared here and nowhere else.

All values are integers, thousandths of the unit in which the pollutant is published: PM2.5 of 35 µg/m³
is 35000, CO of 0.97 mg/m³ is 970. Null means missing at the source. `docs/lake.md` shows the same tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from lantian.errors import LantianError

THOUSANDTHS = 1000
"""Stored integers per published unit."""

Clock = Literal["time", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its Arrow type, whether it may be null, and what it says.

    `unit` is the published unit of a measured column and `scale` how many stored integers make one such unit;
    both are empty for a column that measures nothing.
    """

    name: str
    type: pa.DataType
    nullable: bool
    meaning: str
    unit: str = ""
    scale: int = 0


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of observation. A row is known by its place and its clock (`time` or `date`)."""

    name: str
    meaning: str
    clock: Clock
    columns: tuple[Column, ...]

    @property
    def key(self) -> tuple[str, str]:
        """The columns that name a row: no two rows of one version share them."""
        return ("place", self.clock)

    @property
    def names(self) -> tuple[str, ...]:
        """The column names, in stored order."""
        return tuple(column.name for column in self.columns)

    @property
    def measured(self) -> tuple[Column, ...]:
        """The columns that hold concentrations."""
        return tuple(column for column in self.columns if column.unit)

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the stored files."""
        return pa.schema([pa.field(c.name, c.type, nullable=c.nullable) for c in self.columns])

    def column(self, name: str) -> Column:
        """The column of this name. Raises LantianError when the kind has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise LantianError(
            f'"{name}" is not a column of {self.name}', remedy=f"Its columns are {', '.join(self.names)}."
        )


def _measured(name: str, meaning: str, unit: str = "µg/m³") -> Column:
    return Column(name, pa.int32(), True, meaning, unit, THOUSANDTHS)


_HOUR = Column("time", pa.timestamp("us", tz="UTC"), False, "end of the hour, UTC")
_DAY = Column("date", pa.date32(), False, "the day, Asia/Shanghai")
_SO2 = _measured("so2", "sulphur dioxide")
_NO2 = _measured("no2", "nitrogen dioxide")
_CO = _measured("co", "carbon monoxide", "mg/m³")
_O3 = _measured("o3", "ozone, mean of the hour")
_O3_DAY = _measured("o3_8h_max", "ozone, largest 8-hour mean of the day")
_PM10 = _measured("pm10", "particles up to 10 µm")
_PM2_5 = _measured("pm2_5", "particles up to 2.5 µm")


def _places(key: str, name: str, city: str) -> tuple[Column, ...]:
    return (
        Column("place", pa.string(), False, key),
        Column("name", pa.string(), True, name),
        Column("city", pa.string(), True, city),
    )


_CITY = _places("the city, by its short name (太原)", "the name as the source writes it", "always null")
_STATION = _places(
    "the station's code (1081A), or city/name where it has none", "the station's name", "its city"
)
_HOURLY = (_HOUR, _SO2, _NO2, _CO, _O3, _PM10, _PM2_5)
_DAILY = (_DAY, _SO2, _NO2, _CO, _O3_DAY, _PM10, _PM2_5)

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("ambient_city_hour", "hourly means of a city", "time", _CITY + _HOURLY),
        Kind("ambient_station_hour", "hourly means of a station", "time", _STATION + _HOURLY),
        Kind("ambient_city_day", "daily values of a city, as given by the source", "date", _CITY + _DAILY),
    )
}


def kind_of(name: str) -> Kind:
    """The kind of this name. Raises LantianError when there is none."""
    kind = KINDS.get(name)
    if kind is None:
        raise LantianError(f'"{name}" is not a kind of observation', remedy=f"Kinds are {', '.join(KINDS)}.")
    return kind
