"""What can be asked of a lake: levels, the kinds that answer for them, and one question with its version."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from lantian.errors import LantianError
from lantian.lake import Lake, engines

LEVELS = ("city", "station", "group")

STATION = "station"
CITY_OF_STATIONS = "city_of_stations"
CITY_FEED = "city_feed"
CITY_DAYS = "city_days"
GROUP = "group"

KINDS = {
    STATION: "ambient_station_hour",
    CITY_OF_STATIONS: "ambient_station_hour",
    CITY_FEED: "ambient_city_hour",
    CITY_DAYS: "ambient_city_day",
    GROUP: "ambient_station_hour",
}
ORIGINS = {
    "station": (STATION,),
    "city": (CITY_OF_STATIONS, CITY_FEED, CITY_DAYS),
    "group": (GROUP,),
}


@dataclass(frozen=True)
class Question:
    """What is asked of a lake: level, members of groups, places, at which version, by which engine.

    `version` fixes the data for every read of one answer, whatever is appended meanwhile.
    """

    lake: Lake
    level: str
    version: int
    groups: Mapping[str, str] | None = None
    places: frozenset[str] | None = None
    engine: str = engines.DUCKDB

    @classmethod
    def of(
        cls,
        lake: Lake,
        level: str,
        groups: Mapping[str, str] | None,
        places: Collection[str] | None,
        as_of: int | datetime | None,
        *,
        engine: str = engines.DUCKDB,
    ) -> Question:
        """Check what was asked.

        Raises
        ------
        LantianError
            unknown level, version or engine; a group level without groups
        """
        if level not in LEVELS:
            raise LantianError(f"there is no level '{level}'", remedy="Choose " + ", ".join(LEVELS) + ".")
        if (level == "group") != (groups is not None):
            raise LantianError(
                "`groups` (station to group) goes with the level 'group', and only with it",
                remedy="Give both or neither.",
            )
        engines.engine_of(engine)
        chosen = None if places is None else frozenset(places)
        return cls(lake, level, version_of(lake, as_of), groups, chosen, engine)


def version_of(lake: Lake, as_of: int | datetime | None) -> int:
    """The number of the version that was the newest at `as_of`; None is now."""
    if as_of is None:
        return lake.version
    if isinstance(as_of, datetime):
        if as_of.tzinfo is None:
            raise LantianError(f"as of {as_of}: no time zone", remedy="Give an aware datetime.")
        return max((commit.version for commit in lake.commits() if commit.time <= as_of), default=0)
    if not 0 <= as_of <= lake.version:
        raise LantianError(f"there is no version {as_of}", remedy=f"The newest version is {lake.version}.")
    return as_of
