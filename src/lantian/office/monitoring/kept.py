"""Figures once computed are kept: under the data version, the code and the arguments they were computed from.

A new commit in the lake changes the version, a new release the code: what was kept is then never asked for
again, so a page is quick and never stale. Kept in memory, and in DATA/cache for the other processes and
the next start.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache.backends.filebased import FileBasedCache

import lantian

T = TypeVar("T")
_IN_MEMORY = 400
_ON_DISK = 4000
_lock = threading.Lock()
_making: dict[str, threading.Lock] = {}
_memory: OrderedDict[str, Any] = OrderedDict()
_absent = object()


@cache
def code_version() -> str:
    """A digest of the code and rules that decide digits: a kept figure never outlives a change of them."""
    root = Path(lantian.__file__).parent
    digest = hashlib.sha256()
    for room in ("rulebook", "lake", "ambient", "office/monitoring"):
        for path in sorted((root / room).rglob("*")):
            if path.suffix in {".py", ".yaml"}:
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def kept(name: str, version: int, arguments: object, compute: Callable[[], T]) -> T:
    """The answer of `compute()`, computed once for this data version, code and arguments.

    Parameters
    ----------
    name
        what is asked, e.g. `evaluate`
    version
        the data version of the lake
    arguments
        everything else the answer depends on; told apart by their `repr`
    compute
        makes the answer; called at most once at a time for the same question
    """
    folder = str(Path(settings.DATA) / "cache" / "figures")
    question = repr((folder, name, version, code_version(), arguments))
    key = hashlib.sha256(question.encode()).hexdigest()
    answer = _from_memory(key)
    if answer is not _absent:
        return answer
    with _lock:
        making = _making.setdefault(key, threading.Lock())
    try:
        with making:
            answer = _from_memory(key)
            if answer is not _absent:
                return answer
            disk = FileBasedCache(folder, {"TIMEOUT": None, "OPTIONS": {"MAX_ENTRIES": _ON_DISK}})
            answer = _from_disk(disk, key)
            if answer is _absent:
                answer = compute()
                _to_disk(disk, key, answer)
            with _lock:
                _memory[key] = answer
                while len(_memory) > _IN_MEMORY:
                    _memory.popitem(last=False)
            return answer
    finally:
        with _lock:
            _making.pop(key, None)


def forget() -> None:
    """Drop what this process keeps in memory (tests; the next question reads the disk or computes)."""
    with _lock:
        _memory.clear()


def _from_memory(key: str) -> Any:
    with _lock:
        if key not in _memory:
            return _absent
        _memory.move_to_end(key)
        return _memory[key]


def _from_disk(disk: FileBasedCache, key: str) -> Any:
    # A kept file cut short by a full disk is no reason to refuse a page: it is computed again.
    try:
        return disk.get(key, _absent)
    except Exception:
        disk.delete(key)
        return _absent


def _to_disk(disk: FileBasedCache, key: str, answer: object) -> None:
    # A read-only or full disk costs speed, not the page.
    try:
        disk.set(key, answer)
    except OSError:
        return
