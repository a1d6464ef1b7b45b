"""Cells for CSV and spreadsheets."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")

# The wide forms too: a spreadsheet in Chinese runs ＝ as well.
_STARTS = frozenset("=+-@\t\r\n＝＋－＠")


def harmless(value: T) -> T | str:
    """The value of a cell; a text that a spreadsheet would run as a formula gets an apostrophe before it.

    Numbers and everything else that is no text stay as they are.
    """
    return f"'{value}" if isinstance(value, str) and value[:1] in _STARTS and value else value
