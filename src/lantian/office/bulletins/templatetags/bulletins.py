"""Template tags of bulletins: `{% load bulletins %}`. A figure leads to how it was computed when frozen."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse

from lantian.office.bulletins.table import Line
from lantian.office.monitoring import words
from lantian.office.monitoring.templatetags.air import signed

register = template.Library()


@register.inclusion_tag("frame/_figure.html", takes_context=True)
def bulletin_figure(
    context: Context, value: Any, line: Line, figure: str, why: str | None = None
) -> dict[str, Any]:
    """A figure of a bulletin, one click from its explanation."""
    url = _url(context, line, figure) if value is not None else ""
    note = words.why(why or (None if value is not None else "no_data"))
    return {"value": value, "unit": "", "url": url, "verified": True, "note": note}


@register.inclusion_tag("frame/_figure.html", takes_context=True)
def bulletin_change(context: Context, value: Decimal, line: Line) -> dict[str, Any]:
    """The change of the index on the year before [%]."""
    url = _url(context, line, "change_rate")
    return {"value": f"{signed(value)}%", "unit": "", "url": url, "verified": True, "note": ""}


@register.filter
def bulletin_cells(line: Line, columns: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Column, value, change and reason of each statistic of a line."""
    return list(zip(columns, line.statistics, line.changes, line.why, strict=True))


def _url(context: Context, line: Line, figure: str) -> str:
    if not line.code:
        return ""
    query = [part for part in ("days=all" if context["side"] == "raw" else "",) if part]
    if not context["within"]:
        query.append("public")
    url = reverse("bulletins:explain", args=[context["bulletin"].pk, line.code, figure])
    return f"{url}?{'&'.join(query)}" if query else url
