"""What a record's page shows of writing: buttons, the small form of the state, its files.

{% load registers_writing %}
{% writing_head %}             in the head: style and script
{% new_button ledger %}        on the list, for those who may add
{% record_actions row %}       on the record, for those who may keep it
{% record_files row %}         for everybody who sees the record
"""

from __future__ import annotations

from typing import Any

from django import template

from lantian.office.registers.actions import may_keep
from lantian.office.registers.writing import filing
from lantian.office.registers.writing.acting import shown_files, state_form
from lantian.office.registers.writing.views import script_words

register = template.Library()


@register.inclusion_tag("registers/writing/_head.html")
def writing_head() -> dict[str, Any]:
    """Style and script of forms."""
    return {}


@register.inclusion_tag("registers/writing/_new_button.html", takes_context=True)
def new_button(context: Any, ledger: Any) -> dict[str, Any]:
    """The button to a new record, for those who may add one."""
    return {"ledger": ledger, "may_add": filing.may_add(context["request"].user, ledger)}


@register.inclusion_tag("registers/writing/_doing.html", takes_context=True)
def record_actions(context: Any, row: Any) -> dict[str, Any]:
    """The buttons and the small form of the state, for those who may keep the record."""
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


@register.inclusion_tag("registers/writing/_files_card.html", takes_context=True)
def record_files(context: Any, row: Any) -> dict[str, Any]:
    """The photos and papers of a record that was found visible."""
    person = context["request"].user
    return {"row": row, "files": shown_files(row), "may_keep": may_keep(person, row)}
