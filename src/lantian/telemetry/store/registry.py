"""The registry of the line: one SQLite file for devices, what was refused, and what sites are asked for.

It stands beside the packets, not among them, so that a page that blocks a device never waits for a group of
packets, nor they for it. Only its owner may read the file: it holds the passwords of the sites.
"""

from __future__ import annotations

from pathlib import Path

from lantian.lake.hot import Hot

FILE = Path("line") / "registry.sqlite"
"""In the data folder."""

SCHEMA = (
    """CREATE TABLE IF NOT EXISTS device (
        mn TEXT PRIMARY KEY, state TEXT NOT NULL, password TEXT NOT NULL,
        body TEXT NOT NULL) WITHOUT ROWID""",
    # What changes with every packet stands apart: the registry's version counts what people decide.
    """CREATE TABLE IF NOT EXISTS live (
        mn TEXT PRIMARY KEY, first_seen INTEGER, last_seen INTEGER, last_data_time INTEGER,
        connected INTEGER NOT NULL DEFAULT 0, peer TEXT NOT NULL DEFAULT '',
        counters TEXT NOT NULL DEFAULT '{}') WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS sm4 (
        mn TEXT NOT NULL, since INTEGER NOT NULL, key BLOB, PRIMARY KEY (mn, since)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS refusal (
        id INTEGER PRIMARY KEY, mn TEXT NOT NULL, peer TEXT NOT NULL, reason TEXT NOT NULL,
        excerpt BLOB NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, count INTEGER NOT NULL,
        minute INTEGER NOT NULL, UNIQUE (mn, peer, reason, minute))""",
    """CREATE TABLE IF NOT EXISTS request (
        id INTEGER PRIMARY KEY AUTOINCREMENT, mn TEXT NOT NULL, st TEXT NOT NULL, cn TEXT NOT NULL,
        params TEXT NOT NULL, asked_by TEXT NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL, qn TEXT,
        qn_rtn INTEGER, exe_rtn INTEGER, asked_at INTEGER NOT NULL, sent_at INTEGER, at INTEGER NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS request_of_device ON request (mn, id)",
    "CREATE INDEX IF NOT EXISTS request_of_state ON request (state, id)",
    "CREATE TABLE IF NOT EXISTS version (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
    "INSERT INTO version SELECT 'devices', 0 WHERE NOT EXISTS (SELECT 1 FROM version)",
    "INSERT INTO version VALUES ('requests', 0) ON CONFLICT DO NOTHING",
)


def open_registry(data: Path, *, create: bool = False) -> Hot:
    """The registry of a data folder."""
    return Hot(data / FILE, SCHEMA, create=create)
