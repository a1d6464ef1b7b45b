"""What sites are asked for: an outbox that the server empties and every page can look into."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from lantian.errors import LantianError
from lantian.lake.hot import Hot
from lantian.telemetry.store.arrival import micros, moment

RequestState = Literal["queued", "sent", "accepted", "refused", "done", "failed", "timed_out"]
STATES: tuple[RequestState, ...] = ("queued", "sent", "accepted", "refused", "done", "failed", "timed_out")
OPEN: tuple[RequestState, ...] = ("queued", "sent", "accepted")
"""States that go on."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a site.

    `params` become the CP of the packet; `tries` counts how often it was sent, `qn` is the number it was sent
    with last, `qn_rtn` and `exe_rtn` what the site answered (9011, 9012), `at` when its state last changed.
    """

    id: int
    mn: str
    st: str
    cn: str
    params: Mapping[str, str]
    asked_by: str
    state: RequestState
    tries: int
    qn: str | None
    qn_rtn: int | None
    exe_rtn: int | None
    asked_at: datetime
    sent_at: datetime | None
    at: datetime


_SELECT = (
    "SELECT id, mn, st, cn, params, asked_by, state, tries, qn, qn_rtn, exe_rtn, asked_at, sent_at, at "
    "FROM request "
)


class Requests:
    """The outbox in the registry of a line."""

    def __init__(self, file: Hot) -> None:
        self._file = file

    @property
    def version(self) -> int:
        """Grows with every new request: a server that looks here need not search."""
        with self._file.reading() as connection:
            return int(connection.execute("SELECT value FROM version WHERE name = 'requests'").fetchone()[0])

    def ask(
        self,
        mn: str,
        cn: str,
        params: Mapping[str, str] | None = None,
        *,
        asked_by: str,
        st: str = "",
        at: datetime | None = None,
    ) -> Request:
        """Put a request into the outbox.

        Parameters
        ----------
        mn, cn, params
            which device, which command, what goes into its CP
        asked_by
            who wants it
        st
            kind of system; the server chooses where it is empty
        """
        stamp = micros(at or datetime.now(UTC))
        with self._file.writing() as connection:
            connection.execute("UPDATE version SET value = value + 1 WHERE name = 'requests'")
            number = connection.execute(
                "INSERT INTO request (mn, st, cn, params, asked_by, state, tries, asked_at, at) "
                "VALUES (?, ?, ?, ?, ?, 'queued', 0, ?, ?)",
                (mn, st, cn, json.dumps(dict(params or {}), ensure_ascii=False), asked_by, stamp, stamp),
            ).lastrowid
        return Request(
            int(number or 0), mn, st, cn, dict(params or {}), asked_by, "queued", 0, None, None, None,
            moment(stamp), None, moment(stamp),
        )  # fmt: skip

    def get(self, number: int) -> Request | None:
        """The request of this number."""
        with self._file.reading() as connection:
            row = connection.execute(_SELECT + "WHERE id = ?", (number,)).fetchone()
        return _request(row) if row else None

    def all(self, *, mn: str | None = None, limit: int = 1000) -> list[Request]:
        """Requests, newest first, of one device or of all."""
        with self._file.reading() as connection:
            rows = connection.execute(
                _SELECT + "WHERE mn = coalesce(?, mn) ORDER BY id DESC LIMIT ?",
                (mn, limit),
            ).fetchall()
        return [_request(row) for row in rows]

    def open(self, *, mn: str | None = None) -> list[Request]:
        """Requests that are not at their end, oldest first."""
        with self._file.reading() as connection:
            rows = connection.execute(
                _SELECT + "WHERE state IN (?, ?, ?) AND mn = coalesce(?, mn) ORDER BY id",
                (*OPEN, mn),
            ).fetchall()
        return [_request(row) for row in rows]

    def turn(
        self,
        number: int,
        state: RequestState,
        *,
        at: datetime,
        qn: str | None = None,
        qn_rtn: int | None = None,
        exe_rtn: int | None = None,
    ) -> None:
        """Note what became of a request; `sent` counts a try. What is not given stays.

        Raises
        ------
        LantianError
            when there is no such request or state
        """
        if state not in STATES:
            raise LantianError(f"no state '{state}'", remedy=f"Give {', '.join(STATES)}.")
        stamp = micros(at)
        with self._file.writing() as connection:
            changed = connection.execute(
                "UPDATE request SET state = ?, at = ?, qn = coalesce(?, qn), "
                "qn_rtn = coalesce(?, qn_rtn), "
                "exe_rtn = coalesce(?, exe_rtn), tries = tries + ?, "
                "sent_at = coalesce(?, sent_at) WHERE id = ?",
                (
                    state, stamp, qn, qn_rtn, exe_rtn, int(state == "sent"),
                    stamp if state == "sent" else None, number,
                ),
            ).rowcount  # fmt: skip
        if not changed:
            raise LantianError(f"there is no request {number}")


def _request(row: tuple[Any, ...]) -> Request:
    number, mn, st, cn, params, asked_by, state, tries, qn, qn_rtn, exe_rtn, asked, sent, at = row
    return Request(
        number, mn, st, cn, json.loads(params), asked_by, state, tries, qn, qn_rtn, exe_rtn,
        moment(asked), None if sent is None else moment(sent), moment(at),
    )  # fmt: skip
