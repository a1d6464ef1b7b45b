"""Another county's rows cannot be overwritten: not by number, by key or by moving them; every door shut."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from lantian.office.registers.declaring.base import ledger
from lantian.office.registers.sheets import export, runs

pytestmark = pytest.mark.django_db
OWN_HEAD = ("系统编号", "版本", "锅炉编号", "额定蒸发量（t/h）", "区域")
FIRM_HEAD = ("区域", "企业名称", "统一社会信用代码", "行业")


@pytest.fixture
def boiler(firm: Any, keep: Any) -> Any:
    """A boiler in 141002."""
    return keep("boilers", enterprise=firm.credit_code, number="1#", fuel="燃气", capacity="9")


def untouched(row: Any) -> bool:
    now = type(row).objects.get(pk=row.pk)
    return (now.version, now.region_id, now.search) == (row.version, row.region_id, row.search)


def test_not_by_number(*, person: Any, boiler: Any, xlsx: Any, read: Any, write: Any, rows: Any) -> None:
    stranger = person("li", "141024")
    run = read(
        stranger, xlsx([OWN_HEAD, (boiler.pk, 1, "1#", 99, "洪洞县"), (987654, 1, "1#", 99, "洪洞县")])
    )
    assert rows(run) == [(2, "refused", ["not_there"]), (3, "refused", ["not_there"])]
    assert untouched(boiler)


def test_not_by_key_and_without_telling_whose_it_is(
    person: Any, firm: Any, xlsx: Any, read: Any, rows: Any
) -> None:
    from lantian.office.registers.models import ImportRow

    stranger = person("li", "141024")
    run = read(
        stranger, xlsx([FIRM_HEAD, ("洪洞县", "另一公司", firm.credit_code, "铸造")]), register="enterprises"
    )
    assert rows(run) == [(2, "refused", ["taken"])]
    told = str(ImportRow.objects.get(run=run).reasons)
    assert firm.name not in told and "尧都" not in told and untouched(firm)


def test_not_by_moving_it_away_or_into_another_county(
    person: Any, boiler: Any, xlsx: Any, read: Any, rows: Any
) -> None:
    inside = person("wang", "141002")
    run = read(inside, xlsx([OWN_HEAD, (boiler.pk, 1, "1#", 9, "洪洞县")]))
    assert rows(run) == [(2, "refused", ["unknown"])]
    city = person("zhang", "141000")
    moved = read(city, xlsx([OWN_HEAD, (boiler.pk, 1, "1#", 9, "洪洞县")]))
    assert rows(moved) == [(2, "change", [])]
    assert untouched(boiler)


def test_a_right_that_was_taken_away_since_the_preview_counts(
    *, person: Any, province: Any, boiler: Any, xlsx: Any, read: Any, write: Any
) -> None:
    user = person("wang", "141002")
    run = read(user, xlsx([OWN_HEAD, (boiler.pk, 1, "1#", 99, "")]))
    user.region = province["141024"]
    user.save()
    run = write(type(run).objects.get(pk=run.pk))
    assert run.counts["late"] == 1 and untouched(boiler)


def test_the_people_of_an_enterprise_write_their_own_records_only(
    *,
    person: Any,
    province: Any,
    firm: Any,
    keep: Any,
    boilers: Any,
    xlsx: Any,
    read: Any,
    write: Any,
    rows: Any,
) -> None:
    from lantian.office.people.models import Unit

    unit = Unit.objects.create(name=firm.name, region=firm.region, kind="enterprise")
    type(firm).objects.filter(pk=firm.pk).update(account=unit)
    other = keep("enterprises", name="别家公司", industry="铸造", region="141002")
    theirs = keep("boilers", enterprise="别家公司", number="7#", fuel="燃气", capacity="9")
    worker = person("firm", "141002", unit=unit)
    run = read(worker, boilers([("1#", "燃气", 5, "")]))
    assert rows(run) == [(2, "add", [])] and write(run).counts["written"] == 1
    bad = read(worker, xlsx([OWN_HEAD, (theirs.pk, 1, "7#", 99, "")]))
    assert rows(bad) == [(2, "refused", ["not_there"])]
    head = ("企业名称", "锅炉编号", "燃料", "额定蒸发量")
    bad = read(worker, xlsx([head, (other.name, "9#", "燃气", 5)]))
    assert rows(bad) == [(2, "refused", ["unknown"])] and untouched(theirs)


def test_who_may_not_keep_registers_hands_in_nothing(
    person: Any, firm: Any, boilers: Any, signed_in: Any
) -> None:
    reader = person("su", "141002", role="discipline")
    with pytest.raises(PermissionDenied):
        runs.upload(reader, "boilers", "a.xlsx", boilers([("1#", "燃气", 5, "")]))
    client = signed_in(reader)
    assert [
        client.get(f"/registers/boilers/{door}").status_code for door in ("import/", "template.xlsx")
    ] == [403] * 2
    export = client.get("/registers/boilers/export.xlsx")
    assert export.status_code == 200 and b"".join(export.streaming_content).startswith(b"PK")


def test_an_upload_is_its_owners_alone(
    *, person: Any, firm: Any, boilers: Any, read: Any, signed_in: Any, client: Any
) -> None:
    owner = person("wang", "141002")
    run = read(owner, boilers([("机密1#", "燃气", 5, ""), ("2#", "石头", 5, "")]))
    doors = [
        f"/registers/boilers/import/{run.pk}/{end}" for end in ("", "part/", "refused.xlsx", "?verdict=add")
    ]
    assert [signed_in(owner).get(door).status_code for door in doors] == [200] * 4
    for other in (person("li", "141024"), person("boss", "141000"), person("root", is_superuser=True)):
        assert [signed_in(other).get(door).status_code for door in doors] == [404] * 4
        for deed in ("confirm", "stop", "resume", "sheet"):
            answer = signed_in(other).post(f"/registers/boilers/import/{run.pk}/{deed}/", {"mode": "good"})
            assert answer.status_code == 404
        assert "台账.xlsx" not in signed_in(other).get("/registers/boilers/import/").content.decode()
    assert all(client.get(door).status_code == 302 for door in doors)
    assert signed_in(owner).get(doors[0].replace("boilers", "enterprises")).status_code == 404
    assert not ledger("boilers").model.objects.exists()


def test_export_and_template_hold_what_their_reader_sees(
    person: Any, boiler: Any, scope_doors: Any, signed_in: Any, tmp_path: Any
) -> None:
    from python_calamine import CalamineWorkbook

    inside, outside = person("wang", "141002"), person("li", "141024")
    scope_doors(
        thing=boiler, secret="1#", inside=inside, outside=outside, lists=["/registers/boilers/export.csv"]
    )
    for user, number in ((inside, 1), (outside, 0)):
        target = tmp_path / f"{user.username}.xlsx"
        target.write_bytes(b"".join(signed_in(user).get("/registers/boilers/export.xlsx").streaming_content))
        rows = CalamineWorkbook.from_path(target).get_sheet_by_index(0).to_python()
        assert len(rows) == 1 + number
        template = signed_in(user).get("/registers/boilers/template.xlsx")
        target.write_bytes(template.content)
        lists = str(CalamineWorkbook.from_path(target).get_sheet_by_index(1).to_python())
        assert "尧都区" not in lists or user is inside
    assert (
        export.write_xlsx(tmp_path / "x.xlsx", ledger("boilers"), outside, type(boiler).objects.none()) == 0
    )
