"""One text for one result, and its fingerprint: how a frozen result is recognised later."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any


def plain(value: Any) -> Any:
    """A value as canonical JSON holds it: exact numbers as text, days as 2026-03-01, keys as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | bool | int):
        return value
    raise TypeError(f"{type(value).__name__} has no place in a frozen result")


def canonical(value: Any) -> str:
    """The one text of a value: keys sorted, no spaces, no floats."""
    return json.dumps(
        plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def seal(value: Any) -> str:
    """SHA-256 of the canonical text."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


NUMBER = re.compile(r"-?\d+(\.\d+)?")
RATIO = re.compile(r"-?\d+/\d+")


def thawed(value: Any) -> Any:
    """What `plain` made of a rule's value, back again: rule files hold no text that looks like a number."""
    if isinstance(value, Mapping):
        return {key: thawed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(thawed(item) for item in value)
    if isinstance(value, str):
        if NUMBER.fullmatch(value):
            return Decimal(value)
        if RATIO.fullmatch(value):
            return Fraction(value)
    return value
