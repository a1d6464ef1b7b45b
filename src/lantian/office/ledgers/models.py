"""Every declaration below this folder, found by itself."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import lantian.office.ledgers as home

for found in sorted(pkgutil.walk_packages(home.__path__, f"{home.__name__}."), key=lambda one: one.name):
    if ".migrations" not in found.name and found.name not in {__name__, f"{home.__name__}.apps"}:
        import_module(found.name)
