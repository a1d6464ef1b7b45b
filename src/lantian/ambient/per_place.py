"""Figures of each place from its own days alone, computed again only for places whose days are not the same.

After a correction nearly all days of a year are what they were a moment ago. Both tables are compared, column
by column; nothing is taken over that was not equal.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

import pyarrow as pa
import pyarrow.compute as pc

_lock = threading.Lock()
_kept: OrderedDict[Hashable, tuple[pa.Table, pa.Table]] = OrderedDict()
KEPT = 8
"""Tables of days kept with their figures."""
SMALL = 4_000
"""Up to so many days are few, for an engine."""


def of_each(what: Hashable, days: pa.Table, figures: Callable[[pa.Table], pa.Table]) -> pa.Table:
    """The figures of each place.

    Parameters
    ----------
    what
        a name for `figures` and all it depends on besides the days
    days
        `key`, `date` and whatever is needed
    figures
        rows with `key`, those of a place depending on the days of this place alone
    """
    with _lock:
        known = _kept.get(what)
    changed = None if known is None else _changed(known[0], days)
    if known is None or changed is None:
        found = figures(days)
    elif not changed:
        found = known[1]
    else:
        keys = pa.array(sorted(changed), pa.string())
        others = known[1].filter(pc.invert(pc.is_in(known[1]["key"], keys)))
        found = pa.concat_tables([others, figures(days.filter(pc.is_in(days["key"], keys)))])
    with _lock:
        _kept[what] = (days, found)
        _kept.move_to_end(what)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def _changed(old: pa.Table, new: pa.Table) -> set[str] | None:
    """Keys with another row than before; None when the rows are not those of the same places and dates."""
    if old.schema != new.schema or not all(new[name].equals(old[name]) for name in ("key", "date")):
        return None
    keys: set[str] = set()
    for name in new.column_names:
        if not new[name].equals(old[name]):
            other = pc.fill_null(pc.not_equal(new[name], old[name]), False)
            gone = pc.xor(pc.is_null(new[name]), pc.is_null(old[name]))
            keys.update(pc.unique(new["key"].filter(pc.or_(other, gone))).to_pylist())
    return keys
