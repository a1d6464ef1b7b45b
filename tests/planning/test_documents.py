"""Files: what is read of them, and the one line each broken one gets."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from planning_helpers import renderings

from lantian.errors import LantianError
from lantian.planning import parse_plan, read_plan
from lantian.planning.documents import parse_document, read_document

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        ("a.txt", b"", "the file is empty"),
        ("a.txt", b" \r\n\t ", "the file is empty"),
        ("a.txt", b"\xef\xbb\xbf", "the file is empty"),
        ("a.txt", b"\xff\xfe\x00\xd8\x41", "utf-16 but byte"),
        ("a.txt", b"\x80\x81\xff\xfe\x00\x01\x02\x03" * 9, "the encoding is not known"),
        ("a.xlsx", b"PK\x03\x04", "files of type '.xlsx' cannot be read"),
        ("plan", "一、任务".encode(), "files of type 'without ending' cannot be read"),
        ("a.doc", OLE, "an old Word file (.doc)"),
        ("a.docx", OLE, "an old Word file (.doc)"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        ("a.docx", "一、任务".encode(), "a .docx is a zip archive and this is none"),
        ("a.docx", renderings.zip_of({"a.txt": b"1"}), "damaged or no Word document"),
        ("a.docx", renderings.zip_of({"[Content_Types].xml": b"<x"}), "damaged or no Word document"),
        ("a.docx", renderings.as_docx("")[:-400], "Word"),
        ("a.docx", renderings.as_docx(""), "holds no words"),
        ("a.pdf", b"no pdf", "the PDF is damaged or no PDF"),
        ("a.pdf", renderings.pdf_of([[]] * 3), "the PDF is a scan"),
        ("a.pdf", renderings.pdf_of([[(72, 700, "一、任务")]], encrypted=True), "protected by a password"),
        ("a.html", b"<html><body><script>var a</script></body></html>", "holds no words"),
        ("a.html", b"<!-- -->", "empty or no HTML"),
    ],
)
def test_broken_files_get_one_line(name: str, data: bytes, line: str) -> None:
    with pytest.raises(LantianError) as caught:
        parse_plan(name, data)
    assert line in caught.value.line
    assert caught.value.line.startswith(f"{name}: ")
    assert "\n" not in caught.value.line


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(LantianError, match="there is no such file"):
        read_plan(tmp_path / "no.txt")
    with pytest.raises(LantianError, match="this is a folder"):
        read_plan(tmp_path)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings(encoding: str, own: str) -> None:
    document = parse_document("plan.txt", own.replace("〈", "《").replace("〉", "》").encode(encoding))
    assert "青川市空气质量改善行动计划" in document.text
    assert "\ufeff" not in document.text.strip("\ufeff")


def test_page_of_a_pdf_without_text_is_told() -> None:
    pages = [[(72, 700 - 20 * i, "一、任务这一页有许多文字可以读出来") for i in range(5)], []]
    document = parse_document("a.pdf", renderings.pdf_of(pages))
    assert document.notes == ("page 2 of the PDF holds no text, perhaps a picture",)


def test_pdf_page_numbers_and_running_heads_are_blank(own: str) -> None:
    document = parse_document(
        "a.pdf", renderings.as_pdf(own, rows=12, head="青川市人民政府公报", number="{}")
    )
    hidden = "".join(document.text[s:e] for s, e in document.blank)
    assert hidden.count("青川市人民政府公报") == document.text.count("青川市人民政府公报") > 2
    assert {c for c in hidden if c.isdigit()}


def test_a_running_head_may_end_with_the_number_of_its_page(own: str) -> None:
    document = parse_document("a.pdf", renderings.as_pdf(own, rows=12, number="青川市人民政府公报 {}/9"))
    hidden = "".join(document.text[s:e] for s, e in document.blank)
    assert hidden.count("青川市人民政府公报") == document.text.count("青川市人民政府公报") > 2


def test_word_tables_changes_and_boxes() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("留下")
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    for xml in (
        f"<w:ins {nsdecls('w')}><w:r><w:t>加上</w:t></w:r></w:ins>",
        f"<w:del {nsdecls('w')}><w:r><w:delText>删去</w:delText></w:r></w:del>",
    ):
        paragraph._p.append(parse_xml(xml))
    table = document.add_table(rows=2, cols=3)
    for i, words in enumerate(["甲", "乙", "丙"]):
        table.cell(0, i).text = words
    table.cell(1, 0).text = "一\n二"
    table.cell(1, 1).merge(table.cell(1, 2)).text = "并"
    document.add_paragraph("末尾")
    stream = io.BytesIO()
    document.save(stream)
    read = parse_document("a.docx", stream.getvalue())
    assert [line for line in read.text.split("\n") if line] == ["留下加上", "甲\t乙\t丙", "一 二\t并", "末尾"]
    cells = [[read.text[s:e] for s, e in row] for row in read.tables[0]]
    assert cells == [["甲", "乙", "丙"], ["一 二", "并", "并"]]


def test_html_navigation_is_left_out_and_title_kept(own: str) -> None:
    page = renderings.as_html(own).decode()
    text = parse_document("a.html", page.encode()).text
    for words in ("首页", "当前位置", "分享到", "备案号", "不是正文"):
        assert words in page
        assert words not in text
    titled = page.replace("<head>", '<head><meta name="ArticleTitle" content="某通知的标题">').encode()
    assert parse_document("a.html", titled).text.startswith("某通知的标题\n")


def test_html_without_ending_and_kinds(tmp_path: Path, own: str) -> None:
    path = tmp_path / "download"
    path.write_bytes(renderings.as_html(own))
    assert read_document(path).kind == "html"
    assert parse_document("A.TXT", own.encode()).kind == "txt"


def test_form_feeds_separate_pages() -> None:
    text = "一、任务\n1.做好工作，加强管\n3\n\f理。（甲局负责）\n4\n\f2.继续。（乙局负责）\n5\n"
    plan = parse_plan("a.txt", text.encode())
    assert [t.text for t in plan.tasks] == ["做好工作，加强管理。", "继续。"]
