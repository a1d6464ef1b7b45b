"""Small plans made by hand, for coverage and versions."""

from __future__ import annotations

from typing import Any

from lantian.planning.coverage import Goal, Item, Text, When


def item(number: str, heading: str, text: str, **more: Any) -> Item:
    """A task 一N of a made plan."""
    return Item(key=number, cited=f"一{number}", kind="task", heading=heading, above="", text=text, **more)


def goal(indicator: str, comparator: str, value: float | None, **more: Any) -> Goal:
    """A target; what is not given is usual."""
    usual: dict[str, Any] = {
        "key": more.get("words", indicator),
        "cited": "一1",
        "places": ("甲省",),
        "unit": "%",
        "baseline": None,
        "by": "2025",
        "binding": "unspecified",
        "pool": None,
        "words": indicator,
    }
    return Goal(indicator=indicator, comparator=comparator, value=value, **(usual | more))


def plan(region: str, *items: Item, goals: tuple[Goal, ...] = (), whole: str = "", title: str = "") -> Text:
    """A plan of a region."""
    return Text(
        title=title or f"{region}行动计划",
        region=region,
        level="",
        items=items,
        goals=goals,
        whole=whole or "".join(i.text for i in items),
    )


__all__ = ["When", "goal", "item", "plan"]
