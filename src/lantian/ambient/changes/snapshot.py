"""What a bulletin was computed from: data version, rules, list of event days; frozen with its figures."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lantian import __version__
from lantian.ambient.changes.figures import Figures, Key, figures_of
from lantian.ambient.events.lists import DayList
from lantian.ambient.period import Period
from lantian.ambient.sources import version_of
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import BY_DATE, Rulebook, load

FORMAT = 1


@dataclass(frozen=True)
class Bulletin:
    """The figures of a period as they were when they were frozen: by place, figure and, for an AQI, day."""

    period: Period
    level: str
    regime: str
    groups: Mapping[str, str] | None
    figures: Mapping[Key, str | None]
    names: Mapping[str, str]


@dataclass(frozen=True)
class Snapshot:
    """Everything figures depend on: the version of the data, the rules, the list of event days.

    Reviews are in the version of the data. `bulletin` are the figures frozen with it, if any; `lantian` the
    version of the program that froze them, `texts` the rule files as loaded.
    """

    version: int
    rulebook: Rulebook
    day_list: DayList | None = None
    bulletin: Bulletin | None = None
    lantian: str = __version__
    taken: datetime | None = None
    texts: Mapping[str, Any] | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(
        cls,
        lake: Lake,
        *,
        as_of: int | datetime | None = None,
        rulebook: Rulebook | None = None,
        day_list: DayList | None = None,
    ) -> Snapshot:
        """The present state, or with `as_of` the data as they were.

        Raises
        ------
        LantianError
            there is no such version
        """
        return cls(version_of(lake, as_of), rulebook or load(), day_list)

    def frozen(
        self,
        lake: Lake,
        period: Period,
        *,
        level: str = "city",
        regime: str = BY_DATE,
        groups: Mapping[str, str] | None = None,
    ) -> Snapshot:
        """The snapshot with the figures of a bulletin: statistics, index, rank, days, each day's AQI."""
        found = figures_of(
            lake, period, level=level, regime=regime, groups=groups, version=self.version, book=self.rulebook,
            day_list=self.day_list,
        )  # fmt: skip
        bulletin = Bulletin(period, level, regime, groups, found.printed, found.names)
        return replace(self, bulletin=bulletin, taken=datetime.now(UTC).replace(microsecond=0))

    def save(self, path: Path) -> None:
        """Write it as JSON; `load` reads it back, rules and all, whatever becomes of the rule files."""
        body: dict[str, Any] = {
            "format": FORMAT,
            "lantian": self.lantian,
            "taken": None if self.taken is None else self.taken.isoformat(),
            "data_version": self.version,
            "rulebook": self.texts or _texts(self.rulebook),
            "day_list": None if self.day_list is None else self.day_list.as_dict(),
            "bulletin": None if self.bulletin is None else _bulletin(self.bulletin),
        }
        path.write_text(json.dumps(body, ensure_ascii=False, indent=1), "utf-8")

    @classmethod
    def load(cls, path: Path) -> Snapshot:
        """Read what `save` wrote.

        Raises
        ------
        LantianError
            this is no snapshot
        """
        try:
            body = json.loads(path.read_text("utf-8"))
            if body["format"] != FORMAT:
                raise KeyError("format")
            return cls(
                version=int(body["data_version"]),
                rulebook=_rulebook(body["rulebook"]),
                day_list=None if body["day_list"] is None else DayList.from_dict(body["day_list"]),
                bulletin=None if body["bulletin"] is None else _read_bulletin(body["bulletin"]),
                lantian=str(body["lantian"]),
                texts=body["rulebook"],
                taken=None if body["taken"] is None else datetime.fromisoformat(body["taken"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise LantianError(
                "this is not a frozen bulletin",
                where=str(path),
                remedy="Make one with lantian changes --store DIR --period 2019-06 --freeze FILE.",
            ) from error


def _bulletin(bulletin: Bulletin) -> dict[str, Any]:
    places: dict[str, dict[str, Any]] = {}
    for (place, figure, day), value in bulletin.figures.items():
        own = places.setdefault(place, {"name": bulletin.names[place], "figures": {}, "days": {}})
        if day is None:
            own["figures"][figure] = value
        else:
            own["days"].setdefault(figure, {})[day] = value
    return {
        "period": bulletin.period.label,
        "level": bulletin.level,
        "regime": bulletin.regime,
        "groups": None if bulletin.groups is None else dict(bulletin.groups),
        "places": places,
    }


def _read_bulletin(body: Mapping[str, Any]) -> Bulletin:
    figures: dict[Key, str | None] = {}
    for place, own in body["places"].items():
        figures.update({(place, figure, None): value for figure, value in own["figures"].items()})
        for figure, days in own["days"].items():
            figures.update({(place, figure, day): value for day, value in days.items()})
    return Bulletin(
        Period.parse(body["period"]),
        body["level"],
        body["regime"],
        body["groups"],
        figures,
        {place: own["name"] for place, own in body["places"].items()},
    )


def _texts(book: Rulebook) -> dict[str, Any]:
    """Every rule file, so that the rules can be had again when the program has others."""
    return {
        "digest": book.digest,
        "packaged": [
            {"name": file.relative_to(book.folder).as_posix(), "text": file.read_text("utf-8")}
            for file in sorted(book.folder.rglob("*.yaml"))
        ],
        "own": [{"name": file.name, "text": file.read_text("utf-8")} for file in book.extra],
    }


def _rulebook(body: Mapping[str, Any]) -> Rulebook:
    """The rules as they were: today's own when they are the same, else out of the texts kept."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        own = [_write(root / "own" / str(at), file) for at, file in enumerate(body["own"])]
        book = load(own)
        if book.digest != body["digest"]:
            for file in body["packaged"]:
                _write(root / "packaged", file)
            book = Rulebook(root / "packaged", tuple(own))
        # Every tree is read while the files are there.
        book.paths()
        if book.digest != body["digest"]:
            raise ValueError("the rules in the file are not those of its digest")
        return book


def _write(folder: Path, file: Mapping[str, str]) -> Path:
    path = folder / file["name"]
    if ".." in Path(file["name"]).parts or Path(file["name"]).is_absolute():
        raise ValueError(file["name"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(file["text"], "utf-8")
    return path


__all__ = ["Bulletin", "Figures", "Snapshot"]
