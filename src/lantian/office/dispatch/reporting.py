"""Writing, submitting and verifying reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.dispatch import doubting, evidence
from lantian.office.dispatch.models import Report, ReportFile, ReportQuantity, Round
from lantian.office.dispatch.progress import take_back, write_progress
from lantian.office.dispatch.states import AGAIN_WITHIN, REPORT, ReportState
from lantian.office.frame import clock
from lantian.office.loops import move
from lantian.office.loops.moving import may
from lantian.office.people.actions import record
from lantian.office.plans.terms import State, number_text

MAX_DIGITS = Decimal(10) ** 14
PLACES = 6


@dataclass(frozen=True, slots=True)
class Content:
    """What a reporter says.

    `done` gives the key of each quantity its number, None where nothing is reported; `met` are keys of the
    deadlines that were met.
    """

    progress: str
    percent: int | None = None
    text: str = ""
    done: Mapping[int, Decimal | None] = field(default_factory=dict)
    met: Sequence[int] = ()


class DoubtError(LantianError):
    """What was reported makes sense only if it is meant; `doubts` says what is asked about."""

    def __init__(self, doubts: list[dict[str, Any]], report: Report) -> None:
        self.doubts = doubts
        super().__init__(
            " ".join(doubting.words(one) for one in doubts),
            where=str(report),
            remedy=_("Correct it, or say that it is right."),
        )


def read_number(text: str, what: str = "") -> Decimal | None:
    """A number as people write it: 28,242 · 28 242 · 2.5; None when nothing is written.

    Raises
    ------
    LantianError
        it is no number, is negative, too large, or has more than six decimals
    """
    plain = text.strip().translate(_WIDE).replace(",", "").replace(" ", "").replace("\u00a0", "")
    if not plain:
        return None
    try:
        value = Decimal(plain)
    except InvalidOperation as error:
        raise LantianError(_('"%(text)s" is not a number') % {"text": text.strip()}, where=what) from error
    exponent = value.as_tuple().exponent
    if not value.is_finite() or value < 0 or value >= MAX_DIGITS or not isinstance(exponent, int):
        raise LantianError(_('"%(text)s" cannot be a quantity') % {"text": text.strip()}, where=what)
    if exponent < -PLACES and value != round(value, PLACES):
        raise LantianError(_('"%(text)s" has more than six decimals') % {"text": text.strip()}, where=what)
    return value


_WIDE = str.maketrans("０１２３４５６７８９．，　", "0123456789., ")


def save_draft(
    report: Report, actor: Any, content: Content, *, version: int | None = None, files: Iterable[Any] = ()
) -> None:
    """Keep what was written so far; nothing is submitted.

    Raises
    ------
    LantianError
        the round is closed, somebody was faster, a number is none, or a file is no evidence
    PermissionDenied
        the actor does not report this
    """
    with transaction.atomic():
        row = _to_write(report, actor, version)
        before = _told(row)
        _write(row, content, complete=False)
        row.save()
        _add_files(row, actor, files, ReportFile.Side.REPORTER)
        record(actor, "save_report", row, before=before, after=_told(row))
    report.refresh_from_db()


def submit(
    report: Report,
    actor: Any,
    content: Content,
    *,
    version: int | None = None,
    sure: bool = False,
    files: Iterable[Any] = (),
    unchanged: bool = False,
) -> None:
    """Submit a report for verification; late when its round is due already.

    Parameters
    ----------
    sure
        the reporter was asked about what looks wrong and says that it is right
    unchanged
        it was taken over from the round before, without looking at it one by one

    Raises
    ------
    DoubtError
        something looks wrong and `sure` is false; nothing is written then
    LantianError
        the round is closed, somebody was faster, or something is missing
    PermissionDenied
        the actor does not report this
    """

    def also(row: Report) -> dict[str, Any]:
        _open_round(row)
        _write(row, content, complete=True)
        found = doubting.doubts(row, content)
        if found and not sure:
            raise DoubtError(found, row)
        now = clock.now()
        row.doubts, row.unchanged = found, unchanged
        row.submitted_by, row.submitted_at = getattr(actor, "user", actor), now
        if row.first_submitted_at is None:
            row.first_submitted_at, row.late = now, now > row.round.due
        _add_files(row, actor, files, ReportFile.Side.REPORTER)
        return {**_told(row), "late": row.late, "doubts": [one["code"] for one in found]}

    move(report, "submit_report", actor, version=version, also=also)


def submit_unchanged(report: Report, actor: Any, *, version: int | None = None) -> None:
    """Submit what the last round said, marked as taken over.

    Raises
    ------
    LantianError
        there is nothing to take over
    """
    last = doubting.previous(report)
    if last is None:
        raise LantianError(
            _("there is no earlier report to take over"), where=str(report), remedy=_("Write this one.")
        )
    done = dict(last.quantities.values_list("quantity_id", "done"))
    content = Content(last.progress, last.percent, last.text, done, ())
    submit(report, actor, content, version=version, sure=True, unchanged=True)


def verify(report: Report, actor: Any, *, version: int | None = None, note: str = "") -> None:
    """Confirm a report; from here on it is the progress of its task or share.

    Raises
    ------
    LantianError
        it does not wait for verification, or somebody was faster
    PermissionDenied
        the actor, or somebody of the same unit, submitted it; or others verify it
    """

    def also(row: Report) -> dict[str, Any]:
        row.verified_at = clock.now()
        row.before = write_progress(row, actor)
        return {"progress": row.progress, "percent": row.percent}

    move(report, "verify_report", actor, note, version=version, also=also)


def send_back(report: Report, actor: Any, reason: str, *, version: int | None = None) -> None:
    """Send a report back with its reason; it is due when it was due, or in three days if that has passed.

    Raises
    ------
    LantianError
        the round is closed: nothing could be submitted any more
    """
    due = max(report.round.due, clock.now() + AGAIN_WITHIN)

    def also(row: Report) -> None:
        if _locked_round(row).is_closed:
            raise LantianError(
                _("the round is closed: a report sent back could not be submitted again"),
                where=str(row.round),
                remedy=_("Verify it, find it false, or open the round again."),
            )
        row.returns += 1

    move(report, "return_report", actor, reason, version=version, due=due, also=also)


def find_false(
    report: Report, actor: Any, reason: str, *, version: int | None = None, files: Iterable[Any] = ()
) -> None:
    """Say that a report is not true, with the proof. It counts as a false report and is recorded as a problem
    found; where it had been verified, its task goes back to where it stood.

    Raises
    ------
    LantianError
        the reason is missing, or the report is neither waiting nor verified
    """

    # Here, because findings keep their photos as evidence of this app.
    from lantian.office.findings.actions import keep_false_report

    def also(row: Report) -> dict[str, Any]:
        _add_files(row, actor, files, ReportFile.Side.VERIFIER)
        took = take_back(row, actor, reason) if row.state == ReportState.VERIFIED else {}
        return {"back": took, "finding": keep_false_report(actor, row, reason).pk}

    move(report, "find_report_false", actor, reason, version=version, also=also)


def remove_file(file: ReportFile, actor: Any) -> None:
    """Take a file out of a report that is still being written; what was submitted stays.

    Raises
    ------
    LantianError
        the report was submitted with it
    """
    with transaction.atomic():
        row = _to_write(file.report, actor, None)
        if file.side != ReportFile.Side.REPORTER or (
            row.submitted_at is not None and file.added_at <= row.submitted_at
        ):
            raise LantianError(_("this file was submitted and stays"), where=file.name)
        record(actor, "remove_evidence", row, before={"file": file.name, "sha256": file.sha256})
        file.delete()


def may_write(report: Report, person: Any) -> bool:
    """Whether this person can write in this report now."""
    return report.can_be_edited and may(report, REPORT.move("submit_report"), person)


def _to_write(report: Report, actor: Any, version: int | None) -> Report:
    row = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    person = getattr(actor, "user", actor)
    if not may(row, REPORT.move("submit_report"), person):
        raise PermissionDenied
    if row.state not in (ReportState.DRAFT, ReportState.RETURNED) or (
        version is not None and version != row.version
    ):
        raise LantianError(
            _("this report was submitted meanwhile"), where=str(row), remedy=_("Look at it again.")
        )
    _open_round(row)
    return row


def _locked_round(row: Report) -> Round:
    """The round, held until the end of the transaction: it cannot be closed under a report."""
    return Round.objects.select_for_update(of=("self",)).get(pk=row.round_id)


def _open_round(row: Report) -> None:
    if _locked_round(row).is_closed:
        raise LantianError(
            _("the round is closed and takes no more reports"),
            where=str(row.round),
            remedy=_("Ask who runs the dispatch to open it again."),
        )


def _write(row: Report, content: Content, *, complete: bool) -> None:
    """Put the content into the locked row; what does not fit is refused, nothing is cut off."""
    if content.progress not in State.values and (complete or content.progress):
        raise LantianError(_("say how far it is"), where=str(row))
    percent = {State.DONE: 100, State.NOT_STARTED: 0}.get(content.progress, content.percent)  # type: ignore[call-overload]  # keyed by the members' values
    if percent is not None and not 0 <= percent <= 100:
        raise LantianError(_("the percentage must lie between 0 and 100"), where=str(row))
    if complete and percent is None:
        raise LantianError(_("say how many percent are done"), where=str(row))
    if complete and not content.text.strip():
        raise LantianError(_("say in words what was done"), where=str(row))
    row.progress, row.percent, row.text = content.progress, percent, content.text.strip()
    deadlines = set(row.task.deadlines.values_list("pk", flat=True))
    if not set(content.met) <= deadlines:
        raise LantianError(_("this deadline belongs to another task"), where=str(row))
    row.met = sorted(content.met)
    known = {q.pk for q in row.task.quantities.all()}
    if not set(content.done) <= known:
        raise LantianError(_("this quantity belongs to another task"), where=str(row))
    for key, value in content.done.items():
        ReportQuantity.objects.update_or_create(report=row, quantity_id=key, defaults={"done": value})


def _add_files(row: Report, actor: Any, files: Iterable[Any], side: str) -> None:
    given = list(files)
    if row.files.count() + len(given) > evidence.MAX_FILES:
        raise LantianError(
            _("a report takes %(number)d files at most") % {"number": evidence.MAX_FILES}, where=str(row)
        )
    for upload in given:
        kept = evidence.keep(upload)
        if row.files.filter(sha256=kept.sha256, side=side).exists():
            continue  # the same photo chosen twice
        ReportFile.objects.create(
            report=row, side=side, added_by=getattr(actor, "user", actor), added_at=clock.now(), **kept.fields
        )
        record(actor, "add_evidence", row, after={"file": kept.name, "sha256": kept.sha256})


def _told(row: Report) -> dict[str, Any]:
    done = {str(q.quantity_id): number_text(q.done) for q in row.quantities.all()}
    return {
        "progress": row.progress, "percent": row.percent, "text": row.text, "met": row.met, "done": done
    }  # fmt: skip


def local_day(moment: Any) -> Any:
    """The office's day of a moment."""
    return timezone.localdate(moment)
