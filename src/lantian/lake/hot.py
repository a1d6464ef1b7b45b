"""The hot part of a lake: a SQLite file beside the Parquet, for what arrives and is asked for at once.

This module knows files, transactions and what goes wrong with them, and nothing of what the tables hold. A
transaction of `Hot.writing` is durable when the block is left: write-ahead log, `synchronous=FULL`. Readers
never wait for the writer and see one state of the file for the length of `Hot.reading`.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

from lantian.errors import LantianError

FOLDER = "hot"
"""Where hot parts lie in the folder of a lake."""
WAIT = 20.0
"""Seconds a writer waits for another process's writer."""
ASK = 0.003
"""Seconds between two questions whether it is done."""
CHECKPOINT = 4000
"""Pages of the write-ahead log after which they go into the file."""
LOG_BYTES = 64 * 2**20
"""Bytes to which the write-ahead log is cut when it has grown beyond them."""
VACUUM = 250
"""Pages given back to the disk in one transaction."""
SHARE = 1.0
"""So many times as long as such a transaction took the file is left to others."""

REASONS = {
    sqlite3.SQLITE_FULL: ("disk_full", "the disk is full", "Make room; what was stored stays."),
    sqlite3.SQLITE_READONLY: ("read_only", "the file may not be written", "Give write permission back."),
    sqlite3.SQLITE_PERM: ("read_only", "the file may not be written", "Give write permission back."),
    sqlite3.SQLITE_BUSY: ("busy", "another process holds the file", "Wait until it is done."),
    sqlite3.SQLITE_LOCKED: ("busy", "another process holds the file", "Wait until it is done."),
    sqlite3.SQLITE_CORRUPT: ("damaged", "the file is damaged", "Restore it from a copy."),
    sqlite3.SQLITE_NOTADB: ("damaged", "the file is no database", "Restore it from a copy."),
    sqlite3.SQLITE_CANTOPEN: ("cannot_open", "the file cannot be opened", "Check its folder and permission."),
    sqlite3.SQLITE_IOERR: ("disk_error", "the disk reports an error", "Check the disk."),
}
"""By SQLite's primary result code: our short code, what happened, what to do."""


class NotStored(LantianError):  # noqa: N818 - said of data, not of a program
    """Nothing of this was stored. `reason` is a short stable code: `disk_full`, `read_only`, `busy` …"""

    def __init__(self, reason: str, what: str, *, where: str = "", remedy: str = "") -> None:
        self.reason = reason
        super().__init__(what, where=where, remedy=remedy)


