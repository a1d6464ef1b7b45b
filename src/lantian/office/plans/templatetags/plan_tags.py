"""Filters of the plans' pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from lantian.office.plans.terms import Role, State
from lantian.planning.doubts import DOUBTS

UNITS_SHOWN = 4

register = template.Library()


@register.filter
def doubt(code: str) -> str:
    """A doubt of the reader in the active language; a code no one knows any more, as it was kept."""
    words = DOUBTS.get(code)
    return words["en" if (get_language() or "zh").startswith("en") else "zh"] if words else code


@register.simple_tag(takes_context=True)
def unit_chips(context: template.Context, task: Any) -> SafeString:
    """The first units of a task with their roles, and how many more there are.

    A list has hundreds of these: the words are looked up once a page, the markup is not a template's.
    """
    roles = context.render_context.get("unit_roles")
    if roles is None:
        roles = context.render_context["unit_roles"] = {role.value: str(role.label) for role in Role}
    bound = list(task.assignments.all())
    chips = format_html_join(
        " ",
        '<span class="pl-unit pl-role-{}{}" title="{}">{}</span>',
        (
            (
                one.role,
                " pl-inherited" if one.source_id else "",
                f"{roles[one.role]} · {one.inherited}" if one.source_id else roles[one.role],
                one.written,
            )
            for one in bound[:UNITS_SHOWN]
        ),
    )
    more = len(bound) - UNITS_SHOWN
    return format_html('{} <span class="pl-more">+{}</span>', chips, more) if more > 0 else chips


@register.simple_tag
def state_badge(state: str, percent: int) -> SafeString:
    """How far a task or share is: the state, and the percentage while it is under way."""
    words = f"{State(state).label} {percent}%" if state == State.IN_PROGRESS else str(State(state).label)
    return format_html('<span class="pl-state pl-state-{}">{}</span>', state, words)
