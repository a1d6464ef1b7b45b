"""Who may do what with which bulletin, and of which units a bulletin can be made."""

from __future__ import annotations

from datetime import date
from typing import Any

from lantian.office.bulletins.models import Bulletin
from lantian.office.monitoring import kernel
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import region_root
from lantian.office.rankings import pools
from lantian.office.rankings.pools import OfficePool, PoolChoice
from lantian.office.regions.models import Region


def may_issue(user: Any) -> bool:
    """Whether this person makes bulletins."""
    return can(user, Capability.ISSUE_BULLETIN)


def region_of(user: Any, pool: OfficePool) -> Region | None:
    """To which region a bulletin of these units belongs; None where it is not this person's to make.

    Units of the register belong to the region above them; those of a document or a table to the person's own
    region, when every unit lies in it.
    """
    root = region_root(user)
    if root is None:
        return None
    kind, _dash, code = pool.key.partition("-")
    if kind in pools.LEVELS:
        return Region.objects.filter(code=code, path__startswith=root, valid_to__isnull=True).first()
    inside = [region for region in pool.regions.values() if region.path.startswith(root)]
    if not inside or len(inside) < len(pool.regions):
        return None
    own = user.region
    return own if own is not None else Region.objects.filter(level="province").order_by("code").first()


def choices(user: Any, day: date) -> list[PoolChoice]:
    """The units this person can make a bulletin of."""
    found = []
    for choice in pools.choices(user, day):
        pool = pools.find(user, choice.key, day)
        if pool is not None and region_of(user, pool) is not None:
            found.append(choice)
    return found


def is_published_by_custom(pool: OfficePool) -> bool:
    """Whether the portal shows such figures already: those of cities."""
    return pool.level == "city"


def files_open(bulletin: Bulletin, user: Any) -> bool:
    """Whether this person, or the anonymous, may read a bulletin and its papers."""
    if bulletin.is_public:
        return True
    return bool(Bulletin.objects.visible_to(user).filter(pk=bulletin.pk).exists())


def named_regime(asked: str, day: date) -> str:
    """One regime by name: the one asked for, or the one in force on a day."""
    return asked if asked in kernel.regimes() else kernel.regime_on(day)
