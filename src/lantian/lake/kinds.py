"""What may live in a lake: the kinds of observation and the columns of each, declared here and nowhere else.

All values are integers, thousandths of the unit in which the pollutant is published: PM2.5 of 35 µg/m³
is 35000, CO of 0.97 mg/m³ is 970; species, of which some are published in picograms, are millionths. Null
means missing at the source. `docs/lake.md` shows the same tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from lantian.errors import LantianError

THOUSANDTHS = 1000
"""Stored integers per published unit."""
MILLIONTHS = 1_000_000
"""The same for species: cadmium of 0.00254 µg/m³ is 2540."""

ROW_GROUP = 131_072
LOCAL = 8
"""Hours of Asia/Shanghai before UTC; the lake holds no hour before 1992, when summer time ended."""

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
    """One kind of observation. A row is known by its place, its clock (`time` or `date`) and `also`.

    `instants`: its times are instants or starts of periods, any of them, and belong to the local day in which
    they lie; without it they are ends of hours. `once`: no key is ever appended twice, so that versions need
    not be told apart. `sort` orders the rows of a file (the key where it is empty), `group` is how many stand
    in one group of them. `private`: only the owner of the store may read its files.
    """

    name: str
    meaning: str
    clock: Clock
    columns: tuple[Column, ...]
    also: tuple[str, ...] = ()
    instants: bool = False
    once: bool = False
    sort: tuple[str, ...] = ()
    group: int = ROW_GROUP
    private: bool = False

    @property
    def shift(self) -> int:
        """Hours from a stored time to the local time that says to which day and hour it belongs."""
        return LOCAL if self.instants else LOCAL - 1

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that name a row: no two rows of one version share them."""
        return ("place", self.clock, *self.also)

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

_UNIT = _places("the unit: city/county, or what the table names alone", "the unit's name", "its city")
_MONTH = Column("date", pa.date32(), False, "the first day of the month")
_DUSTFALL = (
    _MONTH,
    _measured("dustfall", "dustfall of the month", "t/(km²·30d)"),
    Column("validity", pa.string(), False, "valid, invalid or missing"),
    Column("why", pa.string(), True, "why it is not valid, or a remark"),
    _measured("sampling_days", "days the cylinder stood", "d"),
)
_ROAD = (
    *_places("the road section: city/county/road/section, as far as given", "the road", "its city"),
    Column("county", pa.string(), True, "its county"),
    Column("section", pa.string(), True, "from where to where"),
    Column("road_class", pa.string(), True, "the road's class, as the limits name it"),
)
_ROAD_SAMPLE = (
    _DAY,
    Column("method", pa.string(), False, "weighed or sensor"),
    Column("point", pa.string(), False, "the point on the road, 1 where only one is named"),
    _measured("loading", "dust swept and weighed", "g/m²"),
    _measured("concentration", "particles measured above the road", "µg/m³"),
)
_ROAD_RANK = (
    _MONTH,
    Column("list", pa.string(), False, "worst or cleanest"),
    Column("rank", pa.int32(), False, "its place on the list"),
)
_SITE = _places("the site", "the site's name", "its city")
_SPECIES = (
    Column("species", pa.string(), False, "code of the species, or the heading where none is known"),
    Column("value", pa.int64(), True, "the concentration as reported", "its `unit`", MILLIONTHS),
    Column("unit", pa.string(), False, "ppb, ppbC or µg/m³"),
    Column("uncertainty", pa.int64(), True, "its uncertainty as reported", "its `unit`", MILLIONTHS),
    Column("state", pa.string(), False, "value, below_detection, negative or missing"),
    Column("hours", pa.int32(), True, "how many hours the sample took"),
)

_DEVICE = _places("the device: its MN, or the VIN of a vehicle", "always null", "always null")
_SENT = Column("time", pa.timestamp("us", tz="UTC"), False, "as sent: an instant, or the start of a period")
_PACKET = (
    Column("st", pa.string(), False, "kind of system, as sent"),
    Column("cn", pa.string(), False, "command, as sent"),
)
_CAME = (
    Column("qn", pa.string(), True, "number of the packet, as sent"),
    Column("seq", pa.int64(), False, "order of arrival"),
    Column("received_at", pa.timestamp("us", tz="UTC"), False, "when it came"),
    Column("quality", pa.string(), True, "codes of what was odd, by commas"),
)
_LINE_VALUE = (
    *_PACKET,
    Column("factor", pa.string(), False, "code as sent"),
    Column("field", pa.string(), False, "Rtd, Avg, Min, Max, Cou, ZsAvg …"),
    Column("text", pa.string(), True, "the value as sent"),
    Column("value", pa.int64(), True, "the same in millionths; null where it is no number"),
    Column("mark", pa.string(), True, "mark of the factor: N F M S D C T B"),
    *_CAME,
)
_LINE_PACKET = (
    *_PACKET,
    *_CAME,
    Column("pno", pa.int64(), True, "which part of a split message"),
    Column("resent", pa.bool_(), False, "the device says that it is a supplement"),
    Column("protocol", pa.string(), False, "hj212, vehicle or rows"),
    Column("segment", pa.binary(), False, "the packet as it came"),
)
_LINE_SORT = ("place", "cn", "time")

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("ambient_city_hour", "hourly means of a city", "time", _CITY + _HOURLY),
        Kind("ambient_station_hour", "hourly means of a station", "time", _STATION + _HOURLY),
        Kind("ambient_city_day", "daily values of a city, as given by the source", "date", _CITY + _DAILY),
        Kind("dustfall_month", "dustfall of a unit in a month", "date", _UNIT + _DUSTFALL),
        Kind("road_dust_sample", "dust of a road", "date", _ROAD + _ROAD_SAMPLE, ("method", "point")),
        Kind("road_dust_rank", "a road's rank on a published list", "date", _ROAD + _ROAD_RANK, ("list",)),
        Kind("species_hour", "species by hours", "time", (*_SITE, _HOUR, *_SPECIES), ("species",)),
        Kind("species_day", "species by days", "date", (*_SITE, _DAY, *_SPECIES), ("species",)),
        Kind(
            "line_value",
            "values that devices of the line sent",
            "time",
            (*_DEVICE, _SENT, *_LINE_VALUE),
            ("cn", "factor", "field", "seq"),
            instants=True,
            once=True,
            sort=(*_LINE_SORT, "factor", "field", "seq"),
            group=16_384,
        ),
        Kind(
            "line_packet",
            "packets that devices of the line sent",
            "time",
            (*_DEVICE, _SENT, *_LINE_PACKET),
            ("cn", "seq"),
            instants=True,
            once=True,
            sort=(*_LINE_SORT, "seq"),
            group=4_096,
            private=True,
        ),
    )
}


def kind_of(name: str) -> Kind:
    """The kind of this name. Raises LantianError when there is none."""
    kind = KINDS.get(name)
    if kind is None:
        raise LantianError(f'"{name}" is not a kind of observation', remedy=f"Kinds are {', '.join(KINDS)}.")
    return kind
