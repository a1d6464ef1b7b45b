"""One page an enterprise; two entries of one firm made one."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from lantian.errors import LantianError
from lantian.office.people.actions import verify_chain
from lantian.office.registers.crossing import merging
from lantian.office.registers.declaring.base import ledger

pytestmark = pytest.mark.django_db
BOILER = {"fuel": "燃煤", "capacity": "10", "filter": "布袋"}


@pytest.fixture
def twins(keep: Any) -> tuple[Any, Any]:
    """One firm twice: with its code, and without under another spelling; each with a boiler."""
    one = keep("enterprises", name="尧都区宏源焦化有限公司（模拟）", industry="焦化", region="141002",
               credit_code="91110000802100433B", contact="张工")  # fmt: skip
    other = keep(
        "enterprises",
        name="宏源焦化有限责任公司（模拟）",
        industry="焦化",
        region="141002",
        phone="0357-1234567",
    )
    keep("boilers", enterprise=f"#{one.pk}", number="1#", **BOILER)
    keep("boilers", enterprise=f"#{other.pk}", number="2#", **BOILER)
    return one, other


def test_the_page_of_an_enterprise_stays_in_its_county(twins: Any, person: Any, scope_doors: Any) -> None:
    one, _other = twins
    scope_doors(
        thing=one,
        secret=one.name,
        inside=person("in", "141002"),
        outside=person("out", "141024"),
        pages=[f"/enterprises/{one.pk}/"],
        lists=["/enterprises/same/"],
    )


def test_the_page_of_an_enterprise_tells_what_every_register_holds(
    twins: Any, person: Any, signed_in: Any
) -> None:
    one, _other = twins
    text = signed_in(person("in", "141002")).get(f"/enterprises/{one.pk}/").content.decode()
    assert "锅炉" in text and "1#" in text and "2#" not in text and "91110000802100433B" in text


def test_two_spellings_are_proposed_and_merged_with_all_they_have(
    twins: Any, person: Any, signed_in: Any
) -> None:
    one, other = twins
    user = person("in", "141002")
    assert [(found.keep, found.gone) for found in merging.proposals(user)] == [(one, other)]
    answer = signed_in(user).post(
        f"/enterprises/same/{one.pk}/{other.pk}/", {"same": "yes", "reason": "同一家"}
    )
    assert answer.status_code == 302
    one.refresh_from_db()
    other.refresh_from_db()
    assert other.status == "merged" and other.merged_into == one
    assert one.former_names == [other.name] and one.phone == "0357-1234567"
    assert {str(row) for row in ledger("boilers").model.objects.filter(enterprise=one)} == {"1#", "2#"}
    assert merging.proposals(user) == [] and verify_chain() == []


def test_the_firm_is_found_by_its_former_name(twins: Any, keep: Any) -> None:
    one, other = twins
    merging.merge(None, one, other)
    boiler = keep("boilers", enterprise="宏源焦化有限责任公司（模拟）", number="3#", **BOILER)
    assert boiler.enterprise == one


def test_two_that_were_told_apart_are_not_proposed_again(twins: Any, person: Any, signed_in: Any) -> None:
    one, other = twins
    user = person("in", "141002")
    signed_in(user).post(f"/enterprises/same/{one.pk}/{other.pk}/", {"same": "no"})
    assert merging.proposals(user) == []


def test_what_cannot_be_merged_is_refused_and_nothing_moves(twins: Any, keep: Any, person: Any) -> None:
    one, other = twins
    keep("boilers", enterprise=f"#{other.pk}", number="1#", **BOILER)
    with pytest.raises(LantianError):
        merging.merge(None, one, other)  # both have a boiler 1#
    assert ledger("boilers").model.objects.filter(enterprise=other).count() == 2
    with pytest.raises(PermissionDenied):
        merging.merge(person("out", "141024"), one, other)
    third = keep(
        "enterprises", name="别家（模拟）", industry="焦化", region="141002", credit_code="91440300708461136T"
    )
    with pytest.raises(LantianError):
        merging.merge(None, one, third)
    with pytest.raises(LantianError):
        merging.merge(None, one, one)
