"""Words of this room: where a status comes from, verbs of the log."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

SOURCES: dict[str, Any] = {
    "evaluation": _("computed from the air"),
    "report": _("verified reports"),
    "register": _("register to come"),
    "stated": _("officially stated"),
}
VERBS = {
    "divide": _("began to divide"),
    "fill": _("filled a division"),
    "unassign": _("took back a value"),
    "accept_shortfall": _("accepted a shortfall"),
    "issue_target": _("issued a target"),
    "reissue_target": _("issued a target again"),
    "acknowledge": _("acknowledged"),
    "object": _("objected"),
    "revise": _("revised"),
    "link": _("linked"),
    "unlink": _("unlinked"),
    "state": _("kept a stated figure"),
    "withdraw": _("withdrew"),
}
FIELDS = {
    "regions": _("Regions"),
    "moved": _("values moved"),
    "shortfall": _("Why the parent need not be reached"),
    "files": _("File"),
    "quantity": _("quantity"),
    "target": _("target"),
    "rows": _("Rows"),
    "hash": _("SHA-256"),
}


def source(code: str) -> str:
    """Where a status comes from, in the active language."""
    return str(SOURCES.get(code, code))
