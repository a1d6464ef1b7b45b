"""What a reader tells the reviewer: notes with a stable code, so that a page can say them in its language."""

from __future__ import annotations

NOTES = {
    "encoding": "the file was read as %(encoding)s",
    "empty_page": "page %(page)s of the PDF holds no text, perhaps a picture",
    "repeated": ("the file repeats '%(words)s' after the end of the plan; the repetition was not read again"),
    "renumbered": "numbers begin again at 一; what follows was read as %(part)s",
    "standing": "item %(item)s binds %(unit)s to all later items",
    "unread_bracket": "a bracket that looks like responsibility could not be read: %(words)s",
    "unread_cell": "a cell of responsible units could not be read: %(words)s",
    "unread_table": "a list under '%(words)s' looks like a table but was read as running text",
    "no_brackets": (
        "no bracket of responsibility was found; numbered items were taken as tasks without units"
    ),
    "no_tasks": "no task was found: no bracket of responsibility, no numbered item, no task list",
    "not_a_plan": (
        "this does not look like an action plan: no title such as …计划 or …方案, "
        "and no unit is bound to a duty"
    ),
    "no_units": "item %(item)s has no bracket of responsibility",
    "no_task": "words under %(clause)s have no bracket and are no task: %(words)s…",
}
"""Every code with its English words."""


class Note(str):
    """A note in English, with its code (a key of `NOTES`) and what was put into the words.

    It is a string, so that JSON, YAML and the command line take it as it is.
    """

    code: str = ""
    params: dict[str, str]

    @classmethod
    def of(cls, code: str, **params: object) -> Note:
        """The note of a code, `Note.of("no_units", item="三12")`."""
        words = {name: str(value) for name, value in params.items()}
        note = cls(NOTES[code] % words)
        note.code, note.params = code, words
        return note
