"""The sidebar: where a signed-in person can go."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar's groups in unfold's shape, the current one marked active."""

    def item(title: str, icon: str, link: str, under: str | None = None) -> dict[str, Any]:
        start = under or link
        return {"title": title, "icon": icon, "link": link, "active": request.path.startswith(start)}

    groups = [
        {
            "title": "",
            "items": [
                item(_("Board"), "dashboard", reverse("board")),
                item(_("Regions"), "account_tree", reverse("regions:list")),
                item(_("Plans"), "description", "/plans/"),
                item(_("Tasks"), "task_alt", "/tasks/"),
                item(_("Stations"), "sensors", "/stations/"),
            ],
        },
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
    return groups
