"""The words of dispatch: columns of a round, verbs of the log, fields."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

COLUMNS: dict[str, Any] = {
    "asked": pgettext_lazy("reports of a round", "To report"),
    "in_time": pgettext_lazy("reports of a round", "In time"),
    "late": pgettext_lazy("reports of a round", "Late"),
    "missing": pgettext_lazy("reports of a round", "Not reported"),
    "waiting": pgettext_lazy("reports of a round", "Waiting"),
    "returned": pgettext_lazy("reports of a round", "Sent back"),
    "verified": pgettext_lazy("reports of a round", "Verified"),
    "false": pgettext_lazy("reports of a round", "False"),
    "done": pgettext_lazy("reports of a round", "Done"),
    "overdue": pgettext_lazy("reports of a round", "Past its deadline"),
}

VERBS: dict[str, Any] = {
    "declare_calendar": _("set up a calendar of rounds"),
    "stop_calendar": _("stopped the calendar"),
    "open_round": _("opened the round"),
    "close_round": _("closed the round"),
    "reopen_round": _("opened the round again"),
    "save_report": _("saved a draft of the report"),
    "submit_report": _("submitted the report"),
    "verify_report": _("verified the report"),
    "return_report": _("sent the report back"),
    "find_report_false": _("found the report false"),
    "add_evidence": _("added evidence"),
    "remove_evidence": _("removed evidence"),
    "issue_round_bulletin": _("issued the bulletin of the round"),
    "issue_order": _("issued the order"),
    "reply_order": _("replied to the order"),
    "accept_reply": _("accepted the reply"),
    "return_reply": _("sent the reply back"),
    "close_order": _("closed the order"),
    "withdraw_order": _("withdrew the order"),
}

FIELDS: dict[str, Any] = {
    "progress": _("State"),
    "percent": _("Percent"),
    "text": _("What was done"),
    "met": _("Deadlines met"),
    "done": _("Done"),
    "late": _("Late"),
    "doubts": _("Asked about"),
    "back": _("put back to"),
    "state_due": _("To be moved on by"),
    "reply": _("Reply"),
    "files": _("Files"),
    "papers": _("Papers"),
    "to": _("To"),
    "reports": _("Reports"),
    "unheld": _("Tasks that name nobody"),
}


def column_label(name: str) -> str:
    """A column of a round in the active language."""
    return str(COLUMNS[name])