class Hot:
    """One SQLite file: any number of readers, one writer at a time, in any number of threads and processes.

    Parameters
    ----------
    path
        the file; its folder is made where it is missing
    schema
        statements that make what is missing (`CREATE TABLE IF NOT EXISTS …`)
    create
        make the file when it is not there

    Raises
    ------
    LantianError
        when there is no such file and none is to be made
    NotStored
        when the file cannot be opened
    """

    def __init__(self, path: Path, schema: Sequence[str], *, create: bool = False) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._writer: tuple[int, sqlite3.Connection] | None = None
        self._idle: list[tuple[int, sqlite3.Connection]] = []
        self._all: list[sqlite3.Connection] = []
        weakref.finalize(self, _close, self._all)
        new = not path.exists()
        if new:
            if not create:
                raise LantianError("this file is not there", where=str(path))
            path.parent.mkdir(parents=True, exist_ok=True)
            # Passwords of devices and packets that name them are nobody else's business.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._file = self._identity()
        with self._told():
            if new or self._lacks(schema):
                connection = self._connection()
                self._begin(connection)
                for statement in schema:
                    connection.execute(statement)
                connection.execute("COMMIT")

    def close(self) -> None:
        """Close every connection. The object must not be used afterwards."""
        with self._lock:
            self._writer = None
            self._idle.clear()
            _close(self._all)

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it durable when the block is left, or, where anything was raised, none.

        Raises
        ------
        NotStored
            when the file could not take it
        """
        with self._lock, self._told():
            connection = self._connection()
            self._begin(connection)
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self._undo(connection)
                raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One state of the file, as it was when the block was entered."""
        with self._told():
            connection = self._borrow()
            try:
                connection.execute("BEGIN")
                # BEGIN alone fixes nothing: the first read does.
                connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                with self._lock:
                    self._idle.append((os.getpid(), connection))

    def shrink(self) -> int:
        """Give free pages back to the disk, a little at a time; returns the bytes of the file then."""
        free = -1
        while True:
            with self.unhurried(), self.writing() as connection:
                before, free = free, int(connection.execute("PRAGMA freelist_count").fetchone()[0])
                if free in (0, before):
                    break
                for _ in range(min(VACUUM, free)):
                    # Python steps this statement once, which gives back one page, whatever number it names.
                    connection.execute("PRAGMA incremental_vacuum(1)").fetchall()
        with self._lock, self._told():
            # What can be moved is, without waiting for readers; the rest is moved by a later one.
            self._connection().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        return self.path.stat().st_size

    @contextlib.contextmanager
    def unhurried(self) -> Iterator[None]:
        """For work that can wait, a little at a time: afterwards the file is left to others for as long."""
        begun = time.monotonic()
        yield
        time.sleep(ASK + SHARE * (time.monotonic() - begun))

    def _begin(self, connection: sqlite3.Connection) -> None:
        # SQLite asks again ever more seldom, so that who waits a while would come last. This asks steadily.
        end = time.monotonic() + WAIT
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
                time.sleep(ASK)
            else:
                return

    def _lacks(self, schema: Sequence[str]) -> bool:
        with self.reading() as connection:
            known = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
        # The name follows IF NOT EXISTS.
        wanted = {
            words.split("IF NOT EXISTS ", 1)[1].split("(")[0].split()[0]
            for words in schema
            if "IF NOT EXISTS " in words
        }
        return not wanted <= known

    def _connection(self) -> sqlite3.Connection:
        # What is written into a file that has lost its name is gone with the process.
        if self._identity() != self._file:
            raise NotStored(
                "moved",
                "the file was removed or replaced while it was in use",
                where=str(self.path),
                remedy="Put it back, or start again.",
            )
        # Keyed by process: a fork must not use its parent's connection.
        if self._writer is None or self._writer[0] != os.getpid():
            connection = self._opened()
            # See `_begin`.
            connection.execute(f"PRAGMA busy_timeout={round(ASK * 1000)}").fetchone()
            self._writer = (os.getpid(), connection)
        return self._writer[1]

    def _borrow(self) -> sqlite3.Connection:
        with self._lock:
            while self._idle:
                process, connection = self._idle.pop()
                if process == os.getpid():
                    return connection
            return self._opened()

    def _opened(self) -> sqlite3.Connection:
        # mode=rw: a file that is gone is not made anew, without tables, by whoever only wants to read.
        address = f"{self.path.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(
            address, timeout=WAIT, isolation_level=None, check_same_thread=False, uri=True
        )
        self._all.append(connection)
        if self.path.stat().st_size == 0:
            # Only a file without tables takes this setting.
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute("PRAGMA journal_mode=WAL").fetchone()
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT}").fetchone()
        connection.execute(f"PRAGMA journal_size_limit={LOG_BYTES}").fetchone()
        connection.execute("PRAGMA cache_size=-32768")
        return connection

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _undo(self, connection: sqlite3.Connection) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            # A connection that cannot even undo is not used again.
            self._writer = None
            with contextlib.suppress(sqlite3.Error):
                connection.close()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self.not_stored(error) from error

    def not_stored(self, error: sqlite3.Error) -> NotStored:
        """What SQLite's error means for whoever wanted to store something."""
        reason, what, remedy = REASONS.get(_code(error), ("error", str(error), "Look at the file."))
        return NotStored(reason, what, where=str(self.path), remedy=remedy)


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


def _close(connections: list[sqlite3.Connection]) -> None:
    for connection in connections:
        with contextlib.suppress(sqlite3.Error):
            connection.close()
    connections.clear()
