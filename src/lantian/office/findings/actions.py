"""Writes about findings: recorded, moved on, a repeat confirmed. Each leaves its row in the log.

How one is recorded stands in `recording`; its names are given here too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import MAX_FILES, keep
from lantian.office.findings import catalogue
from lantian.office.findings.models import Finding, FindingFile
from lantian.office.findings.recording import (
    NewFinding,
    Recorded,
    answers_for,
    keep_false_report,
    record_finding,
    record_once,
)
from lantian.office.frame import clock
from lantian.office.loops import move
from lantian.office.people.actions import record
from lantian.office.people.models import ActionLog, Unit
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import region_root

__all__ = [
    "NewFinding",
    "Recorded",
    "act",
    "keep_false_report",
    "record_finding",
    "record_once",
    "settle_repeat",
]

MOVES_OF_STEP = {
    "assign_finding": "found",
    "rectify": "rectified",
    "close_finding": "checked",
    "reopen": "checked",
}


def act(
    finding: Finding,
    name: str,
    actor: Any,
    reason: str = "",
    *,
    version: int | None = None,
    unit: Unit | None = None,
    assignee: Any = None,
    days: int | None = None,
    files: Iterable[Any] = (),
) -> bool:
    """Move a finding on, with the files that prove it and the time limit of the rulebook.

    `unit`, `assignee` and `days` are for the assignment: which unit or person must rectify, within how many
    days instead of those of the rulebook. A person named before is no longer named unless named again.

    Returns
    -------
    whether it was done now; False where the same person had sent the same step before and it was taken then

    Raises
    ------
    what `loops.move` raises, and LantianError where a file is no evidence, or who is to rectify does not
    answer for the place
    """
    person = getattr(actor, "user", actor)
    uploads = list(files)
    if len(uploads) > MAX_FILES:
        raise LantianError(_("more than %(most)s files") % {"most": MAX_FILES}, remedy=_("Send fewer."))
    kept = [keep(file) for file in uploads]
    values: dict[str, Any] = {}
    today = clock.today()
    if name == "assign_finding":
        if unit is not None:
            answers_for(unit, finding.region)
            values["unit"] = unit
        if assignee is not None:
            _reaches(assignee, finding, unit or finding.unit)
        values["assignee"] = assignee
        if days is not None and not 1 <= days <= 365:
            raise LantianError(_("a time limit lies between 1 and 365 days"), remedy=_("Correct the number."))
    elif name == "rectify":
        values["rectified_on"] = today
    elif name == "close_finding":
        values["closed_on"] = today
    elif name == "reopen":
        values |= {"closed_on": None, "rectified_on": None}

    told = {
        "reason": reason, "files": [one.sha256 for one in kept], "days": days,
        "values": {key: values[key] for key in ("unit", "assignee") if key in values},
    }  # fmt: skip
    if _sent_before(finding, name, actor, version, told):
        finding.refresh_from_db()
        return False

    def keep_rows(row: Finding) -> dict[str, Any]:
        FindingFile.objects.bulk_create(
            FindingFile(finding=row, added_by=person, step=MOVES_OF_STEP.get(name, name), **one.fields)
            for one in kept
        )
        return {key: told[key] for key in ("files", "days") if told[key]}

    move(
        finding, name, actor, reason, version=version, values=values, due=_due(finding, name, days),
        also=keep_rows,
    )  # fmt: skip
    return True


def _sent_before(finding: Finding, name: str, actor: Any, version: int | None, told: dict[str, Any]) -> bool:
    """Whether this very step was the last one: the same move, person, words, files, from the version seen."""
    person = getattr(actor, "user", actor)
    if version is None or person is None:
        return False
    now = Finding.objects.filter(pk=finding.pk, version=version + 1).first()
    about = ActionLog.objects.filter(target_type="findings.finding", target_id=str(finding.pk))
    row = about.order_by("-number").first()
    if now is None or row is None or (row.verb, row.actor_id) != (name, person.pk):
        return False
    after = json.loads(row.after)
    return (
        row.reason == told["reason"].strip()
        and after.get("files", []) == told["files"]
        and after.get("days") == told["days"]
        and all(getattr(now, field) == value for field, value in told["values"].items())
    )


def _reaches(assignee: Any, finding: Finding, unit: Unit | None) -> None:
    """Refuse a person who could not see the finding, or may not report on anything."""
    root = region_root(assignee)
    sees = root is not None and finding.region.path.startswith(root)
    if not (sees or (unit is not None and assignee.unit_id == unit.pk)):
        raise LantianError(
            _("%(name)s belongs neither to the region nor to the unit responsible")
            % {"name": assignee.get_full_name()},
            remedy=_("Choose someone of this unit, of this region or of one above it."),
        )
    if not can(assignee, Capability.REPORT_TASK):
        raise LantianError(
            _("%(name)s may not report a rectification") % {"name": assignee.get_full_name()},
            remedy=_("Choose someone else."),
        )


def settle_repeat(
    finding: Finding, actor: Any, confirmed: bool, reason: str = "", *, version: int | None = None
) -> None:
    """Say whether a finding is the same problem as the one it was linked to.

    Raises
    ------
    LantianError
        it is linked to none, or somebody else changed or settled it since (`version` is what was seen)
    PermissionDenied
        the actor may not verify
    """
    person = getattr(actor, "user", actor)
    if person is not None and not can(person, Capability.VERIFY_REPORT):
        raise PermissionDenied
    with transaction.atomic():
        row = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
        if row.repeated_of_id is None:
            raise LantianError(_("this is linked to no earlier problem"))
        if row.repeat_confirmed is confirmed:
            return
        if version is not None and version != row.version:
            raise LantianError(
                _("somebody changed it since you looked"), remedy=_("Look at it again and decide anew.")
            )
        before = {"repeat_confirmed": row.repeat_confirmed}
        row.repeat_confirmed, row.version = confirmed, row.version + 1
        row.save(update_fields=["repeat_confirmed", "version"])
        record(
            actor, "confirm_repeat" if confirmed else "deny_repeat", row, reason=reason.strip(),
            before=before, after={"repeat_confirmed": confirmed},
        )  # fmt: skip
    finding.refresh_from_db()


def _due(finding: Finding, name: str, days: int | None) -> datetime | None:
    """When the next step is due, by the rulebook of the day."""
    if name not in {"assign_finding", "reopen", "rectify"}:
        return None
    if days is not None:
        return clock.now() + timedelta(days=days)
    step = "recheck" if name == "rectify" else finding.severity
    return clock.now() + catalogue.limit(step, clock.today())
