"""The dust and event days that the office keeps, as the kernel wants them for a pool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from lantian.ambient import Period
from lantian.ambient.names import bare

if TYPE_CHECKING:
    from lantian.ambient.events import DayList
    from lantian.office.rankings.pools import OfficePool

Provider = Callable[[Period], "DayList | None"]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Add a source of day lists; the app that keeps them calls this in `AppConfig.ready`."""
    if provider not in _providers:
        _providers.append(provider)


def day_list(pool: OfficePool, period: Period) -> DayList | None:
    """The days of the period to be taken out of the members' figures; None where no list has any.

    A list names cities as bulletins do; the kernel knows regions by code, and a county shares its city's
    days.
    """
    from lantian.ambient.events import DayList

    found = [own for provider in _providers if (own := provider(period)) is not None]
    if not found:
        return None
    joined = DayList.joined(found).within(period.first, period.last)
    codes: dict[str, list[str]] = {}
    for region in pool.field:
        above = region.parent if region.level != "city" else None
        for named in (region, above):
            for name in {named.name, named.short} if named else ():
                if name:
                    codes.setdefault(bare(name), []).append(region.code)
    entries = [
        replace(entry, place=place)
        for entry in joined.entries
        # By its own name too: where the feed answers, places are named as the feed names them.
        for place in dict.fromkeys((entry.place, *codes.get(bare(entry.place), ())))
    ]
    return DayList(tuple(entries), joined.source) if entries else None
