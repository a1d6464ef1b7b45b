"""Names of fields in CP, their types and words; a data file, so that a new field needs no code."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml


class Field(NamedTuple):
    """A field: `type` as in the data file, words in both languages, whether the standard's own text was read.

    `least`, `most` and `oneof` bound what a request may say.
    """

    name: str
    type: str
    zh: str
    en: str
    verified: bool = True
    least: int | None = None
    most: int | None = None
    oneof: tuple[int, ...] = ()


@cache
def _tables() -> dict[str, dict[str, dict[str, Any]]]:
    text = files("lantian.telemetry.hj212").joinpath("data/fields.yaml").read_text(encoding="utf-8")
    tables: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(text)
    return tables


def _read(table: str) -> dict[str, Field]:
    return {
        name: Field(name, **{**entry, "type": str(entry["type"]), "oneof": tuple(entry.get("oneof", ()))})
        for name, entry in _tables()[table].items()
    }


PARAMS = _read("params")
"""Fields of CP that belong to no factor."""
FIELDS = _read("fields")
"""Fields of a factor, the part after its dash."""
MARKS = {name: (entry["zh"], entry["en"]) for name, entry in _tables()["marks"].items()}
"""Marks of a value (X-Flag)."""
PARAM_BY_UPPER = {name.upper(): name for name in PARAMS}
FIELD_BY_UPPER = {name.upper(): name for name in FIELDS}
NUMBERS = frozenset(name for name, field in FIELDS.items() if field.type.startswith("N"))
TIMES = frozenset(name for table in (PARAMS, FIELDS) for name, field in table.items() if field.type == "T")
