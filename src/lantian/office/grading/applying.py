"""Writes about applications: begun, answered, declared, reviewed, checked on site, put on notice, decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import MAX_FILES, PICTURES, Kept, keep
from lantian.office.frame import clock
from lantian.office.grading import rules, steps, words
from lantian.office.grading.definition import Definition
from lantian.office.grading.holding import definition_for, give, may_decide
from lantian.office.grading.judging import judge, read_answer
from lantian.office.grading.models import Application, ApplicationFile, NoticeObjection
from lantian.office.grading.states import (
    ApplicationState,
    ObjectionState,
    declares_for,
    in_office,
)
from lantian.office.loops import move
from lantian.office.people.actions import record
from lantian.office.people.rules import Capability, can

PLAIN = ("pass_review", "send_back", "check_again", "refuse_grade", "withdraw_application")
LIMITS = {"pass_review": "site", "check_again": "site"}


def start(actor: Any, enterprise: Any, claimed: str, industry: str = "") -> Application:
    """Begin an application for a grade.

    Raises
    ------
    PermissionDenied
        the person neither belongs to the enterprise nor keeps registers for its region
    LantianError
        the industry is not graded or has no such grade, or another application is under way
    """
    person = getattr(actor, "user", actor)
    if person is not None and not declares_for(enterprise, person):
        raise PermissionDenied
    industry = industry or enterprise.industry
    taken = definition_for(enterprise, industry, clock.today())
    if taken.grade(claimed) is None:
        raise LantianError(
            _("this industry has no such grade"),
            remedy=_("Choose one of %(grades)s.")
            % {"grades": "、".join(words.name_of(g) for g in taken.grades)},
        )
    with transaction.atomic():
        type(enterprise)._default_manager.select_for_update(of=("self",)).get(pk=enterprise.pk)
        under_way = Application.objects.filter(enterprise=enterprise, industry=industry).exclude(
            state__in=list(Application.loop.closed)
        )
        if under_way.exists():
            raise LantianError(
                _("an application of this enterprise in this industry is under way"),
                remedy=_("Finish or withdraw it first."),
            )
        row = Application.objects.create(
            enterprise=enterprise, industry=industry, claimed=claimed, on=clock.today(),
            definition=taken.as_dict(), started_by=person, state_since=clock.now(),
        )  # fmt: skip
        record(actor, "start_application", row, after={"claimed": claimed, "industry": industry})
    return row


def keep_answers(
    application: Application,
    actor: Any,
    raw: Mapping[str, str],
    files: Iterable[Any] = (),
    *,
    claimed: str = "",
    version: int | None = None,
) -> None:
    """Keep the answers of a declaration that is being filled in; every indicator not in `raw` stays.

    Raises
    ------
    LantianError
        an answer is wrong, a file is no evidence, it is declared already, or somebody was faster
    """
    person = getattr(actor, "user", actor)
    if person is not None and not declares_for(application.enterprise, person):
        raise PermissionDenied
    taken = application.taken
    answers = _read(taken, raw)
    if claimed and taken.grade(claimed) is None:
        raise LantianError(_("this industry has no such grade"))
    kept = _kept(files)
    with transaction.atomic():
        row = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        if row.state != ApplicationState.DRAFT:
            raise LantianError(_("it is declared already"), remedy=_("Have it sent back to change it."))
        if version is not None and version != row.version:
            raise LantianError(
                _("somebody else changed it meanwhile"), remedy=_("Look at it again and fill in anew.")
            )
        before = {code: row.answers.get(code) for code in answers if row.answers.get(code) != answers[code]}
        row.answers = {**row.answers, **answers}
        row.claimed = claimed or row.claimed
        row.reached = _code(judge(taken, row.answers).grade)
        row.version += 1
        row.save()
        _keep_files(row, kept, person, "declared")
        record(
            actor, "answer_indicators", row, before=before,
            after={**{code: answers[code] for code in before}, "files": [one.sha256 for one in kept]},
        )  # fmt: skip
    application.refresh_from_db()


def declare(application: Application, actor: Any, *, version: int | None = None) -> None:
    """Declare: the answers are judged by the rules of today and must reach the grade applied for."""
    taken = definition_for(application.enterprise, application.industry, clock.today())

    def check(row: Application) -> dict[str, Any]:
        grade = taken.grade(row.claimed)
        if grade is None:
            raise LantianError(
                _("this industry no longer has this grade"), remedy=_("Begin a new application.")
            )
        row.definition, row.on = taken.as_dict(), clock.today()
        row.answers = {i.code: row.answers.get(i.code, "") for i in taken.indicators}
        judged = judge(taken, row.answers)
        row.reached = _code(judged.grade)
        lacking = judged.lacking(grade)
        if lacking:
            names = "、".join(one.indicator.title(words.language()) for one in lacking[:5])
            raise LantianError(
                _("%(count)d indicators fall short of %(grade)s: %(names)s")
                % {"count": len(lacking), "grade": words.name_of(grade), "names": names},
                remedy=_("Correct the answers, or apply for a lower grade."),
            )
        return {"reached": row.reached}

    move(application, "declare_grade", actor, version=version, due=steps.due_in("declared"), also=check)


def act(
    application: Application, name: str, actor: Any, reason: str = "", *, version: int | None = None
) -> None:
    """A step that needs nothing but a reason: passed, sent back, checked again, refused, withdrawn."""
    if name not in PLAIN:
        raise PermissionDenied
    due = steps.due_in(LIMITS[name]) if name in LIMITS else None
    values: dict[str, Any] = {"notice_from": None, "notice_to": None} if name == "check_again" else {}
    move(application, name, actor, reason, version=version, values=values, due=due)


def record_site_check(
    application: Application,
    actor: Any,
    raw: Mapping[str, str],
    reason: str,
    files: Iterable[Any],
    *,
    checkers: str = "",
    version: int | None = None,
) -> None:
    """Record what was found on site: every answer as it is there, with photos.

    Raises
    ------
    LantianError
        an answer is wrong, there is no photo, or what `loops.move` refuses
    """
    person = getattr(actor, "user", actor)
    taken = application.taken
    found = _read(taken, raw)
    kept = _kept(files)
    if not any(one.kind in PICTURES for one in kept):
        raise LantianError(_("a site check needs a photo"), remedy=_("Add at least one photo."))

    def check(row: Application) -> dict[str, Any]:
        row.checked = {**row.answers, **found}
        row.found = _code(judge(taken, row.checked).grade)
        _keep_files(row, kept, person, "site")
        changed = {
            code: row.checked[code] for code in row.checked if row.checked[code] != row.answers.get(code)
        }
        return {"changed": changed, "found": row.found, "files": [one.sha256 for one in kept]}

    values = {"checked_on": clock.today(), "checkers": checkers.strip()[:120]}
    move(
        application, "record_site_check", actor, reason, version=version, values=values,
        due=steps.due_in("checked"), also=check,
    )  # fmt: skip


def put_on_notice(application: Application, actor: Any, *, version: int | None = None) -> None:
    """Put on public notice from today, for as many working days as the rulebook says."""
    first = clock.today()
    last = steps.notice_last(first)

    def check(row: Application) -> None:
        if not row.found:
            raise LantianError(
                _("what was found on site reaches no grade"), remedy=_("Refuse it, or check on site again.")
            )

    move(
        application, "put_on_notice", actor, version=version,
        values={"notice_from": first, "notice_to": last}, due=steps.decide_by(last), also=check,
    )  # fmt: skip


def raise_objection(
    actor: Any, application: Application, text: str, *, whose: str = "", came_on: date | None = None
) -> NoticeObjection:
    """Note an objection that came in against a grade on public notice; who sent it is for the office only."""
    person = getattr(actor, "user", actor)
    allowed = person is None or (in_office(None, person) and can(person, Capability.VERIFY_REPORT))
    if not allowed:
        raise PermissionDenied
    if not text.strip():
        raise LantianError(_("an objection needs words"), remedy=_("Say what is objected to."))
    with transaction.atomic():
        row = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        if row.state != ApplicationState.NOTICE:
            raise LantianError(_("it is not on public notice"))
        day = came_on or clock.today()
        if day < row.notice_from or day > clock.today():
            raise LantianError(
                _("an objection comes in between the first day of the notice and today"),
                remedy=_("Correct the day."),
            )
        made = NoticeObjection.objects.create(
            application=row, words=text.strip()[:2000], whose=whose.strip()[:120], came_on=day,
            state_since=clock.now(), state_due=steps.due_in("objection"),
        )  # fmt: skip
        record(actor, "note_objection", made, reason=made.words, after={"came_on": day})
    return made


def answer_objection(
    objection: NoticeObjection, name: str, actor: Any, reason: str, *, version: int | None = None
) -> None:
    """Uphold an objection or not; an upheld one stops the decision until the site is checked again."""
    move(objection, name, actor, reason, version=version)


def decide(
    application: Application,
    actor: Any,
    grade: str,
    reason: str,
    *,
    document: str = "",
    valid_from: date | None = None,
    version: int | None = None,
) -> None:
    """Decide the grade after the public notice; it holds from a day on, as long as the rulebook says.

    Raises
    ------
    LantianError
        the notice is not over, an objection waits or was upheld, the grade is better than what was found, or
        it is decided at a higher level
    """
    person = getattr(actor, "user", actor)
    first = valid_from or clock.today()

    def check(row: Application) -> dict[str, Any]:
        taken = row.taken
        chosen, found = taken.grade(grade), taken.grade(row.found)
        if chosen is None or found is None:
            raise LantianError(_("this industry has no such grade"))
        if row.notice_to is None or clock.today() <= row.notice_to:
            raise LantianError(
                _("the public notice lasts until %(day)s") % {"day": row.notice_to},
                remedy=_("Decide when it is over."),
            )
        _no_objections(row)
        if chosen.picked:
            _may_be_picked(row, found, first)
        elif chosen.rank < found.rank:
            raise LantianError(
                _("what was found on site reaches %(found)s only") % {"found": words.name_of(found)},
                remedy=_("Decide this grade or a lower one, or check on site again."),
            )
        may_decide(person, grade)
        if first < row.notice_from:
            raise LantianError(_("a grade does not hold before its notice"), remedy=_("Correct the day."))
        held = give(
            actor, row.enterprise, industry=row.industry, grade=grade, scale=taken.scale, first=first,
            last=row.valid_to, document=document, application=row,
        )  # fmt: skip
        return {"held": held.pk}

    move(
        application, "decide_grade", actor, reason, version=version, also=check,
        values={
            "decided": grade, "document": document.strip()[:120], "valid_from": first,
            "valid_to": steps.valid_until(first),
        },
    )  # fmt: skip


def _no_objections(row: Application) -> None:
    came = row.objections.filter(came_on__gte=row.notice_from)
    if came.filter(state=ObjectionState.RAISED).exists():
        raise LantianError(_("an objection waits to be looked into"), remedy=_("Answer it first."))
    if came.filter(state=ObjectionState.UPHELD).exists():
        raise LantianError(_("an objection was upheld"), remedy=_("Check on site again, or refuse it."))


def _may_be_picked(row: Application, found: Any, first: date) -> None:
    """A grade that is picked goes to who reaches the best computed one, and has held it long enough."""
    best = next(grade for grade in row.taken.grades if not grade.picked)
    years = int(steps.rule("picked_years", first).value)
    leap = (first.month, first.day) == (2, 29)
    since = rules.grade_of(
        row.enterprise, first.replace(year=first.year - years, day=28 if leap else first.day)
    )
    before = rules.grade_of(row.enterprise, first - timedelta(days=1))
    held = all(one is not None and one.rank <= best.rank for one in (since, before))
    if found.rank > best.rank or not held:
        raise LantianError(
            _("this grade is picked among those that have held %(grade)s for %(years)d years")
            % {"grade": words.name_of(best), "years": years},
            remedy=_("Decide a grade that was reached."),
        )


def _read(taken: Definition, raw: Mapping[str, str]) -> dict[str, str]:
    return {i.code: read_answer(i, str(raw[i.code])) for i in taken.indicators if i.code in raw}


def _kept(files: Iterable[Any]) -> list[Kept]:
    given = list(files)
    if len(given) > MAX_FILES:
        raise LantianError(_("more than %(most)s files") % {"most": MAX_FILES}, remedy=_("Send fewer."))
    return [keep(file) for file in given]


def _keep_files(row: Application, kept: list[Kept], person: Any, step: str) -> None:
    ApplicationFile.objects.bulk_create(
        ApplicationFile(application=row, added_by=person, step=step, **one.fields) for one in kept
    )


def _code(grade: Any) -> str:
    return grade.code if grade is not None else ""
