"""Whether this office shows simulated data: the file `demo.json` in its data folder says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings

FILE = "demo.json"
_seen: dict[Path, tuple[int, dict[str, Any]]] = {}


def demonstration() -> dict[str, Any] | None:
    """The content of `demo.json` when this office is a demonstration, else None.

    Read again only when the file changes. A file that cannot be read still marks the office as a
    demonstration: simulated data must never pass for real ones.
    """
    file = Path(settings.DATA) / FILE
    try:
        stamp = file.stat().st_mtime_ns
    except OSError:
        return None
    known = _seen.get(file)
    if known is None or known[0] != stamp:
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            content = {}
        _seen[file] = known = (stamp, content if isinstance(content, dict) else {})
    return known[1]


def mark_as_demonstration(data: Path, **facts: Any) -> None:
    """Mark an office as simulated from now on; `facts` (seed, from, until …) are kept in the file."""
    (data / FILE).write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
