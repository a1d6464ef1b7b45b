"""The API of `grading`: grades, applications, proposals to lower; as far as one may see them."""

# Annotations as they stand: behind `paginate` ninja does not find the name of a day again.
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.pagination import paginate

from lantian.office.grading import rules
from lantian.office.grading.models import Application, Downgrade, Held
from lantian.office.people.scope import get_visible_or_404

router = Router(tags=["grading"])


class GradeOut(Schema):
    """A grade; `counts_as` is what it counts as on the day asked for, `verified` whether that is certain."""

    id: int
    enterprise: int
    name: str
    region: str
    industry: str
    grade: str
    scale: str
    counts_as: str
    verified: bool
    valid_from: date
    valid_to: date
    ended_on: date | None
    state: str


class LackOut(Schema):
    """An indicator that falls short of the next better grade."""

    code: str
    title: str
    answer: str | None
    asked: str | None
    verified: bool


class ApplicationOut(Schema):
    """An application; `reached` by the declaration, `found` by the site check."""

    id: int
    enterprise: int
    name: str
    region: str
    industry: str
    claimed: str
    reached: str
    found: str
    decided: str
    state: str
    due: datetime | None
    on: date
    notice_from: date | None
    notice_to: date | None
    valid_from: date | None
    valid_to: date | None


class ApplicationWhole(ApplicationOut):
    """The same with its answers and what it lacks for the next better grade."""

    answers: dict[str, str]
    checked: dict[str, str]
    better: str | None
    lacking: list[LackOut]


class DowngradeOut(Schema):
    """A proposal to lower a grade."""

    id: int
    enterprise: int
    name: str
    region: str
    industry: str
    held: str
    ground: str
    evidence: str
    happened_on: date
    proposed_on: date
    proposed: str
    decided: str
    effect_on: date | None
    state: str
    due: datetime | None


@router.get("/grades", response=list[GradeOut], summary="Grades in force on a day")
@paginate
def grades(
    request: HttpRequest, *, q: str = "", grade: str = "", industry: str = "", region: str = "",
    on: date | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    wish = rules.Wish(q, grade, industry, region, on)
    return [_grade(one, wish.day) for one in rules.grades_seen(request.user, wish)]


@router.get("/grades/{pk}", response=GradeOut, summary="One grade, in force or not")
def grade(request: HttpRequest, pk: int) -> dict[str, Any]:
    rows = Held.objects.select_related("enterprise__region")
    return _grade(get_visible_or_404(rows, request.user, pk=pk), rules.Wish().day)


@router.get("/grade-applications", response=list[ApplicationOut], summary="Applications for a grade")
@paginate
def applications(
    request: HttpRequest, state: str = "", region: str = "", q: str = ""
) -> list[dict[str, Any]]:
    found = rules.applications_of(request.user, {"state": state, "region": region, "q": q})
    return [_application(one) for one in found]


@router.get("/grade-applications/{pk}", response=ApplicationWhole, summary="One application with its answers")
def application(request: HttpRequest, pk: int) -> dict[str, Any]:
    row = get_visible_or_404(Application.objects.select_related("enterprise__region"), request.user, pk=pk)
    judged = row.judged(checked=bool(row.checked))
    better = judged.better
    return {
        **_application(row),
        "answers": row.answers,
        "checked": row.checked,
        "better": better.code if better else None,
        "lacking": [
            {
                "code": one.indicator.code,
                "title": one.indicator.zh,
                "answer": one.answer,
                "asked": one.indicator.asked(better) if better else None,
                "verified": one.indicator.verified,
            }
            for one in judged.holding
        ],
    }


@router.get("/grade-downgrades", response=list[DowngradeOut], summary="Proposals to lower a grade")
@paginate
def downgrades(request: HttpRequest, state: str = "") -> list[dict[str, Any]]:
    return [_downgrade(one) for one in rules.downgrades_of(request.user, {"state": state})]


@router.get("/grade-downgrades/{pk}", response=DowngradeOut, summary="One proposal to lower a grade")
def downgrade(request: HttpRequest, pk: int) -> dict[str, Any]:
    rows = Downgrade.objects.select_related("held__enterprise__region")
    return _downgrade(get_visible_or_404(rows, request.user, pk=pk))


def _of(enterprise: Any) -> dict[str, Any]:
    return {"enterprise": enterprise.pk, "name": enterprise.name, "region": enterprise.region.code}


def _grade(held: Held, on: date) -> dict[str, Any]:
    code, _unmatched, verified = rules.counts_as(held.grade, held.scale, on)
    return {
        **_of(held.enterprise), "id": held.pk, "industry": held.industry, "grade": held.grade,
        "scale": held.scale, "counts_as": code, "verified": verified, "valid_from": held.valid_from,
        "valid_to": held.valid_to, "ended_on": held.ended_on, "state": held.state,
    }  # fmt: skip


def _application(row: Application) -> dict[str, Any]:
    plain = (
        "industry", "claimed", "reached", "found", "decided", "state", "on", "notice_from", "notice_to",
        "valid_from", "valid_to",
    )  # fmt: skip
    return {
        **_of(row.enterprise), "id": row.pk, "due": row.state_due,
        **{name: getattr(row, name) for name in plain},
    }  # fmt: skip


def _downgrade(row: Downgrade) -> dict[str, Any]:
    plain = (
        "ground", "evidence", "happened_on", "proposed_on", "proposed", "decided", "effect_on", "state",
    )  # fmt: skip
    return {
        **_of(row.held.enterprise), "id": row.pk, "industry": row.held.industry, "held": row.held.grade,
        "due": row.state_due, **{name: getattr(row, name) for name in plain},
    }  # fmt: skip
