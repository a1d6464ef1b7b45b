"""Questions asked together: what many of them need is found out once.

An assessment asks dozens of figures of each region; each of them is right alone and reads the same register,
the same air. Within `together()` they share what they read, and not a moment longer:

    with together():
        ...
        rows = once(("pool", root, level), lambda: read(root, level))

Nothing may be written inside: what was read is not read again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_shared: ContextVar[dict[Hashable, Any] | None] = ContextVar("shared", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Share answers among the questions asked inside; a second one inside the first shares with it."""
    if _shared.get() is not None:
        yield
        return
    token = _shared.set({})
    try:
        yield
    finally:
        _shared.reset(token)


def once(key: Hashable, compute: Callable[[], T]) -> T:
    """The answer of `compute()`, found out once within `together()`; outside of it, each time.

    Parameters
    ----------
    key
        everything the answer depends on
    compute
        makes the answer, which nobody may change afterwards
    """
    shared = _shared.get()
    if shared is None:
        return compute()
    if key not in shared:
        shared[key] = compute()
    found: T = shared[key]
    return found
