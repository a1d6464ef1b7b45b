"""What a record's page shows of writing.

{% load registers_writing %}
{% writing_head %}          in the head: style and script
{% record_state row %}      the small form that changes the state, for those who may keep the record
"""

from __future__ import annotations

from typing import Any

from django import template

from lantian.office.registers.actions import may_keep
from lantian.office.registers.writing.acting import state_form
from lantian.office.registers.writing.views import script_words

register = template.Library()


@register.inclusion_tag("registers/writing/_head.html")
def writing_head() -> dict[str, Any]:
    """Style and script of forms."""
    return {}


@register.inclusion_tag("registers/writing/_doing.html", takes_context=True)
def record_state(context: Any, row: Any) -> dict[str, Any]:
    """The small form of the state; nothing for those who only read."""
    person = context["request"].user
    if not may_keep(person, row):
        return {"may_keep": False}
    return {
        **state_form(row, person),
        "may_keep": True,
        "ledger": row.ledger,
        "words": script_words(),
        "csrf_token": context.get("csrf_token"),
    }
