"""A grade is lowered by a person, on a ground with evidence; each thing is proposed once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from lantian.errors import LantianError
from lantian.office.findings import actions as finding_actions
from lantian.office.findings.models import Finding
from lantian.office.frame import clock
from lantian.office.grading import downgrading
from lantian.office.grading.downgrading import propose_downgrade
from lantian.office.grading.models import Downgrade, Held
from lantian.office.grading.rules import grade_of
from lantian.office.loops.audit import audit

FIRST, MAY = date(2025, 3, 1), date(2025, 5, 20)


@pytest.fixture(autouse=True)
def in_may() -> Any:
    with clock.at(datetime(2025, 5, 30, 4, tzinfo=UTC)):
        yield


def found(
    province: Any, firm: Any, kind: str = "facility", severity: str = "serious", **more: Any
) -> Finding:
    new = finding_actions.NewFinding(
        kind=kind, region=province["141002"], place="车间", words="布袋破损", found_on=MAY, severity=severity,
        source="patrol",
    )  # fmt: skip
    row = finding_actions.record_finding(None, new)
    Finding.objects.filter(pk=row.pk).update(enterprise=firm, **more)
    return row


def test_an_exceedance_is_proposed_once_and_decided(firm: Any, folk: Any, give: Any) -> None:
    old = give(firm, "A", FIRST)
    made = propose_downgrade(firm, "exceedance", "SO₂ 62 mg/m³，限值50", MAY, key="stream:1")
    assert made is not None and (made.proposed, made.state) == ("B", "proposed")
    assert propose_downgrade(firm, "exceedance", "SO₂ 62", MAY, key="stream:1") is None
    assert propose_downgrade(firm, "other", "又一事", MAY) is None, "one waits already"
    with pytest.raises(PermissionDenied):
        downgrading.lower(made, folk.county, "B", date(2025, 6, 1), "超标")
    with pytest.raises(LantianError, match="不低于"):
        downgrading.lower(made, folk.city, "A", date(2025, 6, 1), "超标")
    downgrading.lower(made, folk.city, "C", date(2025, 6, 1), "多次超标")
    old.refresh_from_db()
    new = Held.objects.get(lowered_from=old)
    assert (old.state, old.ended_on) == ("lowered", date(2025, 6, 1))
    assert (new.grade, new.valid_from, new.valid_to) == ("C", date(2025, 6, 1), old.valid_to)
    assert grade_of(firm, date(2025, 5, 31)).code == "A" and grade_of(firm, date(2025, 6, 1)).code == "C"
    assert audit() == []


def test_an_exceedance_of_a_c_is_not_the_plans_ground(firm: Any, give: Any) -> None:
    give(firm, "C", FIRST)
    assert propose_downgrade(firm, "exceedance", "超标", MAY) is None
    assert propose_downgrade(firm, "other", "另有理由", MAY).proposed == "D"


def test_nothing_to_lower_and_no_evidence(firm: Any, give: Any) -> None:
    assert propose_downgrade(firm, "other", "没有等级", MAY) is None
    give(firm, "D", FIRST)
    assert propose_downgrade(firm, "other", "已是最低", MAY) is None
    with pytest.raises(LantianError, match="证据"):
        propose_downgrade(firm, "other", " ", MAY)
    with pytest.raises(LantianError, match="理由"):
        propose_downgrade(firm, "rumour", "听说", MAY)


def test_who_proposed_does_not_decide(firm: Any, folk: Any, give: Any) -> None:
    give(firm, "B", FIRST)
    made = propose_downgrade(firm, "other", "现场所见", MAY, actor=folk.city)
    with pytest.raises(PermissionDenied):
        downgrading.dismiss(made, folk.city, "算了")
    downgrading.dismiss(made, folk.province, "证据不足")
    assert grade_of(firm, MAY).code == "B"
    with pytest.raises(PermissionDenied):
        propose_downgrade(firm, "other", "自己说自己", MAY, actor=folk.own)


def test_grounds_are_looked_for_in_findings(
    firm: Any, make_firm: Any, folk: Any, give: Any, province: Any
) -> None:
    give(firm, "A", FIRST)
    none = make_firm("无等级企业")
    row = found(province, firm)
    found(province, firm, severity="minor")
    found(province, firm, kind="dust")
    found(province, none)
    assert downgrading.look(folk.other) == 0, "another county sees nothing of it"
    assert downgrading.look(folk.county) == 1
    assert downgrading.look(folk.county) == 0
    made = Downgrade.objects.get()
    assert (made.ground, made.key, made.link) == ("finding", f"finding:{row.pk}", row.get_absolute_url())
    assert "布袋破损" in made.evidence
    downgrading.dismiss(made, folk.city, "已整改")
    assert downgrading.look(folk.county) == 0, "what was decided is not proposed again"


def test_a_failed_inspection_is_a_check_and_an_old_problem_is_none(
    firm: Any, folk: Any, give: Any, province: Any
) -> None:
    give(firm, "A", date(2025, 5, 25))
    found(province, firm)
    assert downgrading.look(None) == 0, "found before the grade was given"
    found(province, firm, source="joint", found_on=date(2025, 5, 26))
    assert downgrading.look(None) == 1
    assert Downgrade.objects.get().ground == "check"


def test_an_expired_grade_is_noted_and_proposed_at_the_lowest(firm: Any, folk: Any, give: Any) -> None:
    old = give(firm, "B", date(2024, 5, 1), date(2025, 4, 30))
    assert downgrading.look(None) == 1
    old.refresh_from_db()
    made = Downgrade.objects.get()
    assert (old.state, made.ground, made.proposed) == ("expired", "expired", "D")
    assert downgrading.look(None) == 0
    downgrading.lower(made, folk.city, "D", date(2025, 6, 1), "到期未续")
    assert grade_of(firm, date(2025, 5, 15)) is None
    assert grade_of(firm, date(2026, 5, 31)).code == "D" and grade_of(firm, date(2026, 6, 1)) is None
    assert audit() == []


def test_a_grade_that_was_replaced_is_not_lowered(firm: Any, folk: Any, give: Any) -> None:
    give(firm, "B", FIRST)
    made = propose_downgrade(firm, "other", "现场所见", MAY)
    give(firm, "C", date(2025, 5, 25))
    with pytest.raises(LantianError, match="终止"):
        downgrading.lower(made, folk.city, "D", date(2025, 6, 1), "超标")
    made.refresh_from_db()
    assert made.state == "proposed"


def test_an_imposed_consequence_is_a_ground(firm: Any, give: Any, province: Any) -> None:
    from lantian.office.consequences.models import Proposal

    give(firm, "A", FIRST)
    finding = found(province, firm, severity="minor")
    Proposal.objects.create(
        rule_code="x", rule={"title": {"zh": "限产", "en": "cut"}}, kind="halt", finding=finding,
        subject_kind="finding", subject_name="甲", region=province["141002"], raised_on=MAY, first_day=MAY,
        state="imposed", reason={}, decision_words="停产整治三十日",
    )  # fmt: skip
    assert downgrading.look(None) == 1
    assert Downgrade.objects.get().ground == "penalty"
