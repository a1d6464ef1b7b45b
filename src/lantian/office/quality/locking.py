"""One at a time: locks of the data folder that the system lets go of even when a process is killed."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

DECIDING, SCREENING = "deciding", "screening"


class BusyError(Exception):
    """Someone else holds the lock."""


@contextmanager
def alone(name: str, *, wait: bool = True) -> Iterator[None]:
    """Hold a lock of this office.

    Raises
    ------
    BusyError
        another process or thread holds it, and `wait` is false
    """
    folder = Path(settings.DATA) / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    # Opened anew each time: the lock belongs to the open file, so threads of one process exclude each other.
    with (folder / f"{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError as error:
            raise BusyError(name) from error
        yield
