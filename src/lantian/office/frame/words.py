"""Words the frame must know: the verbs of the action log. An app adds its own in `AppConfig.ready`:
`words.VERBS.update({"accept": _("accepted")})`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

VERBS: dict[str, Any] = {
    "add": _("added"),
    "change": _("changed"),
    "delete": _("deleted"),
    "load": _("loaded a file"),
    "init": _("set up the office"),
}

# What a row of the log may tell that is no column of its thing: the file it was loaded from.
FIELDS: dict[str, Any] = {}
