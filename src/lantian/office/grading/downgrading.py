"""Proposals to lower a grade: opened from problems, consequences, expiry, exceedances or by hand; decided."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import MAX_FILES, keep
from lantian.office.frame import clock
from lantian.office.grading import steps, words
from lantian.office.grading.definition import Grade, industry_grade_set, scale_on
from lantian.office.grading.holding import expire, rank_of
from lantian.office.grading.models import Downgrade, DowngradeFile, Ground, Held
from lantian.office.grading.rules import in_force
from lantian.office.grading.states import DowngradeState, GradeState, in_office
from lantian.office.loops import move
from lantian.office.monitoring.kernel import rulebook
from lantian.office.people.actions import record
from lantian.office.people.rules import Capability, can

CHECKED_BY = ("inspection", "joint", "cross_area")
IMPOSED = ("imposed", "carried_out", "lifted")


def propose_downgrade(
    enterprise: Any,
    reason: str,
    evidence: str,
    on: date,
    *,
    industry: str = "",
    actor: Any = None,
    key: str | None = None,
    link: str = "",
    proposed: str = "",
    files: Iterable[Any] = (),
) -> Downgrade | None:
    """Propose to lower the grade an enterprise held on a day: the one door for every source.

    Parameters
    ----------
    enterprise
        a record of `ledgers.Enterprise`
    reason
        one of `Ground`: finding, penalty, check, expired, exceedance, other
    evidence
        what happened, in words a person can check
    on
        the day it happened
    industry
        which of several grades it concerns; the best one held that day where not said
    actor
        the request or person; None is the command line and what runs by itself
    key, link
        what it rests on (`finding:12`), proposed once only; its address in the office
    proposed
        the grade proposed; one lower by the rulebook where not said

    Returns
    -------
    the proposal; None where nothing can be lowered: no grade, the lowest one already, an exceedance of a
    grade the rule does not name, the same thing proposed before, or another proposal waiting

    Raises
    ------
    LantianError
        no evidence in words, an unknown ground, a proposed grade that is not lower, a file of no use
    PermissionDenied
        the person may not record problems, or belongs to an enterprise
    """
    person = getattr(actor, "user", actor)
    if person is not None and not (in_office(None, person) and can(person, Capability.RECORD_FINDING)):
        raise PermissionDenied
    if reason not in Ground.values:
        raise LantianError(_("this is no ground to lower a grade"))
    if not evidence.strip():
        raise LantianError(_("a proposal needs its evidence in words"), remedy=_("Say what happened."))
    held = _held(enterprise, reason, on, industry)
    if held is None:
        return None
    if reason == Ground.EXCEEDANCE and held.grade not in steps.rule("downgrade.exceedance", on).texts:
        return None
    lower = lower_grades(held, on, lowest_only=reason == Ground.EXPIRED)
    if not lower:
        return None
    if proposed and proposed not in [grade.code for grade in lower]:
        raise LantianError(
            _("the grade proposed is not lower than the one held"), remedy=_("Choose a lower one.")
        )
    given = list(files)
    if len(given) > MAX_FILES:
        raise LantianError(_("more than %(most)s files") % {"most": MAX_FILES}, remedy=_("Send fewer."))
    kept = [keep(file) for file in given]
    by = int(steps.rule("downgrade.lowers_by", on).value)
    with transaction.atomic():
        Held.objects.select_for_update(of=("self",)).get(pk=held.pk)
        waiting = Downgrade.objects.filter(held=held, state=DowngradeState.PROPOSED).exists()
        if waiting or (key is not None and Downgrade.objects.filter(key=key).exists()):
            return None
        made = Downgrade.objects.create(
            held=held, ground=reason, evidence=evidence.strip()[:4000], key=key, link=link, happened_on=on,
            proposed_on=clock.today(), proposed=proposed or lower[min(by, len(lower)) - 1].code,
            state_since=clock.now(), state_due=steps.due_in("downgrade"),
        )  # fmt: skip
        DowngradeFile.objects.bulk_create(
            DowngradeFile(downgrade=made, added_by=person, **one.fields) for one in kept
        )
        record(
            actor, "propose_downgrade", made, reason=made.evidence,
            after={"ground": reason, "proposed": made.proposed, "files": [one.sha256 for one in kept]},
        )  # fmt: skip
    return made


def lower_grades(held: Held, on: date, *, lowest_only: bool = False) -> list[Grade]:
    """The grades below the one held that the industry has on a day, the nearest first."""
    grades = industry_grade_set(rulebook(), held.industry, on)
    below = [grade for grade in grades if grade.rank > rank_of(held.grade)]
    return below[-1:] if lowest_only else below


def lower(
    downgrade: Downgrade,
    actor: Any,
    grade: str,
    effect_on: date,
    reason: str,
    *,
    files: Iterable[Any] = (),
    version: int | None = None,
) -> None:
    """Lower the grade from a day on; the new one holds as long as the old one would have, or a year where
    that has passed.

    Raises
    ------
    LantianError
        the grade is not lower, the day lies before the old grade, or the grade has ended meanwhile
    """
    person = getattr(actor, "user", actor)
    kept = [keep(file) for file in files]

    def end(row: Downgrade) -> dict[str, Any]:
        held = Held.objects.select_for_update(of=("self",)).get(pk=row.held_id)
        if held.state not in {GradeState.IN_FORCE, GradeState.EXPIRED}:
            raise LantianError(
                _("this grade has ended meanwhile: %(state)s") % {"state": held.state_label},
                remedy=_("Do not lower it; look at the grade that holds now."),
            )
        if grade not in [one.code for one in lower_grades(held, effect_on)]:
            raise LantianError(
                _("the grade decided is not lower than the one held"), remedy=_("Choose a lower one.")
            )
        if effect_on <= held.valid_from:
            raise LantianError(
                _("the old grade holds from %(day)s") % {"day": held.valid_from},
                remedy=_("Let the lower one begin later."),
            )
        past = held.valid_to < effect_on
        move(held, "end_lowered", None, values={} if past else {"ended_on": effect_on})
        given = Held.objects.create(
            enterprise_id=held.enterprise_id, industry=held.industry, grade=grade,
            scale=scale_on(rulebook(), effect_on).code, valid_from=effect_on,
            valid_to=steps.valid_until(effect_on) if past else held.valid_to,
            lowered_from=held, document=held.document, state_since=clock.now(),
        )  # fmt: skip
        record(actor, "give_grade", given, reason=reason, after={"grade": grade, "valid_from": effect_on})
        DowngradeFile.objects.bulk_create(
            DowngradeFile(downgrade=row, added_by=person, **one.fields) for one in kept
        )
        return {"held": given.pk, "files": [one.sha256 for one in kept]}

    move(
        downgrade, "lower_grade", actor, reason, version=version, also=end,
        values={"decided": grade, "effect_on": effect_on},
    )  # fmt: skip


def dismiss(downgrade: Downgrade, actor: Any, reason: str, *, version: int | None = None) -> None:
    """Leave the grade as it is, with the reason."""
    move(downgrade, "dismiss_downgrade", actor, reason, version=version)


def look(actor: Any = None, on: date | None = None) -> int:
    """Look for grounds: grades that expired, problems found at graded enterprises, consequences imposed.

    Proposes what was not proposed before, within what the person sees; returns how many.
    """
    day = on or clock.today()
    person = getattr(actor, "user", actor)
    expire(day)
    seen = Held.objects.all() if person is None else Held.objects.visible_to(person)
    made = 0
    expired = seen.filter(state=GradeState.EXPIRED, ended_on__isnull=True).select_related(
        "enterprise__region"
    )
    for held in expired.exclude(downgrades__ground=Ground.EXPIRED).order_by("pk"):
        if _has_later(held):
            continue
        words_ = _("%(grade)s was valid until %(day)s and was not renewed") % {
            "grade": words.grade_label(held.grade), "day": held.valid_to,
        }  # fmt: skip
        made += _count(
            propose_downgrade(
                held.enterprise, Ground.EXPIRED, words_, held.valid_to, industry=held.industry, actor=actor,
                key=f"expired:{held.pk}",
            )
        )  # fmt: skip
    return made + _from_findings(actor, seen, day) + _from_penalties(actor, seen, day)


def _from_findings(actor: Any, seen: Any, day: date) -> int:
    from lantian.office.findings.models import Finding, State

    graded = {
        held.enterprise_id: held for held in seen.filter(in_force(day)).select_related("enterprise__region")
    }
    about = Q(enterprise__in=graded) | Q(register="enterprises", record_id__in=list(graded))
    rows = Finding.objects.filter(
        about,
        kind__in=steps.rule("downgrade.grounds", day).texts,
        severity__in=steps.rule("downgrade.severities", day).texts, found_on__lte=day,
    ).exclude(state=State.VOID)  # fmt: skip
    made = 0
    for finding in rows.order_by("found_on", "pk"):
        held = graded[finding.enterprise_id or finding.record_id]
        if finding.found_on < held.valid_from:
            continue
        ground = Ground.CHECK if finding.source in CHECKED_BY else Ground.FINDING
        made += _count(
            propose_downgrade(
                held.enterprise, ground, f"{finding.kind_label}（{finding.found_on}）：{finding.words}",
                finding.found_on, actor=actor, key=f"finding:{finding.pk}", link=finding.get_absolute_url(),
            )
        )  # fmt: skip
    return made


def _from_penalties(actor: Any, seen: Any, day: date) -> int:
    from lantian.office.consequences.models import Proposal

    graded = {
        held.enterprise_id: held for held in seen.filter(in_force(day)).select_related("enterprise__region")
    }
    rows = Proposal.objects.filter(
        finding__enterprise__in=graded, state__in=IMPOSED,
        kind__in=steps.rule("downgrade.penalties", day).texts, raised_on__lte=day,
    ).select_related("finding")  # fmt: skip
    made = 0
    for row in rows.order_by("raised_on", "pk"):
        held = graded[row.finding.enterprise_id]
        if row.raised_on < held.valid_from:
            continue
        made += _count(
            propose_downgrade(
                held.enterprise, Ground.PENALTY,
                f"{row.kind_label}（{row.raised_on}）：{row.decision_words or row.title}", row.raised_on,
                actor=actor, key=f"consequence:{row.pk}", link=row.get_absolute_url(),
            )
        )  # fmt: skip
    return made


def _held(enterprise: Any, reason: str, on: date, industry: str) -> Held | None:
    """The grade a ground concerns: in force that day; for an expired one, the last that was."""
    own = Held.objects.filter(enterprise=enterprise)
    if industry:
        own = own.filter(industry=industry)
    found = list(own.filter(in_force(on)).order_by("pk"))
    if not found and reason != Ground.EXPIRED:
        return None
    if not found:
        found = list(own.filter(valid_to__lte=on, ended_on__isnull=True).order_by("-valid_to", "pk")[:1])
    return min(found, key=lambda one: rank_of(one.grade)) if found else None


def _has_later(held: Held) -> bool:
    later = Held.objects.filter(enterprise=held.enterprise_id, industry=held.industry)
    return later.filter(valid_from__gt=held.valid_from).exists()


def _count(made: Downgrade | None) -> int:
    return int(made is not None)
