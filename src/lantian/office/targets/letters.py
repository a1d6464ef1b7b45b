"""Target letters: allotments issued together, as a Word paper for the record and one for each region."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.loops import move
from lantian.office.papers import Paper
from lantian.office.people.actions import record
from lantian.office.plans.loading import keep_file, kept_path
from lantian.office.regions.models import Region
from lantian.office.targets import rules
from lantian.office.targets.loop import State
from lantian.office.targets.models import Allotment, Letter, LetterLine

SHANGHAI = ZoneInfo("Asia/Shanghai")
ANSWER_DAYS = 10
WHOLE = ""  # the paper with every row


def issue(
    actor: Any,
    region: Region,
    allotments: Sequence[Allotment],
    *,
    title: str = "",
    text: str = "",
    doc_no: str = "",
    issuer: str = "",
    answer_by: date | None = None,
    reason: str = "",
) -> Letter:
    """Issue allotments of a region's divisions as one numbered letter; all of them or none.

    Parameters
    ----------
    allotments
        assigned or revised ones; a revised one is issued again and takes the place of its former value
    answer_by
        the last day to acknowledge or object; ten days from now when None

    Raises
    ------
    LantianError
        nothing to issue, one is not ready, or a division does not reach its parent's value and nobody said
        why it need not
    PermissionDenied
        the actor does not divide this region's goals
    """
    person = getattr(actor, "user", actor)
    if person is not None and not rules.may_divide(person, region):
        raise PermissionDenied
    if not allotments:
        raise LantianError(_("there is nothing to issue"), remedy=_("Assign values first."))
    if any(one.division.region_id != region.pk for one in allotments):
        raise PermissionDenied
    rules.refuse_shortfall(list({one.division_id: one.division for one in allotments}.values()))
    today = clock.today()
    until = answer_by or today + timedelta(days=ANSWER_DAYS)
    if until < today:
        raise LantianError(_("the day to answer by is over"), remedy=_("Choose a later day."))
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        # Numbers of a region are given one after the other: its row is the lock.
        Region.objects.select_for_update(of=("self",)).get(pk=region.pk)
        now = clock.now()
        year = timezone.localtime(now).year
        last = Letter.objects.filter(region=region, year=year).aggregate(last=Max("number"))["last"] or 0
        letter = Letter(
            region=region, year=year, number=last + 1, doc_no=doc_no.strip()[:60],
            title=title.strip()[:200] or default_title(allotments), text=text.strip() or default_text(),
            issuer=issuer.strip()[:120], issued_at=now, issued_by=person, answer_by=until,
        )  # fmt: skip
        rows = [_row(one) for one in allotments]
        letter.content = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        letter.papers = _papers(letter, allotments)
        letter.hash = letter.digest()
        letter.save()
        due = datetime.combine(until + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)
        for one in allotments:
            step = "reissue_target" if one.state == State.REVISED else "issue_target"
            LetterLine.objects.create(
                letter=letter, allotment=one, region=one.region, value=one.value, before=one.issued_value
            )
            # Values as the letter has them: the row is locked and must still be the one that was read.
            new = {"issued_value": one.value, "letter": letter, "answer": ""}
            move(one, step, actor, reason, version=one.version, values=new, due=due)
        record(
            actor, "issue", letter, reason=reason.strip(),
            after={"number": letter.reference, "rows": len(rows), "hash": letter.hash},
        )  # fmt: skip
    return letter


def answer(actor: Any, allotment: Allotment, name: str, words: str, version: int | None = None) -> None:
    """Acknowledge an allotment, or object to it.

    Raises
    ------
    LantianError
        it is not waiting for an answer, or an objection gives no reason
    PermissionDenied
        the actor is no officer of the region it is allotted to
    """
    if name not in {"acknowledge", "object"}:
        raise PermissionDenied
    move(allotment, name, actor, words, version=version, values={"answer": words.strip()})


def default_title(allotments: Sequence[Allotment]) -> str:
    """What the letter is called when nobody says otherwise."""
    years = sorted({one.division.last_day.year for one in allotments if one.division.last_day})
    if len(years) == 1:
        return _("Letter on targets for %(year)d") % {"year": years[0]}
    return _("Letter on targets")


def default_text() -> str:
    """What it says when nobody says otherwise."""
    return _(
        "The targets of the list below are issued to you. Please break them down to measures and answer "
        "within the time set: acknowledge them, or object with reasons."
    )


def paper(letter: Letter, code: str = WHOLE) -> bytes:
    """The Word paper as issued: the whole, or that of one region.

    Raises
    ------
    LantianError
        the file is gone or was changed
    """
    sha256 = letter.papers[code]
    path = kept_path(sha256, ".docx")
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise LantianError(
            _("the paper of this letter is gone or was changed"),
            where=letter.reference,
            remedy=_("Take it from the backup of the data folder."),
        )
    return path.read_bytes()


def faults(letter: Letter) -> list[str]:
    """What is no longer as it was issued: `record`, or the codes of papers."""
    found = [] if letter.digest() == letter.hash else ["record"]
    for code in letter.papers:
        try:
            paper(letter, code)
        except LantianError:
            found.append(code or "paper")
    return found


def superseded(line: LetterLine) -> LetterLine | None:
    """The later row that took this one's place."""
    return line.allotment.lines.filter(pk__gt=line.pk).select_related("letter").order_by("pk").first()


def _row(one: Allotment) -> dict[str, Any]:
    goal = one.division
    return {
        "allotment": one.pk,
        "region": one.region.code,
        "name": one.region.name,
        "what": goal.label,
        "asks": goal.asks_of(one.value),
        "before": goal.asks_of(one.issued_value) if one.issued_value is not None else None,
        "by": goal.by,
        "basis": one.basis,
    }


def _papers(letter: Letter, allotments: Sequence[Allotment]) -> dict[str, str]:
    """The record has every row; each region's own paper its own."""
    kept = {WHOLE: _keep(_word(letter, allotments, ""))}
    for region in {one.region_id: one.region for one in allotments}.values():
        own = [one for one in allotments if one.region_id == region.pk]
        kept[region.code] = _keep(_word(letter, own, region.name))
    return kept


def _keep(content: bytes) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    keep_file(content, sha256, ".docx")
    return sha256


def _word(letter: Letter, allotments: Sequence[Allotment], to: str) -> bytes:
    paper = Paper(letter.title, author=letter.issuer or letter.region.name, moment=letter.issued_at)
    paper.heading(letter.title)
    paper.under([letter.reference])
    paper.simulated()
    if to:
        paper.line(_("To the government of %(region)s:") % {"region": to}, size=14, east="仿宋")
    for line in letter.text.splitlines():
        if line.strip():
            paper.body(line.strip())
    paper.body(_("Answer until %(day)s.") % {"day": letter.answer_by.isoformat()})
    paper.signed(letter.issuer or letter.region.name, letter.issued_at)
    again = any(one.issued_value is not None for one in allotments)
    heads = [_("Region"), _("Target"), _("Value"), _("By"), _("Basis")]
    if again:
        heads.append(_("Takes the place of"))
    rows = []
    for one in allotments:
        goal = one.division
        row = [one.region.name, goal.label, goal.asks_of(one.value), goal.by or None, one.basis or None]
        if again:
            row.append(goal.asks_of(one.issued_value) if one.issued_value is not None else None)
        rows.append(row)
    paper.table(heads, rows, left=(0, 1, 4))
    return paper.content()
