"""What is for the office to say, the people of an enterprise do not say about themselves, at any door."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from xlsxwriter import Workbook

from lantian.errors import LantianError
from lantian.office.people.models import Unit
from lantian.office.registers import actions
from lantian.office.registers.declaring.base import ledger, ledgers
from lantian.office.registers.reader import Reader
from lantian.office.registers.sheets import runs
from lantian.office.registers.writing.filing import may_add

JUDGED = [(one, field) for one in ledgers() if one.owner or one.code == "enterprises" for field in one.judged]
CODE = "91141000701234567E"


@pytest.fixture
def reduction(keep: Any) -> Any:
    return keep(
        "reductions", number="JX-1", enterprise=CODE, pollutant="氮氧化物", amount="120", how="关停",
        basis="排污许可证注销",
    )  # fmt: skip


def faults(read: Any) -> list[tuple[str, str]]:
    return [(one.field, one.code) for one in read.faults]


def sheet(rows: list[tuple[Any, ...]]) -> bytes:
    target = io.BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, cells in enumerate(rows):
            page.write_row(number, 0, cells)
    return target.getvalue()


@pytest.mark.parametrize("one, field", JUDGED, ids=lambda one: getattr(one, "code", getattr(one, "name", "")))
def test_no_judged_field_is_read_from_an_enterprise(one: Any, field: Any, own_people: Any) -> None:
    """Every value of every declared field, of a new record."""
    values = [v for v in field.words.values if field.is_judged(v)] if hasattr(field, "words") else {
        "flag": ["yes", "no"], "day": ["2024-01-01"], "quantity": ["1"], "whole": ["2024"],
    }.get(field.kind, ["字"])  # fmt: skip
    assert values
    for value in values:
        if field.name == "status" and value == one.status.start:
            continue
        assert (field.name, "judged") in faults(Reader(one, own_people).read({field.name: value})), value
        assert (field.name, "judged") not in faults(Reader(one, None).read({field.name: value}))


@pytest.mark.parametrize(
    "one", [one for one in ledgers() if one.owner and one.judged], ids=lambda one: one.code
)
def test_the_rest_of_a_record_is_still_theirs_to_write(one: Any, own_people: Any, firm: Any) -> None:
    """The example of the register without what the office says: only links to other records are missing."""
    skip = {field.name for field in one.judged} | {field.name for field in one.links}
    raw = {name: value for name, value in one.model.example.items() if name not in skip}
    read = Reader(one, own_people).read({**raw, "enterprise": CODE})
    links = {field.name for field in one.links}
    states = {f.name for f in one.fields if f.kind == "day"}
    assert [one for one in read.faults if one.field not in links | states and one.code != "check"] == []
    if may_add(own_people, one):
        assert actions.may_keep(own_people, read.row)


def test_the_form_shows_it_and_does_not_take_it(own_people: Any, firm: Any, signed_in: Any) -> None:
    client, door = signed_in(own_people), f"/registers/enterprises/{firm.pk}/edit/"
    page = client.get(door).content.decode()
    assert 'name="key_polluter"' not in page and "由主管部门认定" in page and 'name="contact"' in page
    sent = {"version": firm.version, "contact": "李四", "key_polluter": "no", "small_scattered": "no"}
    answer = client.post(door, sent)
    assert answer.status_code == 422 and "企业不能填写" in answer.content.decode()
    firm.refresh_from_db()
    assert firm.key_polluter is None and firm.contact == ""
    assert client.post(door, {"version": firm.version, "contact": "李四"}).status_code == 302


def test_the_office_says_it(firm: Any, person: Any, signed_in: Any) -> None:
    client = signed_in(person("officer", "141002"))
    door = f"/registers/enterprises/{firm.pk}/edit/"
    assert 'name="key_polluter"' in client.get(door).content.decode()
    assert client.post(door, {"version": firm.version, "key_polluter": "yes"}).status_code == 302
    firm.refresh_from_db()
    assert firm.key_polluter is True


def test_the_api_refuses_it(own_people: Any, firm: Any, reduction: Any, signed_in: Any) -> None:
    client = signed_in(own_people)

    def patch(row: Any, **values: Any) -> Any:
        door = f"/api/registers/{row.code}/{row.pk}"
        told = {"version": row.version, "values": values, "confirmed": True}
        return client.patch(door, told, content_type="application/json")

    for row, values in (
        (firm, {"key_polluter": "no"}), (reduction, {"status": "verified"}), (reduction, {"bound": "no"}),
    ):  # fmt: skip
        answer = patch(row, **values)
        assert answer.status_code == 422, values
        assert [one["code"] for one in answer.json()["faults"]] == ["judged"]
    assert patch(reduction, amount="100").status_code == 200, "their own claim"
    told = {one["name"]: one["judged"] for one in _fields(client, "reductions")}
    assert told["status"] and told["bound"] and not told["amount"]


def _fields(client: Any, code: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = next(
        one["fields"] for one in client.get("/api/registers").json() if one["code"] == code
    )
    return found


def test_a_table_is_refused_row_by_row(own_people: Any, firm: Any, reduction: Any) -> None:
    head = ("系统编号", "版本", "减排量编号", "出让企业", "污染物", "核定减排量", "减排措施", "状态")
    own = (reduction.pk, 1, "JX-1", CODE, "氮氧化物", 120, "关停")
    for state, verdict, reasons in (("已核定", "refused", ["judged"]), ("已申报", "same", [])):
        run = runs.work(runs.upload(own_people, "reductions", "a.xlsx", sheet([head, (*own, state)]), ""))
        (row,) = run.rows.all()
        assert (row.verdict, [one["code"] for one in row.reasons]) == (verdict, reasons)


def test_a_decided_record_is_no_longer_theirs(
    own_people: Any, firm: Any, reduction: Any, person: Any, signed_in: Any
) -> None:
    read = Reader(reduction.ledger, own_people).read({"status": "verified"}, type(reduction).objects.get())
    with pytest.raises(LantianError, match="企业不能填写"):
        actions.change(own_people, read, confirmed=True)
    officer = person("officer", "141002")
    row = type(reduction).objects.get()
    row = actions.change(
        officer, Reader(row.ledger, officer).read({"status": "verified"}, row), confirmed=True
    )
    for values in ({"amount": "900"}, {"note": "x"}):
        again = Reader(row.ledger, own_people).read(values, type(row).objects.get())
        with pytest.raises(PermissionDenied):
            actions.change(own_people, again, confirmed=True)
    with pytest.raises(PermissionDenied):
        actions.withdraw(own_people, row, "不要了")
    client = signed_in(own_people)
    doors = [f"/registers/reductions/{row.pk}/{end}" for end in ("", "edit/", "withdraw/")]
    assert [client.get(door).status_code for door in doors] == [200, 403, 403]
    told = {"version": row.version, "values": {"amount": "900"}}
    api = f"/api/registers/reductions/{row.pk}"
    assert client.patch(api, told, content_type="application/json").status_code == 403


def test_penalties_are_the_offices_alone(own_people: Any, firm: Any, signed_in: Any) -> None:
    assert not may_add(own_people, ledger("penalties")) and may_add(own_people, ledger("boilers"))
    assert signed_in(own_people).get("/registers/penalties/new/").status_code == 403


def test_neither_the_unit_in_charge_nor_a_day_once_set_is_theirs(
    own_people: Any, keep: Any, signed_in: Any, person: Any, province: Any
) -> None:
    unit = Unit.objects.create(name="临汾市生态环境局", region=province["141000"], kind="department")
    row = keep("boilers", enterprise=CODE, number="9#", fuel="燃煤", capacity="20", due="2026-10-31")
    type(row).objects.filter(pk=row.pk).update(unit=unit)
    client, api = signed_in(own_people), f"/api/registers/boilers/{row.pk}"
    for name, value in (("unit", ""), ("due", "2030-01-01"), ("due", "")):
        told = {"version": row.version, "values": {name: value}, "confirmed": True}
        answer = client.patch(api, told, content_type="application/json")
        assert answer.status_code == 422, (name, value)
        assert (name, "judged") in [(one["field"], one["code"]) for one in answer.json()["faults"]]
    page = client.get(f"/registers/boilers/{row.pk}/edit/").content.decode()
    assert 'name="due"' not in page and 'name="unit"' not in page and "2026-10-31" in page


def test_a_unit_nobody_here_can_name_survives_its_own_export(
    own_people: Any, keep: Any, person: Any, province: Any
) -> None:
    """The export of a county leaves the cell of a unit above it empty; sent back, nothing is taken away."""
    unit = Unit.objects.create(name="临汾市生态环境局", region=province["141000"], kind="department")
    row = keep("boilers", enterprise=CODE, number="9#", fuel="燃煤", capacity="20", due="2026-10-31")
    type(row).objects.filter(pk=row.pk).update(unit=unit)
    head = ("系统编号", "版本", "企业名称", "锅炉编号", "燃料", "额定蒸发量", "责任单位")
    for user in (own_people, person("officer", "141002")):
        cells = (row.pk, 1, CODE, "9#", "燃煤", 20, "")
        run = runs.work(runs.upload(user, "boilers", "a.xlsx", sheet([head, cells]), ""))
        assert [(one.verdict, one.reasons) for one in run.rows.all()] == [("same", [])]
