"""What the plans put on the board and on the page of a region: targets with status and gap, and tasks due."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lantian.office.frame import panels, words

VERBS = {
    "load": _("loaded a file"),
    "create": _("created"),
    "accept": _("accepted"),
    "correct": _("corrected"),
    "reject": _("rejected"),
    "report": _("reported progress"),
    "assign": _("assigned"),
}
FIELDS = {"file": _("File name"), "assignments": _("assignments")}


def register_panels() -> None:
    """Called once, when the app is ready."""
    words.VERBS.update(VERBS)
    words.FIELDS.update(FIELDS)
    panels.register("targets", "plans:panel-targets", 10, _("Targets"), width="full", height=260)
    panels.register("tasks-due", "plans:panel-tasks", 13, _("Tasks due"), width="full", height=220)
