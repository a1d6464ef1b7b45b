"""Pages, scope at every door, import and Excel of findings."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from lantian.office.findings import actions
from lantian.office.findings.models import Finding, FindingFile
from lantian.office.frame import clock
from lantian.office.people.models import Unit

NOON = datetime(2026, 5, 20, 4, tzinfo=UTC)
SECRET = "裸土三千平方米未覆盖"


@pytest.fixture
def dust(province: dict[str, Any]) -> Finding:
    unit = Unit.objects.create(name="尧都区住建局", region=province["141002"])
    with clock.at(NOON):
        return actions.record_finding(
            None,
            actions.NewFinding(
                kind="dust", region=province["141002"], place="滨河路", words=SECRET, unit=unit,
                found_on=date(2026, 5, 20), files=[SimpleUploadedFile("现场.jpg", b"\xff\xd8\xff photo")],
            ),
        )  # fmt: skip


def test_a_finding_stays_in_its_county(scope_doors: Any, person: Any, dust: Finding) -> None:
    inside, outside = person("in", "141002"), person("out", "141024")
    scope_doors(
        thing=dust,
        secret=SECRET,
        inside=inside,
        outside=outside,
        pages=[f"/findings/{dust.pk}/", f"/api/findings/{dust.pk}"],
        lists=["/findings/", f"/findings/?q={SECRET}", "/findings/day/2026-05-20/", "/api/findings"],
    )
    file = dust.files.get()
    scope_doors(
        thing=file, secret="现场.jpg", inside=inside, outside=outside, pages=[f"/findings/files/{file.pk}/"]
    )
    assert not FindingFile.objects.visible_to(outside).exists()


def test_the_excel_is_scoped_and_harmless(signed_in: Any, person: Any, dust: Finding) -> None:
    Finding.objects.filter(pk=dust.pk).update(place="=cmd()")
    answer = signed_in(person("in", "141002")).get("/findings/export.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[1][3] == "'=cmd()" and len(rows) == 2
    answer = signed_in(person("out", "141024")).get("/findings/export.xlsx")
    assert (
        len(CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()) == 1
    )


def test_the_steps_of_others_are_closed(signed_in: Any, person: Any, dust: Finding) -> None:
    outside = signed_in(person("out", "141024"))
    for door in (f"/findings/{dust.pk}/do/void_finding/", f"/findings/{dust.pk}/repeat/"):
        assert outside.post(door, {"reason": "x"}).status_code == 404
    dust.refresh_from_db()
    assert dust.state == "open"
    analyst = signed_in(person("analyst", "141000", "analyst"))
    assert analyst.post(f"/findings/{dust.pk}/do/void_finding/", {"reason": "x"}).status_code == 403


def test_a_form_with_photo(signed_in: Any, person: Any, province: Any) -> None:
    browser = signed_in(person("in", "141002"))
    asked = {
        "kind": "fire_spot", "region": province["141002001"].pk, "place": "北村地头", "words": "焚烧秸秆",
        "severity": "serious", "source": "patrol", "found_on": "2026-05-20", "lon": "111.5", "lat": "36.1",
    }  # fmt: skip
    with clock.at(NOON):
        assert "kind" in browser.get("/findings/new/").content.decode()
        photo = SimpleUploadedFile("火点.jpg", b"\xff\xd8\xff fire")
        answer = browser.post("/findings/new/", {**asked, "files": photo})
        made = Finding.objects.get()
        assert answer.status_code == 302 and made.files.get().name == "火点.jpg"
        # What was wrong is said beside the form, nothing is written.
        for wrong in ({"found_on": "2026-05-21"}, {"region": province["141024"].pk}, {"lon": "500"}):
            assert browser.post("/findings/new/", asked | wrong).status_code == 422
        program = SimpleUploadedFile("火点.jpg", b"MZ program")
        assert browser.post("/findings/new/", {**asked, "files": program}).status_code == 422
    assert Finding.objects.count() == 1


def test_steps_on_the_page(signed_in: Any, person: Any, dust: Finding) -> None:
    browser = signed_in(person("in", "141002"))
    with clock.at(NOON):
        page = browser.get(dust.get_absolute_url()).content.decode()
        assert "assign_finding" in page and "rectify" not in page
        answer = browser.post(f"/findings/{dust.pk}/do/assign_finding/", {"version": "1", "days": "2"})
        assert answer.status_code == 302
        again = browser.post(f"/findings/{dust.pk}/do/void_finding/", {"version": "1", "reason": "重复"})
        assert again.status_code == 422  # somebody was faster
    dust.refresh_from_db()
    assert (dust.state, dust.state_due.date()) == ("assigned", date(2026, 5, 22))


TABLE = """\
发现日期,问题类别,区县,地点,问题描述,责任单位,严重程度
2026-05-18,扬尘,尧都区,甲工地,裸土未覆盖,,一般
2026/5/18,散煤,141002,乙村,"=HYPERLINK(""x"")",,严重
2026-05-18,雾霾,尧都区,甲工地,裸土,,
2026-05-40,扬尘,尧都区,甲工地,裸土,,
2026-05-18,扬尘,洪洞县,甲工地,裸土,,
2026-05-18,扬尘,尧都区,,裸土,,
2027-05-18,扬尘,尧都区,甲工地,裸土,,
2026-05-18,扬尘,尧都区,甲工地,裸土,没有的局,
"""


def test_a_table_is_taken_row_by_row(signed_in: Any, person: Any, province: Any) -> None:
    browser = signed_in(person("in", "141002"))
    with clock.at(NOON):
        for expected in ((2, 0), (0, 2)):
            upload = SimpleUploadedFile("巡查.csv", TABLE.encode("gb18030"))
            answer = browser.post("/findings/take/", {"file": upload})
            taken = answer.context["taken"]
            assert (taken.added, taken.already) == expected
    assert [(refusal.row, refusal.code) for refusal in taken.refusals] == [
        (4, "unknown_kind"), (5, "not_a_date"), (6, "unknown_place"), (7, "missing"), (8, "refused"),
        (9, "unknown_place"),
    ]  # fmt: skip
    page = answer.content.decode()
    assert "雾霾" in page and "没有的局" in page
    assert {row.severity for row in Finding.objects.all()} == {"ordinary", "serious"}


def test_no_table_at_all(signed_in: Any, person: Any) -> None:
    browser = signed_in(person("in", "141002"))
    for content in (b"", b"a,b\n1,2\n", b"%PDF-1.7"):
        upload = SimpleUploadedFile("巡查.csv", content)
        assert browser.post("/findings/take/", {"file": upload}).status_code == 422
    assert browser.post("/findings/take/").status_code == 422


def test_panel_and_template(signed_in: Any, person: Any, dust: Finding) -> None:
    browser = signed_in(person("in", "141002"))
    assert "滨河路" in browser.get("/regions/141002/panels/findings/").content.decode()
    assert browser.get("/regions/141024/panels/findings/").status_code == 404
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser.get("/findings/table.xlsx").content))
    assert book.get_sheet_by_index(0).to_python()[0][:2] == ["发现日期", "问题类别"]
