"""The pages of an import: handed in, looked at, confirmed; in both languages."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from lantian.office.registers.declaring.base import ledger
from lantian.office.registers.models import ImportRun
from lantian.office.registers.sheets import words

pytestmark = pytest.mark.django_db
RUN_PAGE = 9


def hand_in(client: Any, content: bytes, name: str = "台账.xlsx") -> Any:
    return client.post("/registers/boilers/import/", {"file": SimpleUploadedFile(name, content)})


def test_from_the_upload_to_the_register_by_way_of_the_mended_rows(
    person: Any, firm: Any, boilers: Any, signed_in: Any
) -> None:
    client = signed_in(person("wang", "141002"))
    answer = hand_in(client, boilers([("1#", "燃气", 5, ""), ("2#", "石头", 5, ""), ("3#", "电", 3000, "")]))
    page = client.get(answer.url).content.decode()
    assert all(text in page for text in ("石头", "拒收", "存疑", "写入台账", "燃料"))
    page = client.get(answer.url + "?verdict=refused").content.decode()
    assert "石头" in page and "3#" not in page
    mended = client.get(answer.url + "refused.xlsx").content
    cells = CalamineWorkbook.from_filelike(io.BytesIO(mended)).get_sheet_by_index(0).to_python()
    assert (
        cells[0][-1] == "未通过原因"
        and [row[1] for row in cells[1:]] == ["2#", "3#"]
        and "石头" in cells[1][-1]
    )
    again = hand_in(client, mended)
    assert ImportRun.objects.latest("pk").notes == [] and "石头" in client.get(again.url).content.decode()
    client.cookies["lantian_language"] = "en"
    page = client.get(answer.url).content.decode()
    assert "is none of" in page and "Write into the register" in page
    client.post(answer.url + "confirm/", {"mode": "good"})
    assert "1 row was written" in client.get(answer.url).content.decode()
    client.post(answer.url + "confirm/", {"mode": "good"})
    assert ledger("boilers").model.objects.count() == 1
    assert client.get("/registers/boilers/import/").status_code == 200


def test_changes_are_shown_before_and_after(
    *, person: Any, firm: Any, boilers: Any, read: Any, write: Any, signed_in: Any
) -> None:
    user = person("wang", "141002")
    write(read(user, boilers([("1#", "燃气", 5, "")])))
    answer = hand_in(signed_in(user), boilers([("1#", "电", 7, "")]))
    page = signed_in(user).get(answer.url).content.decode()
    assert all(
        text in page for text in ("<del>5 t/h</del>", "<ins>7 t/h</ins>", "<del>燃气</del>", "<ins>电</ins>")
    )


def test_a_file_that_cannot_be_read_is_said_on_the_page(
    person: Any, firm: Any, xlsx: Any, signed_in: Any
) -> None:
    client = signed_in(person("wang", "141002"))
    answer = hand_in(client, b"%PDF-1.4", "a.pdf")
    assert answer.status_code == 400 and "不是表格" in answer.content.decode()
    assert client.post("/registers/boilers/import/").status_code == 400
    answer = hand_in(client, xlsx([("企业名称", "燃料"), ("甲", "电")]))
    assert "锅炉编号" in client.get(answer.url).content.decode()
    client.cookies["lantian_language"] = "en"
    assert "these columns are missing" in client.get(answer.url).content.decode()


def test_another_sheet_can_be_read_instead(
    person: Any, firm: Any, xlsx: Any, signed_in: Any, rows: Any
) -> None:
    head = ("企业名称", "锅炉编号", "燃料", "额定蒸发量")

    def more(book: Any, sheet: Any) -> None:
        other = book.add_worksheet("藏")
        other.hide()
        for place, text in enumerate(head):
            other.write_string(0, place, text)
            other.write_string(1, place, (firm.credit_code, "9#", "电", "5")[place])

    client = signed_in(person("wang", "141002"))
    answer = hand_in(client, xlsx([head], more))
    page = client.get(answer.url).content.decode()
    assert "藏" in page
    client.post(answer.url + "sheet/", {"sheet": "藏"})
    assert rows(ImportRun.objects.get()) == [(2, "add", [])]


def test_work_under_way_and_work_cut_short(person: Any, firm: Any, boilers: Any, signed_in: Any) -> None:
    from lantian.office.quality import locking

    client = signed_in(person("wang", "141002"))
    answer = hand_in(client, boilers([("1#", "燃气", 5, "")]))
    run = ImportRun.objects.get()
    ImportRun.objects.update(state="writing")
    with locking.alone(f"import-{run.pk}"):
        assert "<progress" in client.get(answer.url).content.decode()
        assert "<progress" in client.get(answer.url + "part/").content.decode()
    assert "继续处理" in client.get(answer.url).content.decode()
    assert client.get(answer.url + "part/")["HX-Refresh"] == "true"
    client.post(answer.url + "resume/")
    assert ledger("boilers").model.objects.count() == 1


def test_more_rows_ask_no_more_questions(person: Any, firm: Any, boilers: Any, signed_in: Any) -> None:
    client = signed_in(person("wang", "141002"))
    counts = []
    for number in (2, 60):
        answer = hand_in(client, boilers([(f"{n}#", "燃气", 5, "") for n in range(number)]))
        client.get(answer.url)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(answer.url)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= RUN_PAGE, counts


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_code_has_its_words(language: str) -> None:
    from django.utils import translation

    told = dict.fromkeys(
        ("cell", "text", "shown", "held", "number", "day", "range", "value", "theirs", "ours", "name",
         "other", "names"), "x",
    )  # fmt: skip
    with translation.override(language):
        assert all(words.said(code, told) for code in words.CODES)
        for code in words.NOTE_CODES:
            assert words.note_words(
                {"code": code, "taken": "x", "day": "x", "count": 3, "rows": [1], "names": ["x"]}
            )
