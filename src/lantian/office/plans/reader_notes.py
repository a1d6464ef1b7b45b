"""What the reader wants known about a plan, in the language of the page.

The reader speaks English and gives every note a code; the same English stands here as the message to be
translated, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.planning.notes import Note

WORDS: dict[str, Any] = {
    "encoding": _("the file was read as %(encoding)s"),
    "empty_page": _("page %(page)s of the PDF holds no text, perhaps a picture"),
    "repeated": _(
        "the file repeats '%(words)s' after the end of the plan; the repetition was not read again"
    ),
    "renumbered": _("numbers begin again at 一; what follows was read as %(part)s"),
    "standing": _("item %(item)s binds %(unit)s to all later items"),
    "unread_bracket": _("a bracket that looks like responsibility could not be read: %(words)s"),
    "unread_cell": _("a cell of responsible units could not be read: %(words)s"),
    "unread_table": _("a list under '%(words)s' looks like a table but was read as running text"),
    "no_brackets": _(
        "no bracket of responsibility was found; numbered items were taken as tasks without units"
    ),
    "no_tasks": _("no task was found: no bracket of responsibility, no numbered item, no task list"),
    "not_a_plan": _(
        "this does not look like an action plan: no title such as …计划 or …方案, "
        "and no unit is bound to a duty"
    ),
    "no_units": _("item %(item)s has no bracket of responsibility"),
    "no_task": _("words under %(clause)s have no bracket and are no task: %(words)s…"),
}


MARKS: dict[str, Any] = {
    "other_region": _("the document says it is a plan of %(said)s; it was loaded as one of %(region)s"),
    "part_of_other_region": _(
        "%(part)s is of %(said)s, which lies outside %(region)s: check whom its tasks bind"
    ),
}
"""What the office itself tells the reviewer, beside the reader."""


def kept(notes: Iterable[str]) -> list[dict[str, Any]]:
    """The notes as they are kept with a plan: code, what was put into the words, and the English words."""
    return [
        {"code": note.code, "params": dict(note.params), "text": str(note)}
        if isinstance(note, Note) and note.code
        else {"code": "", "params": {}, "text": str(note)}
        for note in notes
    ]


def said(notes: Iterable[dict[str, Any]]) -> list[str]:
    """Kept notes in the active language; one whose code is not known any more, as it was kept."""
    words = WORDS | MARKS
    return [
        str(words[note["code"]]) % note["params"] if note["code"] in words else note["text"] for note in notes
    ]
