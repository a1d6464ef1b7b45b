"""The line's store: `Line.open`, `write`, `values`; devices, refusals, requests."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import pyarrow as pa

from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.lake.hot import FOLDER
from lantian.lake.reading import Moment
from lantian.telemetry.store import compaction, reading, spreading
from lantian.telemetry.store.arrival import Arrival, Outcome
from lantian.telemetry.store.compaction import Compacted
from lantian.telemetry.store.devices import Devices
from lantian.telemetry.store.packets import Limits, Packets
from lantian.telemetry.store.reading import Versions, Wanted
from lantian.telemetry.store.refusals import Refusals, Refused
from lantian.telemetry.store.registry import open_registry
from lantian.telemetry.store.requests import Requests

HOT = Path("lake") / FOLDER / "line.sqlite"
"""In the data folder."""


class Line:
    """Everything devices sent, in the data folder of an office: `lake/` and `line/`.

    Any number of processes may read and write at once: a server, pages, the command line.
    """

    def __init__(self, data: Path, lake: Lake, packets: Packets) -> None:
        self.data = data
        self.lake = lake
        self.packets = packets
        self._registry = open_registry(data, create=True)
        self.devices = Devices(self._registry)
        self.refused = Refusals(self._registry)
        self.requests = Requests(self._registry)

    @classmethod
    def open(cls, data: str | Path, *, create: bool = False, limits: Limits | None = None) -> Line:
        """Open the line of a data folder.

        Parameters
        ----------
        data
            the office's data folder
        create
            make what is missing
        limits
            other limits than those of the rulebook

        Raises
        ------
        LantianError
            when there is no line in the folder and none is to be made, or a file cannot be used
        """
        folder = Path(data).absolute()
        if not create and not (folder / HOT).exists():
            raise LantianError(
                "there is no line here" if folder.is_dir() else "there is no such folder",
                where=str(data),
                remedy=f"Start it with: lantian telemetry listen --data {data}",
            )
        lake = Lake.open(folder / "lake", create=True)
        packets = Packets(folder / HOT, create=create, limits=limits)
        packets.never_below(max(reading.watermark(lake, kind) for kind in (reading.VALUE, reading.PACKET)))
        return cls(folder, lake, packets)

    def close(self) -> None:
        """Close the files; the line must not be used afterwards."""
        self.packets.file.close()
        self._registry.close()

    def write(self, arrivals: Sequence[Arrival]) -> list[Outcome]:
        """Store packets: one transaction, durable when this returns. One outcome a packet, in their order.

        A packet that was stored before is not stored again: `duplicate`, or `replayed` when it comes later
        than the rule `telemetry.line.replay_after` after the first one and does not say itself that it is a
        supplement. The same device, command, number and time with other content is a new version beside the
        old one.

        Raises
        ------
        NotStored
            when the disk does not take it; nothing of the group is stored then, and nothing was lost
        """
        outcomes = self.packets.write(arrivals)
        told = [
            (arrival.place, arrival.peer, outcome, arrival.segment, arrival.received_at)
            for arrival, outcome in zip(arrivals, outcomes, strict=True)
            if outcome in ("replayed", "refused")
        ]
        if told:
            self.refused.add_many(told)
        return outcomes

    def values(
        self,
        *,
        places: Collection[str] | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        cns: Collection[str] | None = None,
        factors: Collection[str] | None = None,
        fields: Collection[str] | None = None,
        versions: Versions = "latest",
        quality: Literal["any", "clean"] = "any",
        canonical: bool = False,
    ) -> pa.Table:
        """What devices sent, whether hot or in Parquet: a row a value, in the columns of `values.VALUES`.

        Parameters
        ----------
        places
            devices; None for all
        since, until
            aware instants or local days, both included, compared with the time as sent
        cns, factors, fields
            only these commands, factor codes, fields; None for all
        versions
            `latest`: each value as it was sent last. `all`: also those that a later packet replaced
        quality
            `clean`: only values of which nothing was odd
        canonical
            factor codes of the standard in place of those sent: by the device's own mapping first, then by
            the list of old codes; `factors` are codes of the standard then

        Returns
        -------
        sorted by place, time, cn, factor, field and order of arrival
        """
        wanted = Wanted.of(
            places, since, until, cns=cns, factors=None if canonical else factors, fields=fields
        )
        table = self.read(wanted)
        if canonical:
            table = self._canonical(table)
            if factors is not None:
                table = table.filter(_is_in(table["factor"], factors))
        if versions == "latest":
            table = reading.newest(table)
        if quality == "clean":
            table = reading.clean(table)
        return reading.in_order(table)

    def refuse(self, mn: str, peer: str, reason: str, raw: bytes, at: datetime) -> None:
        """Record that a packet was not taken: see `Refusals`."""
        self.refused.add(mn, peer, reason, raw, at)

    def refusals(
        self,
        *,
        mn: str | None = None,
        reason: str | None = None,
        since: datetime | None = None,
        limit: int = 1000,
    ) -> list[Refused]:
        """What was not taken, newest first: see `Refusals.all`."""
        return self.refused.all(mn=mn, reason=reason, since=since, limit=limit)

    @property
    def newest(self) -> int:
        """The number of the newest packet; 0 for none. It grows with every packet stored."""
        return self.packets.newest

    def newest_received(self) -> datetime | None:
        """When the newest packet came, or the first instant of its day where all have gone to Parquet."""
        return self.packets.newest_received()

    def compact(self, now: datetime) -> Compacted:
        """Bring packets of days that are over out of the hot part into Parquet, and forget what is older
        than the rule `telemetry.line.seen_for`. Pages and the server go on meanwhile.

        Parameters
        ----------
        now
            aware; days before its local day, by when packets came, are over

        Raises
        ------
        LantianError
            when another compaction runs
        NotStored
            when the disk does not take it; a later run goes on from there
        """
        return compaction.compact(self.lake, self.packets, self.devices, now)

    def read(self, wanted: Wanted) -> pa.Table:
        """All versions of the wanted values, hot and Parquet, in no order."""
        with self.packets.file.reading() as connection:
            # After the hot part's state is fixed, not before: see `reading`.
            version = self.lake.version
            after = reading.watermark(self.lake, reading.VALUE, version)
            packets = reading.hot_packets(connection, wanted, after)
        hot = spreading.spread(
            packets, self.devices.keys() if packets else _no_key, factors=wanted.factors, fields=wanted.fields
        )
        if not after:
            return hot
        return pa.concat_tables([reading.parquet(self.lake, wanted, version), hot])

    def _canonical(self, table: pa.Table) -> pa.Table:
        return spreading.canonical(table, self.devices.mappings())


def _no_key(place: str, stamp: int) -> bytes | None:
    return None


def _is_in(column: pa.ChunkedArray, words: Collection[str]) -> pa.ChunkedArray:
    import pyarrow.compute as pc

    return pc.is_in(column, pa.array(sorted(words), pa.string()))
