"""Items that a place does not monitor by design: marked `/`, they keep no index from being published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lantian.ambient.index import AqiRules
from lantian.ambient.rules import DAY_ITEMS

NOT_MONITORED = "not_monitored"


def own_rules(rules: AqiRules, row: Mapping[str, Any]) -> AqiRules:
    """The index rules for a day's row: without what its place does not monitor, where it has no value."""
    own = rules.for_place(str(row["key"]), str(row["name"] or ""))
    gone = {item for item in rules.items if item not in own.items and row[f"{item}_iaqi"] is None}
    return replace(rules, items=tuple(item for item in rules.items if item not in gone))


def judged(table: pa.Table, aqi: AqiRules) -> pa.Table:
    """`place_days`, the index of places that monitor fewer items judged by those they monitor.

    Notes
    -----
    HJ 633-2026, 5.3. `ambient.aqi.not_monitored` lists the places; it is empty until an office fills it.
    """
    if not aqi.not_monitored:
        return table
    names = dict(zip(table["key"].to_pylist(), table["name"].to_pylist(), strict=True))
    listed = [key for key, name in names.items() if aqi.for_place(key, name or "") is not aqi]
    inside = pc.is_in(table["key"], pa.array(listed, pa.string()))
    rows = [_row(row, aqi) for row in table.filter(inside).to_pylist()]
    whole = pa.concat_tables(
        [table.filter(pc.invert(inside)), pa.Table.from_pylist(rows, schema=table.schema)]
    )
    return whole.sort_by([("key", "ascending"), ("date", "ascending")])


def _row(row: dict[str, Any], aqi: AqiRules) -> dict[str, Any]:
    own = own_rules(aqi, row)
    found = own.judge({item: row[f"{item}_iaqi"] for item in own.items})
    return row | {
        "missing": sum(row[f"{item}_iaqi"] is None for item in own.items),
        "aqi": found.aqi,
        "primary": sum(1 << DAY_ITEMS.index(item) for item in found.primary),
        "good": None if found.aqi is None else int(found.aqi <= aqi.good_max),
        "heavy": None if found.aqi is None else int(found.aqi > aqi.heavy_above),
    }
