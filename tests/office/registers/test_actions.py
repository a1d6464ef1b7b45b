"""Records added, changed, withdrawn: refused with reasons, in scope, once, in the log."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from lantian.errors import LantianError
from lantian.office.people.actions import history_of, verify_chain
from lantian.office.registers import actions
from lantian.office.registers.declaring.base import ledger
from lantian.office.registers.reader import Reader

pytestmark = pytest.mark.django_db
GOOD = {
    "enterprise": "91141000701234567E",
    "number": "1#",
    "fuel": "燃煤",
    "capacity": "10 蒸吨",
    "filter": "布袋",
}


def test_a_record_is_added_with_its_region_its_key_and_its_row_of_the_log(
    person: Any, firm: Any, keep: Any
) -> None:
    user = person("wang", "141002")
    boiler = keep("boilers", by=user, **GOOD)
    assert boiler.region == firm.region and boiler.complete and str(boiler) == "1#"
    assert type(boiler).objects.visible_to(user).get() == boiler
    assert not type(boiler).objects.visible_to(person("li", "141024")).exists()
    assert [row.verb for row in history_of(boiler, user)] == ["add_record"]
    assert verify_chain() == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"capacity": "10 MW"}, "wrong_unit"),
        ({"capacity": "1,2"}, "not_a_number"),
        ({"capacity": "1.2345"}, "decimals"),
        ({"capacity": "-1"}, "out_of_range"),
        ({"fuel": "石头"}, "unknown_choice"),
        ({"region": "小店区x"}, "unknown"),
        ({"enterprise": "没有的公司"}, "unknown"),
        ({"built_on": "0213-01-01"}, "century"),
        ({"built_on": "2999-01-01"}, "century"),
        ({"number": ""}, "missing"),
        ({"lon": "111.5"}, "half_position"),
        ({"closed_on": "2020-01-01"}, "check"),
    ],
)
def test_what_is_wrong_is_named(firm: Any, wrong: dict[str, str], code: str) -> None:
    read = Reader(ledger("boilers"), None).read({**GOOD, **wrong})
    assert [fault.code for fault in read.faults] == [code]
    with pytest.raises(LantianError):
        actions.add(None, read, confirmed=True)


def test_what_is_odd_is_asked_about(firm: Any) -> None:
    read = Reader(ledger("boilers"), None).read({**GOOD, "capacity": "3000"})
    assert [fault.code for fault in read.questions] == ["unusual"] and not read.faults
    with pytest.raises(LantianError):
        actions.add(None, read)
    assert actions.add(None, read, confirmed=True).pk


def test_the_same_boiler_is_not_added_twice_however_it_is_written(keep: Any) -> None:
    keep("boilers", **GOOD)
    with pytest.raises(LantianError, match=r"已有|already"):
        keep("boilers", **{**GOOD, "number": "１＃"})


def test_of_two_who_change_a_record_the_second_is_told(person: Any, keep: Any) -> None:
    user = person("wang", "141002")
    boiler = keep("boilers", **GOOD)
    reader = Reader(ledger("boilers"), user)
    actions.change(user, reader.read({"fuel": "燃气"}, copy.copy(boiler)), version=1)
    with pytest.raises(LantianError):
        actions.change(user, reader.read({"fuel": "电"}, copy.copy(boiler)), version=1)
    boiler.refresh_from_db()
    assert (boiler.fuel, boiler.version, boiler.complete) == ("gas", 2, False)


def test_nobody_writes_outside_of_their_county(person: Any, keep: Any) -> None:
    stranger = person("li", "141024")
    boiler = keep("boilers", **GOOD)
    with pytest.raises(PermissionDenied):
        actions.change(
            stranger, Reader(ledger("boilers"), None).read({"fuel": "电"}, copy.copy(boiler)), version=1
        )
    with pytest.raises(PermissionDenied):
        actions.withdraw(stranger, boiler, "mine")


def test_a_withdrawn_record_frees_its_key_and_stays_in_the_log(person: Any, keep: Any) -> None:
    user = person("wang", "141002")
    boiler = keep("boilers", **GOOD)
    actions.withdraw(user, boiler, "录错")
    assert boiler.withdrawn and keep("boilers", **GOOD).pk != boiler.pk
    assert [row.verb for row in history_of(boiler, user)] == ["withdraw_record", "add_record"]


def test_a_firm_others_point_to_is_not_withdrawn(firm: Any, keep: Any) -> None:
    keep("boilers", **GOOD)
    with pytest.raises(LantianError):
        actions.withdraw(None, firm, "错")


def test_many_at_once_leave_the_same_traces(person: Any, firm: Any) -> None:
    user = person("wang", "141002")
    reader = Reader(ledger("boilers"), user)
    rows = [reader.read({**GOOD, "number": str(n)}).row for n in range(5)]
    with transaction.atomic():
        assert actions.add_all(user, rows) == 5
    old = [copy.copy(row) for row in rows]
    with transaction.atomic():
        new = [reader.read({"capacity": "20"}, copy.copy(row)).row for row in rows]
        assert actions.change_all(user, list(zip(old, new, strict=True))) == 5
    assert verify_chain() == []
    assert {row.version for row in type(rows[0]).objects.all()} == {2}
    with pytest.raises(LantianError), transaction.atomic():
        actions.change_all(user, list(zip(old, new, strict=True)))
