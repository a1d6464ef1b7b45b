"""What the child of the crash test does."""

from __future__ import annotations

from pathlib import Path

from lantian.ambient.intake import import_ambient
from lantian.lake import Lake


def take(store: Path) -> None:
    """Import the two files beside the store's copy."""
    folder = store.parent / "files"
    import_ambient(sorted(folder.iterdir()), Lake.open(store))
