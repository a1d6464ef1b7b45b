"""What the office keeps about alarms."""

from __future__ import annotations
