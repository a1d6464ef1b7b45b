"""Key polluters: whom the rules propose and why; a person decides, and the log says so."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from lantian.errors import LantianError
from lantian.office.ledgers import key_polluters
from lantian.office.people.actions import history_of, verify_chain
from lantian.office.people.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def firms(keep: Any, firm: Any) -> dict[str, Any]:
    """A foundry of little and others of 141002 and 141024."""
    made = {
        "coker": keep("enterprises", name="甲焦化厂", industry="焦化", region="尧都区"),
        "idle": keep("enterprises", name="乙焦化厂", industry="焦化", region="尧都区", status="停产"),
        "brick": keep("enterprises", name="丙砖厂", industry="砖瓦窑", region="洪洞县", capacity="3"),
        "small": keep("enterprises", name="丁砖厂", industry="砖瓦窑", region="洪洞县", capacity="2.999"),
        "listed": keep("enterprises", name="戊家具厂", industry="家具", region="洪洞县", key_polluter="是"),
        "closed": keep("enterprises", name="己焦化厂", industry="焦化", region="尧都区", key_polluter="是",
                       status="关闭"),
        "known": keep("enterprises", name="庚焦化厂", industry="焦化", region="尧都区", key_polluter="是"),
    }  # fmt: skip
    return {**made, "firm": firm}


@pytest.fixture
def proposed(person: Any) -> Any:
    """What is proposed to somebody of the city: name → whether to add, reasons."""
    chief = person("chief", "141000", role="analyst")
    return lambda: {one.enterprise.name: (one.add, one.reasons) for one in key_polluters.proposals(chief)}


def test_any_criterion_is_enough_and_closed_ones_leave(
    firms: dict[str, Any], keep: Any, proposed: Any
) -> None:
    assert proposed() == {
        "甲焦化厂": (True, ("行业：焦化",)),
        "丙砖厂": (True, ("产能 3 万吨/年",)),
        "戊家具厂": (False, ("不符合任何筛选条件",)),
        "己焦化厂": (False, ("已关闭或并入其他企业",)),
    }
    firm = firms["firm"]
    boiler = {"enterprise": firm, "fuel": "燃气", "low_nox": "是"}
    keep("boilers", number="1", capacity="19.9", **boiler)
    keep("boilers", number="2", capacity="15", **boiler)
    assert firm.name not in proposed()  # 19.9 alone, 34.9 together
    keep("boilers", number="3", capacity="90", **{**boiler, "fuel": "电"})
    keep("boilers", number="4", capacity="50", status="已拆除", **boiler)
    assert firm.name not in proposed()  # neither electric nor dismantled ones count
    keep("boilers", number="5", capacity="0.1", **boiler)
    assert proposed()[firm.name] == (True, ("锅炉合计 35 蒸吨/小时",))
    keep("boilers", number="6", capacity="20", **boiler)
    keep("outlets", enterprise=firm, number="DA001", kind="主要排放口")
    keep("outlets", enterprise=firm, number="DA002", kind="一般排放口")
    assert proposed()[firm.name][1] == ("单台锅炉 20 蒸吨/小时", "锅炉合计 55 蒸吨/小时", "主要排放口 1 个")


def test_a_person_decides_and_the_log_says_why(firms: dict[str, Any], person: Any, proposed: Any) -> None:
    user = person("wang", "141002")
    row = key_polluters.accept(user, firms["coker"], True, "2025 年名录")
    row.refresh_from_db()
    assert row.key_polluter is True and "甲焦化厂" not in proposed()
    last = history_of(row, user)[0]
    assert (last.verb, last.reason) == ("change_record", "2025 年名录；行业：焦化")
    assert verify_chain() == []
    with pytest.raises(LantianError):
        key_polluters.accept(user, firms["coker"], True)
    with pytest.raises(LantianError):
        key_polluters.accept(user, firms["brick"], True)  # another county's: not seen, so not proposed
    with pytest.raises(PermissionDenied):
        key_polluters.accept(person("reader", "141024", role="discipline"), firms["brick"], True)
    own = Unit.objects.create(name="丙砖厂", region=firms["brick"].region, kind="enterprise")
    type(firms["brick"]).objects.filter(pk=firms["brick"].pk).update(account=own)
    with pytest.raises(PermissionDenied):  # nobody judges the own firm
        key_polluters.accept(person("owner", unit=own), firms["brick"], True)


def test_the_page_shows_and_does_it(firms: dict[str, Any], person: Any, signed_in: Any) -> None:
    client = signed_in(person("wang", "141002"))
    page = client.get(reverse("registers:key-polluters")).content.decode()
    assert "甲焦化厂" in page and "行业：焦化" in page and "丙砖厂" not in page and "lt-unverified" in page
    address = reverse("registers:decide-key-polluter", args=[firms["coker"].pk])
    assert client.get(address).status_code == 405
    assert client.post(address, {"add": "yes"}, follow=True).status_code == 200
    firms["coker"].refresh_from_db()
    assert firms["coker"].key_polluter is True
    elsewhere = reverse("registers:decide-key-polluter", args=[firms["brick"].pk])
    assert client.post(elsewhere, {"add": "yes"}).status_code == 404
    assert client.get(reverse("registers:key-polluters"), {"region": "141024"}).status_code == 404


def test_proposals_ask_a_fixed_number_of_questions(
    firms: dict[str, Any], keep: Any, proposed: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(3):
        before = len(proposed())
    for number in range(5):
        keep("enterprises", name=f"新焦化厂{number}", industry="焦化", region="尧都区")
    with django_assert_max_num_queries(3):
        assert len(proposed()) == before + 5
