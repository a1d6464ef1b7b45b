"""Every declaration below this folder, found by itself."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import lantian.office.ledgers as home

# What lies in a folder declares registers; beside the folders stand words, rules and doors.
for found in sorted(pkgutil.walk_packages(home.__path__, f"{home.__name__}."), key=lambda one: one.name):
    if ".migrations" not in found.name and found.name.count(".") > home.__name__.count(".") + 1:
        import_module(found.name)
