"""From facts to a proposal, a decision, its proof and its end, in an office."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.errors import LantianError
from lantian.office.consequences import actions, paper, proposing, words
from lantian.office.consequences.models import Proposal, State
from lantian.office.findings import actions as finding_actions
from lantian.office.findings.models import Finding
from lantian.office.frame import clock
from lantian.office.loops import moves_for
from lantian.office.people.actions import verify_chain
from lantian.office.people.models import ActionLog, Unit

MAY = date(2026, 5, 30)
NOON = datetime(2026, 5, 30, 4, tzinfo=UTC)


def proof() -> SimpleUploadedFile:
    return SimpleUploadedFile("移交函.pdf", b"%PDF-1.7 proof")


@pytest.fixture
def bureau(province: dict[str, Any]) -> Unit:
    return Unit.objects.create(name="尧都区住建局", region=province["141002"])


@pytest.fixture
def dust(province: dict[str, Any], bureau: Unit) -> list[Finding]:
    """Ten problems of one unit in May: the threshold of the rule, 30 points too."""
    made = []
    for day in range(1, 11):
        with clock.at(datetime(2026, 5, day, 4, tzinfo=UTC)):
            new = finding_actions.NewFinding(
                kind="dust", region=province["141002"], place=f"{day}号工地", words="裸土未覆盖", unit=bureau,
                found_on=date(2026, 5, day),
            )  # fmt: skip
            made.append(finding_actions.record_finding(None, new))
    return made


@pytest.fixture
def raised(dust: list[Finding]) -> Proposal:
    with clock.at(NOON):
        proposing.propose(None, MAY)
    return Proposal.objects.get(rule_code="accountability")


def test_a_proposal_keeps_its_reason_and_its_rule(raised: Proposal, bureau: Unit) -> None:
    assert (raised.state, raised.kind, raised.unit, raised.period) == (
        State.PROPOSED,
        "referral",
        bureau,
        "2026-05",
    )
    assert raised.rule["clause"]["zh"].startswith("四（五）")
    assert raised.rule["value"]["when"]["any"][0]["findings"]["at_least"] == {
        "parameter": "referral_findings"
    }
    counted = words.said(raised.reason).parts[0]
    assert counted.truth and len(counted.evidence) == 10
    assert counted.evidence[0]["url"].startswith("/findings/")
    assert not raised.verified
    assert raised.state_due == NOON + timedelta(days=10)


def test_the_same_condition_is_raised_once(raised: Proposal) -> None:
    with clock.at(NOON + timedelta(hours=1)):
        run = proposing.propose(None, MAY)
    assert (run.raised, run.standing, run.gone) == (0, 1, 0)
    with clock.at(NOON + timedelta(days=1)):
        run = proposing.propose(None)  # nine in the last thirty days now: that takes no ground away
    assert (run.raised, run.gone) == (0, 0)
    assert Proposal.objects.filter(rule_code="accountability").count() == 1


def test_a_ground_that_falls_away_is_marked_and_comes_back(raised: Proposal, dust: list[Finding]) -> None:
    with clock.at(NOON + timedelta(hours=1)):
        finding_actions.act(dust[0], "void_finding", None, "查无此事")
        run = proposing.propose(None, MAY)
        raised.refresh_from_db()
        assert run.gone == 1 and raised.ground_gone_on == MAY and raised.state == State.PROPOSED
        with pytest.raises(LantianError):
            actions.decide(raised, "impose", None)
        new = finding_actions.NewFinding(
            kind="dust", region=dust[0].region, place="新工地", words="裸土", unit=dust[0].unit, found_on=MAY
        )
        finding_actions.record_finding(None, new)
        proposing.propose(None, MAY)
    raised.refresh_from_db()
    assert raised.ground_gone_on is None
    verbs = ActionLog.objects.filter(target_type="consequences.proposal", target_id=str(raised.pk))
    assert list(verbs.order_by("number").values_list("verb", flat=True)) == [
        "propose_consequence", "ground_gone", "ground_back"
    ]  # fmt: skip


def test_what_could_not_be_judged_is_counted(province: Any, bureau: Unit) -> None:
    with clock.at(NOON):
        run = proposing.propose(None, MAY)
    assert all({"rule", "zh", "en", "why", "subjects"} <= set(one) for one in run.unknown)


def test_from_decision_to_the_end(raised: Proposal, person: Any, bureau: Unit) -> None:
    city = person("city", "141000", "dispatcher")
    officer = person("officer", "141002", unit=bureau)
    with clock.at(NOON):
        assert [step.name for step in moves_for(raised, city)] == ["impose", "impose_changed", "waive"]
        assert moves_for(raised, officer) == []
        actions.decide(raised, "impose", city, decision=actions.Decision(addressees="尧都区住建局"))
        assert (raised.state, raised.decided_by) == (State.IMPOSED, city)
        assert raised.state_due == NOON + timedelta(days=15)
        with pytest.raises(LantianError):  # no proof
            actions.carry_out(raised, officer, "已移交", [])
        with pytest.raises(LantianError):  # a program is no proof
            actions.carry_out(raised, officer, "已移交", [SimpleUploadedFile("a.pdf", b"MZ")])
        actions.carry_out(raised, officer, "已移交", [proof()])
        actions.note(raised, city, outcome="区纪委已受理")
        actions.finish(raised, "lift", city, "问责完毕")
    assert (raised.state, raised.outcome) == (State.LIFTED, "区纪委已受理")
    assert raised.files.get().name == "移交函.pdf"
    assert verify_chain() == []


def test_who_may_not_decide(raised: Proposal, person: Any, bureau: Unit) -> None:
    own_unit = person("own", "141002", "dispatcher", unit=bureau)
    elsewhere = person("elsewhere", "141024", "dispatcher")
    analyst = person("analyst", "141000", "analyst")
    for one in (own_unit, elsewhere, analyst):
        with clock.at(NOON), pytest.raises(PermissionDenied):
            actions.decide(raised, "waive", one, "不必")


def test_nobody_decides_about_his_own_region(province: Any, person: Any, dust: Any, raised: Proposal) -> None:
    Proposal.objects.filter(pk=raised.pk).update(subject_kind="region", unit=None)
    raised.refresh_from_db()
    with clock.at(NOON), pytest.raises(PermissionDenied):
        actions.decide(raised, "waive", person("own", "141002", "dispatcher"), "不必")
    with clock.at(NOON):
        actions.decide(raised, "waive", person("above", "141000", "dispatcher"), "已整改到位")
    assert raised.state == State.WAIVED


def test_waiving_needs_a_reason_and_the_faster_one_wins(raised: Proposal, person: Any) -> None:
    one, two = person("one", "141000", "dispatcher"), person("two", "140000", "dispatcher")
    with clock.at(NOON):
        seen = raised.version
        with pytest.raises(LantianError):
            actions.decide(raised, "waive", one, " ")
        actions.decide(raised, "waive", one, "已整改", version=seen)
        with pytest.raises(LantianError):
            actions.decide(raised, "impose", two, version=seen)
    assert raised.state == State.WAIVED


@pytest.fixture
def fire(province: dict[str, Any], person: Any) -> Proposal:
    """A fire spot in Lingchuan, whose deduction has no amount in the plan."""
    from lantian.office.regions.models import Region

    city = Region.objects.create(code="140500", name="晋城市", level="city", parent=province["140000"])
    county = Region.objects.create(code="140524", name="陵川县", level="county", parent=city)
    with clock.at(NOON):
        new = finding_actions.NewFinding(
            kind="fire_spot", region=county, place="某村", words="秸秆焚烧", found_on=MAY, severity="serious"
        )
        spot = finding_actions.record_finding(None, new)
        assert proposing.propose(None, MAY).raised == 0  # only reported so far
        finding_actions.act(spot, "assign_finding", None)
        proposing.propose(None, MAY)
    return Proposal.objects.get(rule_code="fire_spot")


def test_an_amount_no_document_states_is_stated_by_who_decides(fire: Proposal) -> None:
    assert (fire.amount, fire.unit_of_measure, fire.verified) == (None, "万元", True)
    with clock.at(NOON):
        with pytest.raises(LantianError):
            actions.decide(fire, "impose", None)
        with pytest.raises(LantianError):
            actions.decide(
                fire, "impose_changed", None, "照办法", decision=actions.Decision(amount=Decimal(-5))
            )
        actions.decide(fire, "impose_changed", None, "照县办法", decision=actions.Decision(amount=Decimal(5)))
    assert (fire.amount, fire.decided_amount, fire.held_amount) == (None, Decimal(5), Decimal(5))


def test_a_void_finding_takes_the_ground(fire: Proposal) -> None:
    with clock.at(NOON):
        finding_actions.act(fire.finding, "void_finding", None, "非火点")
        assert proposing.propose(None, MAY).gone == 1
    fire.refresh_from_db()
    assert fire.ground_gone_on == MAY


def test_what_is_past_its_last_day_expires(raised: Proposal) -> None:
    with clock.at(NOON):
        wish = actions.Decision(last=date(2026, 6, 10))
        actions.decide(raised, "impose_changed", None, "限期", decision=wish)
        assert proposing.expire() == 0
    with clock.at(NOON + timedelta(days=11)):
        assert proposing.expire() == 0  # the last day itself
    with clock.at(NOON + timedelta(days=12)):
        assert proposing.expire() == 1
    raised.refresh_from_db()
    assert raised.state == State.EXPIRED


def test_the_paper_says_both(raised: Proposal, person: Any) -> None:
    from docx import Document

    with clock.at(NOON):
        actions.decide(raised, "impose", person("city", "141000", "dispatcher"), "情节严重")
        content = paper.as_word(raised)
    document = Document(io.BytesIO(content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "移交" in text and "临政发〔2024〕4号" in text and "情节严重" in text
    cells = [cell.text for row in document.tables[0].rows for cell in row.cells]
    assert any("1号工地" in cell for cell in cells)


def test_a_broken_rule_file_is_one_line_and_nothing_is_written(
    office_data: Any, province: Any, monkeypatch: Any
) -> None:
    (office_data / "rules").mkdir()
    (office_data / "rules" / "ours.yaml").write_text(
        "add:\n  consequences.rules.own.mine:\n"
        "    - {value: {subject: unit}, document: 某, clause: 一, verified: true}\n",
        encoding="utf-8",
    )
    with clock.at(NOON), pytest.raises(LantianError) as caught:
        proposing.propose(None, MAY)
    assert "ours.yaml line 3, mine" in caught.value.line
    assert not Proposal.objects.exists()
