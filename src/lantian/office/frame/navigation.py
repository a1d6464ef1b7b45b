"""The sidebar: where a signed-in person can go.

An app adds its own entry in its `AppConfig.ready`:

    from lantian.office.frame import navigation
    navigation.register(_("Rankings"), "leaderboard", "/rankings/", order=40)

The closed loop stands first, in the order the work takes: what is to be done (plans, tasks, targets,
coverage), then whether it is done (dispatch, orders, grades, consequences, assessment), then what people
meet outside (problems, fires, complaints, checks), what their instruments send, and the air.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WORK, LOOP, SPOT, LINE, AIR = "work", "loop", "spot", "line", "air"
GROUPS = {
    WORK: gettext_lazy("Plans and targets"),
    LOOP: gettext_lazy("Supervision and assessment"),
    SPOT: gettext_lazy("Problems on the spot"),
    LINE: gettext_lazy("Online monitoring"),
    AIR: gettext_lazy("Air quality"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to go: its title (lazy translation), Material icon, address, order, and for whom it shows."""

    title: Any
    icon: str
    link: str
    order: int
    group: str
    shown: Callable[[Any], bool] | None


_entries: dict[str, Entry] = {}


def register(
    title: Any,
    icon: str,
    link: str,
    *,
    order: int,
    group: str = AIR,
    shown: Callable[[Any], bool] | None = None,
) -> None:
    """Add an entry; the same address again replaces it.

    Parameters
    ----------
    title
        lazy translation
    icon
        name of a Material symbol
    link
        address without the server; everything under it marks the entry as the current one, unless another
        entry lies nearer to the page
    order
        entries of a group stand in this order
    group
        `work`, `loop`, `spot`, `line` or `air`
    shown
        asked with the signed-in person; None shows it to everybody
    """
    _entries[link] = Entry(title, icon, link, order, group, shown)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar's groups in unfold's shape, the current one marked active."""

    def item(title: Any, icon: str, link: str, under: str | None = None) -> dict[str, Any]:
        start = under or link
        return {"title": title, "icon": icon, "link": link, "active": request.path.startswith(start)}

    def registered(group: str) -> list[dict[str, Any]]:
        found = (entry for entry in _entries.values() if entry.group == group)
        shown = (entry for entry in found if entry.shown is None or entry.shown(request.user))
        return [item(entry.title, entry.icon, entry.link) for entry in sorted(shown, key=lambda e: e.order)]

    groups = [
        {
            "title": "",
            "items": [
                item(_("Board"), "dashboard", reverse("board")),
                item(_("Regions"), "account_tree", reverse("regions:list")),
            ],
        },
        {"title": GROUPS[WORK], "items": [item(_("Plans"), "description", "/plans/"), *registered(WORK)]},
        {"title": GROUPS[LOOP], "items": registered(LOOP)},
        {"title": GROUPS[SPOT], "items": registered(SPOT)},
        {"title": GROUPS[LINE], "items": registered(LINE)},
        {"title": GROUPS[AIR], "items": registered(AIR)},
        {
            "title": "",
            "separator": True,
            "items": [
                {**item(_("Public portal"), "public", reverse("portal:home")), "active": False},
                item(_("API"), "code", "/api/docs", "/api/"),
            ],
        },
    ]
    if request.user.is_superuser:
        groups.append(
            {
                "title": "",
                "separator": True,
                "items": [item(_("Administration"), "admin_panel_settings", reverse("admin:index"))],
            }
        )
    _keep_nearest(groups)
    return groups


def _keep_nearest(groups: list[dict[str, Any]]) -> None:
    """Of the entries a page lies under only the nearest is the current one (/a/b/ rather than /a/)."""
    active = [entry for group in groups for entry in group["items"] if entry["active"]]
    nearest = max((len(entry["link"]) for entry in active), default=0)
    for entry in active:
        entry["active"] = len(entry["link"]) == nearest
