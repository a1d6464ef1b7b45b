"""Which database the office keeps its records in: SQLite in the data folder, or PostgreSQL by address."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from lantian.errors import LantianError

SHAPE = "postgres://user:password@host:5432/name"
WHERE = "DATABASE_URL"


def database(url: str, data: Path) -> dict[str, Any]:
    """Django's description of the database.

    Parameters
    ----------
    url
        the value of `DATABASE_URL`; empty means SQLite in the data folder
    data
        the office's data folder

    Returns
    -------
    one entry of Django's `DATABASES`

    Raises
    ------
    LantianError
        for an address that is not one of PostgreSQL, and when the PostgreSQL driver is not installed
    """
    return postgres(url.strip()) if url.strip() else sqlite(data / "db.sqlite3")


def sqlite(file: Path) -> dict[str, Any]:
    """SQLite for several workers: write-ahead log, waiting instead of failing."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": {
            # A transaction that begins by reading and then writes cannot wait for the lock: take it at once.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
        },
    }


def postgres(url: str) -> dict[str, Any]:
    """PostgreSQL at an address like `postgres://user:password@host:5432/name?sslmode=require`."""
    parts = urlsplit(url)
    remedy = f"Write {SHAPE}, or leave it unset for SQLite."
    if parts.scheme not in {"postgres", "postgresql"}:
        raise LantianError(
            f'"{parts.scheme or url}" is not a database Lantian knows', where=WHERE, remedy=remedy
        )
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise LantianError("the address names no database", where=WHERE, remedy=remedy)
    try:
        port = parts.port
    except ValueError:
        raise LantianError(
            "the port is not a number between 1 and 65535", where=WHERE, remedy=remedy
        ) from None
    if importlib.util.find_spec("psycopg") is None:
        raise LantianError(
            "PostgreSQL needs a driver that is not installed",
            where=WHERE,
            remedy="Run: pip install lantian[postgres]",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
