"""Writes of monitoring: loading hours, which brings stations to life, and saying what a station is. Each is
logged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from lantian.errors import LantianError
from lantian.office.monitoring import kernel, rules
from lantian.office.monitoring.models import Load, Station
from lantian.office.monitoring.places import CityNames
from lantian.office.monitoring.signals import hours_loaded
from lantian.office.people.actions import record
from lantian.office.regions.models import Region

if TYPE_CHECKING:
    from lantian.ambient.intake import ImportReport

Progress = Callable[[str], None]


def load_ambient(
    paths: Iterable[str | Path],
    actor: Any = None,
    layout: str | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Load files of hourly or daily observations into the office.

    Cities and stations of cities that the region register does not know are refused and counted; of a
    national file only the office's own part is taken. Stations seen for the first time are registered
    under their city.

    Parameters
    ----------
    paths
        CSV or Parquet files in one of the layouts of `lantian.ambient.intake`
    actor
        the request or person who loads; None for the command line
    layout
        name of the layout; None recognises it by the headings
    progress
        called with a line of text whenever there is something to say

    Returns
    -------
    the import's report; refused rows are listed in `DATA/reports/`

    Raises
    ------
    LantianError
        a file is not there, the layout is unknown, or there is no region to load for
    """
    from lantian.ambient.intake import import_ambient

    files = [Path(path) for path in paths]
    if not Region.objects.filter(level="city").exists():
        raise LantianError(
            "the office has no cities yet", remedy="Load regions first: lantian office load regions FILE."
        )
    known = Known()
    folder = Path(settings.DATA) / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    before = kernel.data_version()
    report = import_ambient(
        files,
        kernel.lake(),
        layout=layout,
        known_places=known,
        report=folder / _report_name(files),
        progress=progress,
    )
    with transaction.atomic():
        new = register_stations(known.cities)
        load = Load.objects.create(
            files=", ".join(path.name for path in files)[:500],
            kind=report.kind[:40],
            rows_read=report.rows_read,
            rows_taken=report.rows_taken,
            rows_refused=report.rows_refused,
            version=report.version,
            report=str(report.path or ""),
            unknown=sorted({r.value for r in report.refusals if r.code == "unknown_place"}),
        )
        record(
            actor,
            "load",
            load,
            after={
                "files": [path.name for path in files],
                "rows_taken": report.rows_taken,
                "rows_refused": report.rows_refused,
                "version": report.version,
                "stations_registered": [station.code for station in new],
            },
        )
    if progress and new:
        progress(f"{len(new)} stations seen for the first time, registered under their cities")
    _tell(actor, report.kind, before, progress)
    return report


def _tell(actor: Any, kind: str, before: int, progress: Progress | None) -> None:
    """Say which hours came in, to whoever waits for them. What they do with them costs the load nothing."""
    files = [
        file
        for commit in kernel.lake().commits(kind)
        if commit.version > before
        for file in commit.files
    ]  # fmt: skip
    if kind not in (kernel.CITY_HOUR, kernel.STATION_HOUR) or not files:
        return
    hours_loaded.send(
        sender=Load,
        kind=kind,
        first=min(datetime.fromisoformat(file.first) for file in files),
        last=max(datetime.fromisoformat(file.last) for file in files),
        actor=actor,
        progress=progress,
    )


class Known:
    """Answers the intake: is this place ours?

    Asked with a city's name, with a station's key (`1081A`, `太原/上兰`), and with the city of a station.
    """

    def __init__(self) -> None:
        self.cities = CityNames()
        self.stations = set(Station.objects.values_list("place", flat=True))

    def __call__(self, place: str) -> bool:
        return place in self.stations or self.cities.knows(place.split("/", 1)[0])


def register_stations(cities: CityNames | None = None) -> list[Station]:
    """Register every station of the lake that the register does not know yet, under its city.

    The kind is national, unless the name says otherwise: control points (对照点), stopped ones (停运) never
    count. A station whose city is not known, or whose code is taken by another place, is left out.

    Returns
    -------
    the stations added
    """
    names = cities or CityNames()
    lake = kernel.lake()
    if kernel.STATION_HOUR not in lake.kinds():
        return []
    known = set(Station.objects.values_list("place", flat=True))
    codes = set(Station.objects.values_list("code", flat=True))
    added: list[Station] = []
    for place in lake.places(kernel.STATION_HOUR):
        city = names.find(place.city or place.place.split("/", 1)[0])
        code = rules.station_code(place.place)
        if place.place in known or city is None or code in codes:
            continue
        name = (place.name or place.place).strip()
        says = rules.read_name(name)
        added.append(
            Station(code=code, name=name, region=city, place=place.place, kind=says.kind, active=says.active)
        )
        codes.add(code)
    return Station.objects.bulk_create(added)


def change_station(
    actor: Any,
    station: Station,
    *,
    region: Region | None = None,
    kind: str | None = None,
    active: bool | None = None,
    reason: str = "",
) -> Station:
    """Say where a station stands, what kind it is, and whether it runs. Figures follow at once.

    Raises
    ------
    LantianError
        no such kind, or nothing is changed
    """
    if kind is not None and kind not in Station.Kind.values:
        raise LantianError(
            f'"{kind}" is not a kind of station', remedy="Kinds are " + ", ".join(Station.Kind.values) + "."
        )
    wanted = {"region": region, "kind": kind, "active": active}
    changed = {name: value for name, value in wanted.items() if value not in (None, getattr(station, name))}
    if not changed:
        raise LantianError(f"{station.code}: nothing to change")
    with transaction.atomic():
        before = {name: _plain(getattr(station, name)) for name in changed}
        for name, value in changed.items():
            setattr(station, name, value)
        station.save(update_fields=list(changed))
        after = {name: _plain(value) for name, value in changed.items()}
        record(actor, "change", station, reason=reason, before=before, after=after)
    return station


def _plain(value: Any) -> Any:
    return value.code if isinstance(value, Region) else value


def _report_name(files: list[Path]) -> str:
    stem = rules.station_code(files[0].name.split(".")[0]) if files else "import"
    return f"{now():%Y%m%dT%H%M%S}Z-{stem}.refused.csv"
