"""What the line did not take, and why: counted by minute, so that a flood is one row and not a million."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lantian.lake.hot import Hot
from lantian.rulebook import load
from lantian.telemetry.store.arrival import micros, moment

EXCERPT = 400
"""Bytes kept of a refused packet."""
MINUTE = 60_000_000
SWEEP = 1000
"""New rows after which the oldest are looked at."""
NAMES = 64
"""Signs kept of a number or an address that may be anything."""
# A piece of noise may begin within the word.
_PASSWORD = re.compile(rb"((?:PW|\AW|NewPW|NewSK)\s*=\s*)[^;,&]*", re.IGNORECASE)
# A vehicle's login: head, time and serial number, then the card that is its password.
_CARD = re.compile(rb"(##\x01.{29}).{1,20}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Refused:
    """Packets of one device, peer and reason within a minute: how many, and the first of them.

    `excerpt` is its beginning; passwords in it are struck out.
    """

    mn: str
    peer: str
    reason: str
    excerpt: bytes
    first_at: datetime
    last_at: datetime
    count: int


class Refusals:
    """The record of refusals in the registry of a line."""

    def __init__(self, file: Hot) -> None:
        self._file = file

    def add(self, mn: str, peer: str, reason: str, raw: bytes, at: datetime) -> None:
        """Record one refusal."""
        self.add_many([(mn, peer, reason, raw, at)])

    def add_many(self, refused: Sequence[tuple[str, str, str, bytes, datetime]]) -> None:
        """Record refusals in one transaction: device, peer, reason, packet, instant of each."""
        rows = [
            (
                _short(mn),
                _short(peer),
                reason,
                masked(raw[:EXCERPT]),
                micros(at),
                micros(at),
                micros(at) // MINUTE,
            )
            for mn, peer, reason, raw, at in refused
        ]
        with self._file.writing() as connection:
            before = connection.execute("SELECT max(id) FROM refusal").fetchone()[0] or 0
            connection.executemany(
                "INSERT INTO refusal (mn, peer, reason, excerpt, first_at, last_at, minute, count) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT (mn, peer, reason, minute) DO UPDATE SET "
                "count = count + 1, last_at = max(last_at, excluded.last_at)",
                rows,
            )
            after = connection.execute("SELECT max(id) FROM refusal").fetchone()[0] or 0
            if after // SWEEP != before // SWEEP:
                most = int(load().rule("telemetry.line.refusals").number)
                connection.execute(
                    "DELETE FROM refusal WHERE id <= "
                    "(SELECT id FROM refusal ORDER BY id DESC LIMIT 1 OFFSET ?)",
                    (most,),
                )

    def all(
        self,
        *,
        mn: str | None = None,
        reason: str | None = None,
        since: datetime | None = None,
        limit: int = 1000,
    ) -> list[Refused]:
        """Refusals, newest first.

        Parameters
        ----------
        mn, reason
            only of this device, for this reason
        since
            aware; only those that went on after it
        limit
            at most so many
        """
        with self._file.reading() as connection:
            rows = connection.execute(
                "SELECT mn, peer, reason, excerpt, first_at, last_at, count FROM refusal "
                "WHERE mn = coalesce(?, mn) "
                "AND reason = coalesce(?, reason) AND last_at >= ? ORDER BY last_at DESC, id DESC LIMIT ?",
                (mn, reason, -(2**62) if since is None else micros(since), limit),
            ).fetchall()
        return [
            Refused(mn, peer, why, excerpt, moment(first), moment(last), count)
            for mn, peer, why, excerpt, first, last, count in rows
        ]

    def counts(self, *, since: datetime | None = None) -> dict[str, int]:
        """How many packets were refused for each reason."""
        with self._file.reading() as connection:
            rows = connection.execute(
                "SELECT reason, sum(count) FROM refusal WHERE last_at >= ? GROUP BY reason ORDER BY reason",
                (-(2**62) if since is None else micros(since),),
            ).fetchall()
        return dict(rows)


def masked(raw: bytes) -> bytes:
    """A packet without its passwords, keys and cards."""
    return _CARD.sub(rb"\1***", _PASSWORD.sub(rb"\1***", raw))


def _short(words: str) -> str:
    return words[:NAMES].encode("utf-8", "backslashreplace").decode()
