"""Which region a place of the lake is: tables name `临汾市` and `洪洞县`, the register codes and a tree.

Places are compared with the full names of the register, `city/county`; that keeps one unit one place.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from lantian.office.people.scope import region_root
from lantian.office.regions.models import Level, Region

COUNTIES = (Level.COUNTY, Level.ZONE)


def key_of(region: Region) -> str:
    """The place of a city or county in the lake: `临汾市`, `临汾市/洪洞县`."""
    above = region.parent
    if region.level in COUNTIES and above is not None and above.level == Level.CITY:
        return f"{above.name}/{region.name}"
    return str(region.name)


class Register:
    """Cities, counties and zones of the register by their place; read once."""

    def __init__(self) -> None:
        rows = Region.objects.filter(level__in=(Level.CITY, *COUNTIES)).select_related("parent")
        self.by_key: dict[str, Region] = {key_of(region): region for region in rows.order_by("-code")}

    @cached_property
    def by_code(self) -> dict[str, Region]:
        """The same by code."""
        return {region.code: region for region in self.by_key.values()}

    def find(self, key: str) -> Region | None:
        """The region of a place, None where the register does not know it."""
        return self.by_key.get(key)

    def of(self, city: str | None, county: str | None) -> Region | None:
        """The region of a road: its county, else its city."""
        return self.find("/".join(part for part in (city, county) if part))

    def under(self, root: str) -> dict[str, Region]:
        """Every place in a subtree; "" is all."""
        return {key: region for key, region in self.by_key.items() if region.path.startswith(root)}


def sees(user: Any, region: Region | None) -> bool:
    """Whether a place lies in what a person sees; one that is in no region only the superuser sees."""
    root = region_root(user)
    if root is None:
        return False
    return root == "" if region is None else str(region.path).startswith(root)


class Known:
    """Answers the intake whether a place may be written by this person.

    Asked with `city/county` first and, when that is refused, with the name alone. A name that follows its own
    refused key is refused too: `太原市/临汾市` is not the city of Linfen.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)
        self._refused = ""

    def __call__(self, place: str) -> bool:
        follows, self._refused = self._refused.endswith(f"/{place}"), ""
        if not follows and place in self.names:
            return True
        self._refused = place
        return False
