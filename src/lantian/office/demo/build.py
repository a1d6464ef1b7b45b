"""Build the demonstration province beside its place and move it there when it is whole."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from lantian.errors import LantianError
from lantian.office.setup import is_office

MARK = "demo.json"  # the frame reads it: see lantian.office.frame.demo


@dataclass(frozen=True, slots=True)
class Size:
    """How much is simulated: `months` before the current one, how many `stations` (None: all 180)."""

    months: int = 24
    stations: int | None = None


def state(data: Path) -> str:
    """`absent` (nothing there, or an empty folder) or `demo`.

    Raises
    ------
    LantianError
        something else lives there, which the demonstration must not touch
    """
    if (data / MARK).is_file():
        return "demo"
    if not data.exists() or (data.is_dir() and not any(data.iterdir())):
        return "absent"
    what = "holds an office that is not a demonstration" if is_office(data) else "is not empty"
    raise LantianError(
        f"this folder {what}; nothing in it was touched",
        where=str(data),
        remedy="Name another one with --data.",
    )


def facts(data: Path) -> dict[str, Any]:
    """What the mark of a demonstration says: first and last hour, people, their password."""
    content = json.loads((data / MARK).read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else {}


def build(
    data: Path, *, now: datetime | None = None, size: Size | None = None, out: IO[str] | None = None
) -> float:
    """Build the demonstration into `data`: it is there as a whole afterwards, or not at all.

    Parameters
    ----------
    data
        a folder that does not exist yet, or is empty; the building goes on in `data.building` beside it, and
        what an interrupted build left there is thrown away
    now
        the hour the observations end with; by default the current one
    size
        how much is simulated
    out
        where the progress lines go; by default to this process's standard output

    Returns
    -------
    the seconds it took

    Raises
    ------
    LantianError
        the folder is in use by something else, another build is running, or the build failed
    """
    began = time.perf_counter()
    size = size or Size()
    data = data.absolute()
    state(data)
    data.parent.mkdir(parents=True, exist_ok=True)
    building = data.with_name(data.name + ".building")
    with _alone(data.with_name(data.name + ".lock"), data):
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir()
        arguments = ["--now", (now or datetime.now(UTC)).isoformat(), "--months", str(size.months)]
        if size.stations is not None:
            arguments += ["--stations", str(size.stations)]
        log = data.with_name(data.name + ".log")
        try:
            if _run("fill", arguments, building, log, out):
                raise LantianError(
                    f"the demonstration could not be built: {_last_line(log)}", remedy=f"{log} has it all."
                )
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
        if data.exists():
            data.rmdir()
        building.rename(data)
        # What follows only saves the first visitor a wait; the demonstration is whole without it.
        if _run("warm", [str(data)], data, log, out):
            print(f"  some pages could not be computed beforehand: {log} says why", file=out)
        else:
            log.unlink()
    return time.perf_counter() - began


def _run(module: str, arguments: list[str], data: Path, log: Path, out: IO[str] | None) -> bool:
    """Run a module of this package in a process of its own on `data`; says whether it failed."""
    # The demonstration is SQLite in its folder, whatever database an office of this machine uses.
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {"LANTIAN_DATA": str(data)}
    command = [sys.executable, "-m", f"lantian.office.demo.{module}", *arguments]
    with (
        log.open("w", encoding="utf-8") as errors,
        # The command is this interpreter and our own module: nothing of it comes from outside.
        subprocess.Popen(  # noqa: S603
            command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8"
        ) as child,
    ):
        try:
            for line in child.stdout or ():
                print(line, end="", file=out, flush=True)
            return child.wait() != 0
        except BaseException:
            child.terminate()
            raise


def _last_line(log: Path) -> str:
    return (log.read_text(encoding="utf-8").strip().splitlines() or ["no reason given"])[-1]


@contextmanager
def _alone(lock: Path, data: Path) -> Iterator[None]:
    """Hold the lock of this folder's build; the system lets go of it even when this process is killed."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LantianError("another build of this demonstration is running", where=str(data)) from error
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)
