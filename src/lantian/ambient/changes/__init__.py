"""What changed since the last bulletin: every figure that moved, and why."""

from lantian.ambient.changes.causes import Cause
from lantian.ambient.changes.finding import Change, changes
from lantian.ambient.changes.snapshot import Bulletin, Snapshot

__all__ = ["Bulletin", "Cause", "Change", "Snapshot", "changes"]
