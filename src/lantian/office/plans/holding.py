"""A file about which a question is open: held beside the kept files until it is answered, a day at most."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings

KEPT_FOR = 86400  # seconds: as long as the page that asks can be answered


def hold(content: bytes, sha256: str, suffix: str) -> None:
    """Hold a file; those whose question nobody answered within a day go."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    clear()
    part = folder / f".{sha256}{suffix}"
    part.write_bytes(content)
    part.replace(held_path(sha256, suffix))


def held_path(sha256: str, suffix: str) -> Path:
    """Where a held file lies: DATA/waiting/abcdef….pdf."""
    return _folder() / f"{sha256}{suffix}"


def clear() -> None:
    """Remove what was held for longer than a day. By the machine's clock, as files are dated by it."""
    if not _folder().is_dir():
        return
    for file in _folder().iterdir():
        with suppress(OSError):  # somebody answers at this moment
            if time.time() - file.stat().st_mtime > KEPT_FOR:
                file.unlink()


def _folder() -> Path:
    return Path(settings.DATA) / "waiting"
