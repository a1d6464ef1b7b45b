"""Planning: a plan document read by rules into targets, tasks, units and deadlines. No network, no model.

`read_plan(path)` reads a .txt, .docx, .pdf or .html file; all it finds carries its exact words and place.
"""

from __future__ import annotations

from pathlib import Path

from lantian.planning.model import Plan

__all__ = ["Plan", "parse_plan", "read_plan"]


def read_plan(path: str | Path) -> Plan:
    """What a plan document holds.

    Parameters
    ----------
    path
        a .txt (UTF-8, UTF-16, GBK), .docx, .pdf (with text) or .html file

    Returns
    -------
    meta, sections, targets, tasks, deadlines outside tasks, and notes for the reviewer

    Raises
    ------
    lantian.errors.LantianError
        the file is missing, empty, encrypted, broken, a scan without text, or of no known type or encoding
    """
    from lantian.planning.documents import read_document
    from lantian.planning.reader import read

    return read(read_document(Path(path)))


def parse_plan(name: str, data: bytes) -> Plan:
    """The same for a file already in memory, such as an upload; `name` tells its type."""
    from lantian.planning.documents import parse_document
    from lantian.planning.reader import read

    return read(parse_document(name, data))
