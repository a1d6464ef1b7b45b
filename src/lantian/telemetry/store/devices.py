"""The devices the line knows: who may send, with which password, in which units, when it was heard."""

from __future__ import annotations

import hmac
import json
import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any, Literal

from lantian.errors import LantianError
from lantian.lake.hot import Hot
from lantian.rulebook import load
from lantian.telemetry.store.arrival import micros, moment
from lantian.telemetry.store.spreading import Keys

State = Literal["unconfirmed", "confirmed", "blocked"]
MN_MOST = 40
SM4_KEY = 16
STATES: tuple[State, ...] = ("unconfirmed", "confirmed", "blocked")

_Words = dict[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Device:
    """One device of the line.

    What people decide: `name`, `state`, `password`, `generation` (2005, 2017, 2025), `st` (kinds of system it
    may send; empty for any), `sm4_key` (16 bytes), `need_sm4`, `need_tls`, `addresses` (networks it may come
    from; empty for any), `per_minute` (packets; None for the server's own limit), `mapping` (code as sent →
    code of the standard), `units` (code → unit as sent).

    What the line saw: `first_seen`, `last_seen`, `last_data_time`, `connected`, `peer`, `counters`.
    """

    mn: str
    name: str = ""
    state: State = "confirmed"
    password: str = field(default="", repr=False)
    generation: int | None = None
    st: frozenset[str] = frozenset()
    sm4_key: bytes | None = field(default=None, repr=False)
    need_sm4: bool = False
    need_tls: bool = False
    addresses: tuple[str, ...] = ()
    per_minute: int | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    last_data_time: datetime | None = None
    connected: bool = False
    peer: str = ""
    counters: Mapping[str, int] = field(default_factory=dict)

    def accepts(self, password: str) -> bool:
        """Whether this is its password; takes as long for a wrong one as for the right one."""
        return hmac.compare_digest(password.encode("utf-8", "replace"), self.password.encode())


@dataclass(frozen=True, slots=True)
class Sighting:
    """What the server saw of a device since it last said so. Counts are added to those before."""

    mn: str
    at: datetime
    data_time: datetime | None = None
    connected: bool | None = None
    peer: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


_BODY = (
    "name", "generation", "st", "need_sm4", "need_tls", "addresses", "per_minute", "mapping", "units",
)  # fmt: skip
_SELECT = (
    "SELECT device.mn, state, password, body, "
    "first_seen, last_seen, last_data_time, connected, peer, counters, "
    "(SELECT key FROM sm4 WHERE sm4.mn = device.mn ORDER BY since DESC LIMIT 1) "
    "FROM device LEFT JOIN live ON live.mn = device.mn"
)


class Devices:
    """The register of devices in the registry of a line."""

    def __init__(self, file: Hot) -> None:
        self._file = file
        self._told: tuple[int, _Words, _Words] = (-1, {}, {})

    @property
    def version(self) -> int:
        """Grows with everything that people decide about devices; sightings do not move it."""
        with self._file.reading() as connection:
            return _version(connection)

    def get(self, mn: str) -> Device | None:
        """The device of this number."""
        with self._file.reading() as connection:
            row = connection.execute(f"{_SELECT} WHERE device.mn = ?", (mn,)).fetchone()
        return _device(row) if row else None

    def all(self) -> list[Device]:
        """Every device, by number."""
        with self._file.reading() as connection:
            rows = connection.execute(f"{_SELECT} ORDER BY device.mn").fetchall()
        return [_device(row) for row in rows]

    def put(self, *devices: Device, at: datetime | None = None) -> None:
        """Write devices, new or known, in one transaction; what the line saw of them stays.

        Parameters
        ----------
        devices
            as they shall be
        at
            from when a new SM4 key holds; now when left out
        """
        for device in devices:
            _check(device)
        stamp = micros(at or datetime.now(UTC))
        with self._file.writing() as connection:
            for device in devices:
                _put(connection, device, stamp)
            _grow(connection)

    def confirm(self, mn: str) -> Device:
        """Take a device as known. Raises LantianError where there is none."""
        return self._turn(mn, "confirmed")

    def block(self, mn: str) -> Device:
        """Take nothing more from a device. Raises LantianError where there is none."""
        return self._turn(mn, "blocked")

    def forget(self, mn: str) -> None:
        """Strike a device off; what it sent stays. Raises LantianError where there is none."""
        self._known(mn)
        with self._file.writing() as connection:
            connection.execute("DELETE FROM device WHERE mn = ?", (mn,))
            connection.execute("DELETE FROM live WHERE mn = ?", (mn,))
            connection.execute("DELETE FROM sm4 WHERE mn = ?", (mn,))
            _grow(connection)

    def enrol(
        self,
        mn: str,
        password: str,
        *,
        at: datetime,
        generation: int | None = None,
        peer: str = "",
    ) -> Device | None:
        """Take in a device by its first packet: its password holds from now on, and it stays unconfirmed.

        Returns the device that has this number now, be it this one or one that came before; None when there
        are as many unconfirmed devices as the rule `telemetry.line.unconfirmed` allows.
        """
        device = Device(mn, state="unconfirmed", password=password, generation=generation)
        _check(device)
        most = int(load().rule("telemetry.line.unconfirmed").number)
        with self._file.writing() as connection:
            known = connection.execute("SELECT 1 FROM device WHERE mn = ?", (mn,)).fetchone()
            if not known:
                count = connection.execute(
                    "SELECT count(*) FROM device WHERE state = 'unconfirmed'"
                ).fetchone()
                if count[0] >= most:
                    return None
                _put(connection, device, micros(at))
                _grow(connection)
                _saw(connection, Sighting(mn, at, peer=peer or None))
        return self.get(mn)

    def saw(self, sightings: Iterable[Sighting]) -> None:
        """Note what the server saw, in one transaction; of devices the registry does not know, nothing."""
        with self._file.writing() as connection:
            for sighting in sightings:
                _saw(connection, sighting)

    def disconnected(self) -> None:
        """No device is connected: what a server says when it starts."""
        with self._file.writing() as connection:
            connection.execute("UPDATE live SET connected = 0, peer = '' WHERE connected")

    def mappings(self) -> Mapping[str, Mapping[str, str]]:
        """Mappings of codes, of devices that have one; read again only when somebody decided something."""
        return self._decided()[1]

    def units(self) -> Mapping[str, Mapping[str, str]]:
        """Units by code, of devices for which people set some."""
        return self._decided()[2]

    def _decided(self) -> tuple[int, _Words, _Words]:
        version = self.version
        if self._told[0] != version:
            known = self.all()
            self._told = (
                version,
                {device.mn: device.mapping for device in known if device.mapping},
                {device.mn: device.units for device in known if device.units},
            )
        return self._told

    def keys(self) -> Keys:
        """Gives the SM4 key a device had at an instant [µs since 1970]: the one that held then; the first
        one for what came before it.
        """
        with self._file.reading() as connection:
            rows = connection.execute("SELECT mn, since, key FROM sm4 ORDER BY mn, since").fetchall()
        known: dict[str, list[tuple[int, bytes | None]]] = {}
        for mn, since, key in rows:
            known.setdefault(mn, []).append((since, key))

        def key_at(mn: str, stamp: int) -> bytes | None:
            found = known.get(mn)
            if not found:
                return None
            return found[max(0, bisect_right(found, stamp, key=lambda entry: entry[0]) - 1)][1]

        return key_at

    def _known(self, mn: str) -> Device:
        found = self.get(mn)
        if found is None:
            raise LantianError(f"there is no device {mn}", remedy="See: lantian telemetry devices list")
        return found

    def _turn(self, mn: str, state: State) -> Device:
        self._known(mn)
        with self._file.writing() as connection:
            connection.execute("UPDATE device SET state = ? WHERE mn = ?", (state, mn))
            _grow(connection)
        return self._known(mn)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT value FROM version WHERE name = 'devices'").fetchone()[0])


def _grow(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE version SET value = value + 1 WHERE name = 'devices'")


def _put(connection: sqlite3.Connection, device: Device, stamp: int) -> None:
    plain = asdict(device)
    body = {name: plain[name] for name in _BODY} | {"st": sorted(device.st)}
    connection.execute(
        "INSERT INTO device VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "state = excluded.state, password = excluded.password, body = excluded.body",
        (device.mn, device.state, device.password, json.dumps(body, ensure_ascii=False)),
    )
    newest = connection.execute(
        "SELECT key FROM sm4 WHERE mn = ? ORDER BY since DESC LIMIT 1", (device.mn,)
    ).fetchone()
    # Old keys stay: what was encrypted with them is read with them.
    if (newest[0] if newest else None) != device.sm4_key:
        connection.execute(
            "INSERT INTO sm4 VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET key = excluded.key",
            (device.mn, stamp, device.sm4_key),
        )


def _saw(connection: sqlite3.Connection, seen: Sighting) -> None:
    row = connection.execute(
        "SELECT first_seen, last_seen, last_data_time, connected, peer, counters FROM live WHERE mn = ?",
        (seen.mn,),
    ).fetchone()
    if row is None and not connection.execute("SELECT 1 FROM device WHERE mn = ?", (seen.mn,)).fetchone():
        return
    first, last, data, connected, peer, counters = row or (None, None, None, 0, "", "{}")
    at = micros(seen.at)
    counts = json.loads(counters)
    for name, count in seen.counts.items():
        counts[name] = counts.get(name, 0) + count
    if seen.data_time is not None:
        data = max(data or 0, micros(seen.data_time))
    connection.execute(
        "INSERT INTO live VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "first_seen = excluded.first_seen, "
        "last_seen = excluded.last_seen, last_data_time = excluded.last_data_time, "
        "connected = excluded.connected, peer = excluded.peer, counters = excluded.counters",
        (
            seen.mn, at if first is None else first, max(at, last or at), data,
            connected if seen.connected is None else int(seen.connected),
            peer if seen.peer is None else seen.peer, json.dumps(counts),
        ),
    )  # fmt: skip


def _device(row: tuple[Any, ...]) -> Device:
    mn, state, password, body, first, last, data, connected, peer, counters, key = row
    plain = json.loads(body)
    return Device(
        **{**plain, "st": frozenset(plain["st"]), "addresses": tuple(plain["addresses"])},
        mn=mn, state=state, password=password, sm4_key=key,
        first_seen=None if first is None else moment(first),
        last_seen=None if last is None else moment(last),
        last_data_time=None if data is None else moment(data),
        connected=bool(connected), peer=peer or "", counters=json.loads(counters or "{}"),
    )  # fmt: skip


def _check(device: Device) -> None:
    where = f"device {device.mn!r}"
    if not device.mn or len(device.mn) > MN_MOST or not device.mn.isprintable():
        raise LantianError(
            "this is no number of a device", where=where, remedy=f"Give 1 to {MN_MOST} printable signs."
        )
    if device.state not in STATES:
        raise LantianError(f"no state '{device.state}'", where=where, remedy=f"Give {', '.join(STATES)}.")
    if device.sm4_key is not None and len(device.sm4_key) != SM4_KEY:
        raise LantianError(
            f"an SM4 key has {SM4_KEY} bytes, not {len(device.sm4_key)}",
            where=where,
            remedy="Give 32 hex digits.",
        )
    for network in device.addresses:
        try:
            ip_network(network, strict=False)
        except ValueError as error:
            raise LantianError(
                f"'{network}' is no network", where=where, remedy="Give one such as 10.1.0.0/16."
            ) from error
