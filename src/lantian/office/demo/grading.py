"""Grades of the demonstration: entered from last year's list, applications in every state, downgrades."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lantian.office.people.models import User

LOCAL = timezone(timedelta(hours=8))
DOCUMENT = "绩效等级公告（模拟）"
# Of each enterprise in turn: the grade of the year before, and this year's; empty for none.
YEARS = (
    ("C", "B"), ("B", "B"), ("", "C"), ("D", "C"), ("A", "A"), ("B", "C"), ("", ""), ("D", "D"), ("C", "C"),
    ("B", "A"), ("C", ""), ("", "B"),
)  # fmt: skip
# How far an application came, what keeps it from an A on site, by whom it is filled in.
FAR = ("granted", "notice", "objected", "checked", "site", "site", "declared", "draft", "late")
PHOTO = (Path(__file__).parent / "photo.jpg").read_bytes()


def fill(people: Mapping[str, User], today: date) -> None:
    """Enter last year's and this year's grades, take some applications on their way, lower a few."""
    from django.db import transaction

    from lantian.office.frame import clock
    from lantian.office.grading.definition import covered
    from lantian.office.ledgers.industry.enterprise import Enterprise
    from lantian.office.monitoring.kernel import rulebook

    industries = covered(rulebook(), today)
    firms = list(
        Enterprise.objects.filter(industry__in=industries, withdrawn=False)
        .select_related("region")
        .order_by("pk")
    )
    asking = [one for one in firms if one.region.code == "141024"][: len(FAR)]
    with transaction.atomic():
        for number, firm in enumerate(firms):
            with clock.at(_at(today - timedelta(days=20))):
                _grades(firm, YEARS[number % len(YEARS)], today, number)
        for firm, far in zip(asking, FAR, strict=False):
            _apply(people, firm, far, today)
        _downgrades(people, [one for one in firms if one not in asking], today)


def _grades(firm: Any, years: tuple[str, str], today: date, number: int) -> None:
    """A grade a year, as far as the industry has it that year: what it has not becomes its nearest worse."""
    from lantian.office.grading import holding

    first = today - timedelta(days=300 - number % 7 * 30)
    spans = ((first - timedelta(days=365), first - timedelta(days=1)), (first, first + timedelta(days=364)))
    for wanted, (begin, end) in zip(years, spans, strict=True):
        if not wanted:
            continue
        grades = holding.definition_for(firm, firm.industry, begin).grades
        rank = holding.rank_of(wanted)
        grade = next((one for one in grades if one.rank >= rank and not one.picked), grades[-1])
        holding.record_given(
            None, firm, industry=firm.industry, grade=grade.code, first=begin, last=end, document=DOCUMENT
        )


def _apply(people: Mapping[str, User], firm: Any, far: str, today: date) -> None:
    """One application, moved on by the people of county, city and province on their days."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from lantian.office.frame import clock
    from lantian.office.grading import applying, holding

    county, city, chief = people["hongtong"], people["linfen"], people["admin"]
    begun = today - timedelta(days={"granted": 40, "late": 45, "notice": 12, "objected": 14}.get(far, 9))
    taken = holding.definition_for(firm, firm.industry, begun)
    target = next(grade for grade in taken.grades if grade.rank >= (1 if far != "late" else 2))
    with clock.at(_at(begun)):
        row = applying.start(county, firm, target.code)
        answers = {one.code: _good(one, target) for one in taken.indicators}
        paper = SimpleUploadedFile("自评报告（模拟）.pdf", b"%PDF-1.4 simulated report of the demonstration")
        if far == "draft":
            answers = dict(list(answers.items())[: len(answers) // 2])
        applying.keep_answers(row, county, answers, [paper])
        if far == "draft":
            return
        applying.declare(row, county)
    if far == "declared":
        return
    with clock.at(_at(begun + timedelta(days=2))):
        applying.act(row, "pass_review", city)
    if far in {"site", "late"}:
        return
    # The city found one answer worse than it was declared, except where the grade was granted.
    worse = {} if far == "granted" else {"tp_trucks": "80"}
    with clock.at(_at(begun + timedelta(days=6))):
        photo = SimpleUploadedFile("现场（模拟）.jpg", PHOTO)
        applying.record_site_check(
            row, city, worse, "现场逐项核对（模拟）", [photo], checkers="核查组甲、乙（模拟）"
        )
    if far == "checked":
        return
    with clock.at(_at(today - timedelta(days=2) if far != "granted" else begun + timedelta(days=8))):
        applying.put_on_notice(row, city)
    if far == "objected":
        with clock.at(_at(today - timedelta(days=1))):
            applying.raise_objection(city, row, "厂区道路仍有积尘（模拟）", whose="居民（模拟）")
    if far == "granted":
        with clock.at(_at(begun + timedelta(days=20))):
            applying.decide(row, chief, row.found, "公示期无异议（模拟）", document=DOCUMENT)


def _good(indicator: Any, grade: Any) -> str:
    """An answer that just reaches a grade."""
    asked = indicator.asked(grade)
    if asked is not None:
        return str(asked)
    if indicator.kind == "flag":
        return "yes"
    return str(indicator.options[0][0]) if indicator.options else "0"


def _downgrades(people: Mapping[str, User], firms: list[Any], today: date) -> None:
    """Three proposals: decided, dismissed, waiting; and what the search for grounds finds."""
    from lantian.office.frame import clock
    from lantian.office.grading import downgrading

    city, chief = people["linfen"], people["admin"]
    told = "SO₂小时浓度连续3小时超出双控排放标准（模拟）"
    made = []
    for firm in firms:
        with clock.at(_at(today - timedelta(days=15))):
            one = downgrading.propose_downgrade(
                firm, "exceedance", told, today - timedelta(days=16), actor=city if made else None
            )
        made += [one] if one is not None else []
        if len(made) == 3:
            break
    with clock.at(_at(today - timedelta(days=8))):
        if made:
            day = today - timedelta(days=7)
            downgrading.lower(made[0], chief, made[0].proposed, day, "超标属实，依方案降级（模拟）")
        if len(made) > 1:
            downgrading.dismiss(made[1], chief, "经核实为仪器校准（模拟）")
    with clock.at(_at(today)):
        downgrading.look(None)


def _at(day: date) -> datetime:
    return datetime.combine(day, time(16), LOCAL)
