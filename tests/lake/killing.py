"""Run an action again and again, each time on a fresh copy of a store, killed at its n-th touch of the disk.

Used as a program: `python killing.py MODULE:FUNCTION FOLDER`. The store to begin with is FOLDER/before;
the n-th run works on FOLDER/n and is killed by SIGKILL just before its n-th file operation (open for
writing, rename, link, remove, mkdir, flush) in that folder, or before or after a transaction of SQLite. It
ends with the first run that came through, whose number it prints.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

EVENTS = {"os.rename", "os.link", "os.remove", "os.mkdir", "open"}


def main(target: str, folder: Path) -> None:
    """Kill the action at every step it has."""
    module, _, name = target.partition(":")
    action = getattr(importlib.import_module(module), name)
    _import_what_it_needs(action, folder)
    for step in range(1, 200):
        store = folder / str(step)
        shutil.copytree(folder / "before", store)
        child = os.fork()
        if child == 0:
            _kill_at(step, str(store))
            action(store)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            continue
        assert status == 0, f"step {step}: status {status}"
        print(step)
        return


def _import_what_it_needs(action: Callable[[Path], None], folder: Path) -> None:
    """Import here what the action imports when it runs, or each child would do so again.

    It runs in a child, on a copy: an engine that has started threads in this process would not stand a fork.
    """
    store, listed = folder / "imports", folder / "imports.txt"
    shutil.copytree(folder / "before", store)
    known = set(sys.modules)
    child = os.fork()
    if child == 0:
        action(store)
        listed.write_text("\n".join(name for name in sys.modules if name not in known), "utf-8")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0, f"before any kill: status {status}"
    for name in listed.read_text("utf-8").splitlines():
        with contextlib.suppress(ImportError):  # made by another module, not by a file of its own
            importlib.import_module(name)
    shutil.rmtree(store)
    listed.unlink()


def _kill_at(step: int, store: str) -> None:
    left = step

    def touch() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in EVENTS or not str(arguments[0]).startswith(store):
            return
        if event == "open" and not int(arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR):
            return
        touch()

    flush = os.fsync

    def fsync(handle: int) -> None:
        touch()
        flush(handle)

    os.fsync = fsync
    _watch_transactions(touch)
    sys.addaudithook(watch)


def _watch_transactions(touch: Callable[[], None]) -> None:
    class Watched(sqlite3.Connection):
        def execute(self, sql: str, *arguments: Any) -> sqlite3.Cursor:
            if sql in ("BEGIN IMMEDIATE", "COMMIT"):
                touch()
            cursor = super().execute(sql, *arguments)
            if sql == "COMMIT":
                touch()
            return cursor

    connect = sqlite3.connect
    sqlite3.connect = lambda *arguments, **options: connect(*arguments, factory=Watched, **options)


if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[2]), str(Path.cwd())]
    main(sys.argv[1], Path(sys.argv[2]))
