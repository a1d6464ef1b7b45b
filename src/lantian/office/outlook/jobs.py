"""Long answers computed beside the page: begun by who asks first, waited for a moment, then asked after.

A job touches no database: what it needs from there is read before it begins. Its result is kept by whoever
computes it (`monitoring.kept`); a job only says how far it is. An office is served by several processes: the
next question may come to another one, which then waits for the first instead of computing the same again.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from lantian.errors import LantianError
from lantian.office.outlook.ground import Step

WAIT = 1.2
"""Seconds a page waits for an answer before it shows progress instead."""
GLANCE = 0.5
"""The same where the answer is only an addition to a page."""
EVERY = 0.25
"""Seconds between two words on how far a job is."""
KEPT = 40
FORGOTTEN_AFTER = 600
"""Seconds after which the result of a job is asked anew; what it computed is kept elsewhere."""
log = logging.getLogger(__name__)


@dataclass
class Job:
    """One computation: its result or what went wrong; `file` says how far it is."""

    file: Path
    result: Any = None
    error: str = ""
    finished: threading.Event = field(default_factory=threading.Event)
    ended: float = 0.0

    @property
    def is_done(self) -> bool:
        return self.finished.is_set()

    @property
    def progress(self) -> tuple[str, int, int]:
        """What is being done, how far, of how many; nothing yet is `("", 0, 0)`."""
        try:
            phase, done, of = self.file.read_text(encoding="utf-8").split()
            return phase, int(done), int(of)
        except (OSError, ValueError):
            return "", 0, 0


class _Telling:
    """Writes how far a job is, a few times a second."""

    def __init__(self, out: IO[str]) -> None:
        self.out = out
        self.phase = ""
        self.last = 0.0

    def __call__(self, phase: str, done: int, of: int) -> None:
        now = time.monotonic()
        if phase != self.phase or now - self.last > EVERY:
            self.phase, self.last = phase, now
            self.out.seek(0)
            self.out.truncate()
            self.out.write(f"{phase} {done} {of}")
            self.out.flush()


_jobs: OrderedDict[object, Job] = OrderedDict()
_lock = threading.Lock()


def ask(key: object, work: Callable[[Step], Any], wait: float | None = None) -> Job:
    """The job of this key: running, or begun now; after at most `wait` seconds.

    Parameters
    ----------
    key
        tells questions apart; hashable
    work
        computes the result; given a `Step` to say how far it is
    wait
        seconds to wait for it; None is `WAIT`
    """
    with _lock:
        job = _jobs.get(key)
        if job is None or (job.is_done and (job.error or time.monotonic() - job.ended > FORGOTTEN_AFTER)):
            job = Job(_file(key))
            _jobs[key] = job
            threading.Thread(target=_run, args=(job, work), daemon=True, name="outlook").start()
        _jobs.move_to_end(key)
        while len(_jobs) > KEPT:
            _jobs.popitem(last=False)
    job.finished.wait(WAIT if wait is None else wait)
    return job


def forget() -> None:
    """Drop every job (tests)."""
    with _lock:
        _jobs.clear()


def _file(key: object) -> Path:
    name = hashlib.sha256(repr(key).encode()).hexdigest()[:32]
    return Path(settings.DATA) / "cache" / "outlook" / name


def _run(job: Job, work: Callable[[Step], Any]) -> None:
    try:
        job.file.parent.mkdir(parents=True, exist_ok=True)
        with job.file.open("a+", encoding="utf-8") as out:
            # Whoever holds the lock computes; the others find it kept when it is their turn.
            fcntl.flock(out, fcntl.LOCK_EX)
            job.result = work(_Telling(out))
        job.file.unlink(missing_ok=True)
    except LantianError as error:
        job.error = error.line
    except Exception:
        # A thread has no page to fail on: the page that asks says it, the log says what it was.
        log.exception("an outlook could not be computed")
        job.error = "failed"
    finally:
        job.ended = time.monotonic()
        job.finished.set()
