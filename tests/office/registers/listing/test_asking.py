"""What a list is asked for: every name narrows as it says, and what is wrong is named and finds nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict

from lantian.office.frame import clock
from lantian.office.registers.declaring.base import ledger
from lantian.office.registers.listing.asking import ask

pytestmark = pytest.mark.django_db


def found(user: Any, query: str) -> set[str]:
    return {row.number for row in ask(ledger("boilers"), QueryDict(query), user).rows}


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", "A-1 B-2 C-3"),
        ("q=a-1", "A-1"),
        ("q=Ａ", "A-1"),
        ("q=示例铸造", "A-1 B-2 C-3"),
        ("q=示例 b", "B-2"),
        ("q=示例 x", ""),
        ("fuel=coal", "A-1 C-3"),
        ("fuel=coal&fuel=gas", "A-1 B-2 C-3"),
        ("fuel=燃气", "B-2"),
        ("status=in_use", "A-1 B-2"),
        ("late=1", "A-1"),
        ("late=0", "A-1 B-2 C-3"),
        ("incomplete=1", "B-2 C-3"),
        ("capacity_from=35.5", "B-2"),
        ("capacity_to=35.4", "A-1 C-3"),
        ("capacity_from=10 蒸吨&capacity_to=11", "A-1 C-3"),
        ("closed_on_since=2021-05-06&closed_on_until=2021/5/6", "C-3"),
        ("due_until=2020-01-01", "A-1 C-3"),
        ("low_nox=unknown", "A-1 B-2 C-3"),
        ("low_nox=yes", ""),
        ("must_connect=1", "A-1 B-2 C-3"),
        ("must_connect=0", ""),
        ("feed=coal_boilers_left", "A-1"),
        ("position=no", "B-2 C-3"),
        ("lon_from=111&lon_to=112&lat_from=36&lat_to=37", "A-1"),
        ("region=141000", "A-1 B-2 C-3"),
        ("region=141002", "A-1 B-2 C-3"),
        ("region=141024", ""),
        ("filter=布袋", "A-1 C-3"),
        ("page=2&sort=-capacity&columns=number,fuel", "A-1 B-2 C-3"),
        ("fuel=&capacity_from=&q=+", "A-1 B-2 C-3"),
    ],
)
def test_each_name_narrows_as_it_says(boilers: Any, person: Any, query: str, numbers: str) -> None:
    asked = ask(ledger("boilers"), QueryDict(query), person("analyst", "140000"))
    assert not asked.faults
    assert {row.number for row in asked.rows} == set(numbers.split())


def test_by_enterprise_and_unit(boilers: Any, firm: Any, person: Any, province: Any) -> None:
    from lantian.office.people.models import Unit

    user = person("analyst", "141000")
    bureau = Unit.objects.create(name="生态环境局", region=province["141000"], kind="department")
    type(firm).objects.filter(pk=firm.pk).update(unit=bureau)
    assert found(user, f"enterprise={firm.pk}") == {"A-1", "B-2", "C-3"}
    asked = ask(ledger("enterprises"), {"unit": str(bureau.pk)}, user)
    assert [row.pk for row in asked.rows] == [firm.pk] and asked.said[0].words == bureau.label


@pytest.mark.parametrize(
    ("query", "name", "code"),
    [
        ("fuel=stone", "fuel", "unknown_choice"),
        ("feul=coal", "feul", "unknown"),
        ("capacity_from=many", "capacity_from", "not_a_number"),
        ("capacity_from=10 MW", "capacity_from", "wrong_unit"),
        ("built_on_since=yesterday", "built_on_since", "not_a_date"),
        ("built_on_since=0020-01-01", "built_on_since", "century"),
        ("low_nox=maybe", "low_nox", "not_a_flag"),
        ("region=999999", "region", "unknown"),
        ("unit=99999999", "unit", "unknown"),
        ("unit=" + "9" * 30, "unit", "unknown"),
        ("enterprise=²", "enterprise", "unknown"),
        ("late=yes", "late", "unknown"),
        ("feed=nothing", "feed", "unknown"),
        ("must_connect=perhaps", "must_connect", "unknown"),
    ],
)
def test_what_is_wrong_is_named_and_gives_nothing(
    boilers: Any, person: Any, query: str, name: str, code: str
) -> None:
    asked = ask(ledger("boilers"), QueryDict(query), person("analyst", "140000"))
    assert [(fault.field, fault.code) for fault in asked.faults] == [(name, code)] and asked.faults[0].words
    assert not asked.rows.exists() and not asked.around.exists()


def test_a_wrong_column_or_order_is_named_and_the_list_still_stands(boilers: Any, person: Any) -> None:
    asked = ask(ledger("boilers"), QueryDict("sort=key_text&columns=fuel,search"), person("a", "140000"))
    assert [fault.field for fault in asked.faults] == ["columns", "sort"]
    assert asked.columns == ("fuel",) and len(asked.rows) == 3


def test_a_name_of_another_room_is_known_when_it_says_so(boilers: Any, person: Any) -> None:
    assert not ask(ledger("boilers"), {"limit": 5}, person("a", "140000"), also=("limit",)).faults


def test_nobody_asks_beyond_what_they_see(boilers: Any, firm: Any, person: Any) -> None:
    stranger = person("li", "141024")
    assert found(stranger, "") == set()
    for query in ("region=141002", f"enterprise={firm.pk}"):
        asked = ask(ledger("boilers"), QueryDict(query), stranger)
        assert [fault.code for fault in asked.faults] == ["unknown"]


@pytest.mark.parametrize(
    ("sort", "numbers"),
    [
        ("number", ["A-1", "B-2", "C-3"]),
        ("-number", ["C-3", "B-2", "A-1"]),
        ("", ["C-3", "B-2", "A-1"]),
        ("-capacity", ["B-2", "C-3", "A-1"]),
        ("due", ["C-3", "A-1", "B-2"]),
        ("-due", ["C-3", "A-1", "B-2"]),
        ("region", ["C-3", "B-2", "A-1"]),
        ("enterprise", ["C-3", "B-2", "A-1"]),
    ],
)
def test_sorted_with_what_is_not_known_last(boilers: Any, person: Any, sort: str, numbers: list[str]) -> None:
    asked = ask(ledger("boilers"), {"sort": sort}, person("analyst", "140000"))
    assert [row.number for row in asked.rows] == numbers


def test_late_follows_the_clock(boilers: Any, person: Any) -> None:
    user = person("analyst", "140000")
    with clock.at(datetime(2020, 1, 1, 4, tzinfo=UTC)):
        assert found(user, "late=1") == set()
    with clock.at(datetime(2020, 1, 1, 4, tzinfo=UTC) + timedelta(days=1)):
        assert found(user, "late=1") == {"A-1"}


def test_what_was_asked_is_said_in_words(boilers: Any, person: Any) -> None:
    asked = ask(
        ledger("boilers"), QueryDict("fuel=coal&fuel=gas&capacity_from=10&late=1"), person("a", "140000")
    )
    assert [(said.name, said.words) for said in asked.said] == [
        ("fuel", "燃煤、燃气"), ("capacity_from", "10 t/h"), ("late", "是"),
    ]  # fmt: skip
