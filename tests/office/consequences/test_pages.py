"""Pages, scope at every door, and what plans state beside the rules."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.assessment.consequences import load_rules
from lantian.office.consequences import proposing, stated, words
from lantian.office.consequences.models import Proposal
from lantian.office.findings import actions as finding_actions
from lantian.office.frame import clock
from lantian.office.people.models import Unit
from lantian.office.plans.actions import load_plan_file
from lantian.office.plans.models import Deadline, Plan
from lantian.rulebook import load

NOON = datetime(2026, 5, 30, 4, tzinfo=UTC)
MAY = date(2026, 5, 30)


@pytest.fixture
def talk(province: dict[str, Any]) -> Proposal:
    """A talk for a false report."""
    unit = Unit.objects.create(name="尧都区秘密局", region=province["141002"])
    with clock.at(NOON):
        new = finding_actions.NewFinding(
            kind="report_false", region=province["141002"], place="某企业", words="上报已完成，现场未动工",
            unit=unit, found_on=MAY, source="dispatch",
        )  # fmt: skip
        finding_actions.record_finding(None, new)
        proposing.propose(None, MAY)
    return Proposal.objects.get(rule_code="false_report")


def test_a_proposal_stays_in_its_county(scope_doors: Any, person: Any, talk: Proposal) -> None:
    scope_doors(
        thing=talk,
        secret="尧都区秘密局",
        inside=person("in", "141002"),
        outside=person("out", "141024"),
        pages=[f"/consequences/{talk.pk}/", f"/api/consequences/{talk.pk}"],
        lists=["/consequences/", "/consequences/?kind=talk", "/api/consequences"],
    )


def test_steps_on_the_page(signed_in: Any, person: Any, talk: Proposal) -> None:
    city = signed_in(person("city", "141000", "dispatcher"))
    outside = signed_in(person("out", "141024", "dispatcher"))
    at = f"/consequences/{talk.pk}"
    with clock.at(NOON):
        for door in ("do/impose/", "note/"):
            assert outside.post(f"{at}/{door}").status_code == 404
        assert outside.get(f"{at}/paper.docx").status_code == 404
        page = city.get(f"{at}/").content.decode()
        assert "do/impose/" in page and "do/waive/" in page
        assert city.post(f"{at}/do/waive/", {"version": talk.version}).status_code == 422  # no reason
        assert (
            city.post(f"{at}/do/impose/", {"version": talk.version, "addressees": "某局"}).status_code == 302
        )
        assert city.post(f"{at}/do/impose/", {"version": talk.version}).status_code == 422  # too late
        wish = {"commitments": "十日内动工", "follow_up": "2026-06-10", "version": talk.version + 1}
        assert city.post(f"{at}/note/", wish).status_code == 302
        early = {**wish, "follow_up": "2026-05-01", "version": talk.version + 2}
        assert city.post(f"{at}/note/", early).status_code == 422
        assert "十日内动工" in city.get(f"{at}/").content.decode()
        assert city.get(f"{at}/paper.docx").content[:2] == b"PK"
        proof = SimpleUploadedFile("记录.pdf", b"%PDF-1.7 talk")
        done = city.post(f"{at}/do/carry_out/", {"reason": "已约谈", "files": proof})
        assert done.status_code == 302
    file = talk.files.get()
    assert city.get(f"/consequences/files/{file.pk}/")["X-Content-Type-Options"] == "nosniff"
    assert outside.get(f"/consequences/files/{file.pk}/").status_code == 404


def test_judging_by_the_button_stays_inside(signed_in: Any, person: Any, talk: Proposal) -> None:
    Proposal.objects.all().delete()
    with clock.at(NOON):
        far = signed_in(person("far", "141024", "dispatcher"))
        assert far.post("/consequences/judge/", {"on": "2026-05-30"}).status_code == 302
        assert not Proposal.objects.exists()
        assert signed_in(person("officer", "141002")).post("/consequences/judge/").status_code == 403
        near = signed_in(person("near", "141000", "dispatcher"))
        near.post("/consequences/judge/", {"on": "2026-06-30"})  # a day to come
        assert not Proposal.objects.exists()
        near.post("/consequences/judge/", {"on": ""})
    assert Proposal.objects.get().rule_code == "false_report"


def test_other_pages(signed_in: Any, person: Any, talk: Proposal) -> None:
    browser = signed_in(person("in", "141000"))
    assert "压减生产负荷" in browser.get("/consequences/rules/").content.decode()
    assert browser.get("/consequences/stated/").status_code == 200
    assert browser.get("/consequences/export.xlsx").content[:2] == b"PK"
    assert "尧都区秘密局" in browser.get("/regions/141002/panels/consequences/").content.decode()


def test_every_condition_has_its_words() -> None:
    from lantian.assessment.consequences.conditions import COMPARATORS
    from lantian.assessment.consequences.reading import FORMS
    from lantian.assessment.consequences.rule import ENDS

    assert set(words.SAYING) == set(FORMS)
    assert set(words.COMPARED) == set(COMPARATORS)
    assert set(words.ENDS) == set(ENDS)


@pytest.mark.shared
def test_the_seed_of_linfen(shared: Path, province: Any, person: Any) -> None:
    """Three halts and cuts of the plan are raised when their deadlines pass, and each has its rule."""
    load_plan_file(shared / "seeds" / "linfen-city-2024.txt")
    plan = Plan.objects.get()
    for on, expected in (
        (date(2024, 4, 2), {"voc_not_rectified"}),
        (date(2024, 6, 3), {"voc_not_rectified", "fleet_not_converted", "site_machines_not_electric"}),
    ):
        with clock.at(datetime(on.year, on.month, on.day, 4, tzinfo=UTC)):
            proposing.propose(None, on)
        tasks = Proposal.objects.filter(subject_kind="task")
        assert {row.rule_code for row in tasks} == expected
    fleet = Proposal.objects.filter(rule_code="fleet_not_converted").first()
    assert (fleet.amount, fleet.first_day, fleet.task.number) == (10, date(2024, 6, 1), "24")
    # In the autumn-winter stage the second stage joins; once converted, the ground is gone.
    with clock.at(datetime(2024, 10, 8, 4, tzinfo=UTC)):
        proposing.propose(None)
        twenty = Proposal.objects.filter(rule_code="fleet_not_converted", stage=1).first()
        assert (twenty.amount, twenty.period) == (20, "2024-autumn_winter")
        Deadline.objects.filter(task=fleet.task, last_day=date(2024, 5, 31)).update(met_on=date(2024, 10, 7))
        proposing.propose(None)
    gone = Proposal.objects.filter(rule_code="fleet_not_converted", ground_gone_on=date(2024, 10, 8))
    assert gone.count() == Proposal.objects.filter(rule_code="fleet_not_converted").count()

    rows = stated.covered(person("city", "141000", "dispatcher"), proposing.rules_on(date(2024, 10, 8)))
    assert rows and all(row.stated.plan == plan for row in rows)
    with_rule = {row.stated.clause.cited for row in rows if row.rules}
    assert {"三（二）11", "三（四）24", "三（四）26"} <= with_rule


@pytest.mark.shared
def test_a_rule_to_fill_in_is_a_rule_once_filled_in(
    shared: Path, province: Any, person: Any, tmp_path: Path
) -> None:
    load_plan_file(shared / "seeds" / "linfen-city-2024.txt")
    rows = stated.covered(person("city", "141000", "dispatcher"), [])
    assert rows
    for number, row in enumerate(rows):
        text = row.template.replace("amount: ＿＿", "amount: 5").replace("＿＿", "some words")
        file = tmp_path / f"{number}.yaml"
        file.write_text(text, encoding="utf-8")
        codes = {rule.code for rule in load_rules(load([file]), on=date(2024, 10, 8))}
        assert f"plan{row.stated.plan_id}_{row.stated.pk}" in codes, text
