"""Uploads: what is taken, what is refused and why, who may, what is kept."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from lantian.errors import LantianError
from lantian.office.measures import actions, rules
from lantian.office.measures.models import Site, Upload
from lantian.office.measures.register import Known
from lantian.office.people.actions import verify_chain
from lantian.office.people.models import ActionLog

HEAD = "城市,县区,月份,降尘量,有效性\n"


def post(browser: Any, path: str, text: str | bytes, name: str = "t.csv", **fields: str) -> Any:
    content = text.encode() if isinstance(text, str) else text
    return browser.post(
        f"/measures/{path}/upload/", {"file": SimpleUploadedFile(name, content), **fields}, follow=True
    )


@pytest.fixture
def linfen(person: Any) -> Any:
    return person("linfen", "141000", role="analyst")


def test_good_rows_are_taken_and_bad_ones_refused_with_their_reason(
    signed_in: Any, linfen: Any, office_data: Path
) -> None:
    table = HEAD + (
        "临汾市,洪洞县,2025-02,5.1,有效\n"
        "太原市,小店区,2025-02,5.2,有效\n"
        "临汾市,尧都区,2025-02,5x,有效\n"
        "临汾市,尧都区,2095-02,5,有效\n"
        "临汾市,尧都区,2025-02,5000,有效\n"
        "临汾市,尧都区,2025-02,-1,有效\n"
        "临汾市,尧都区,二月,5,有效\n"
        "临汾市,尧都区,2025-02,5,大概\n"
        "临汾市,=cmd(),2025-02,5,有效\n"
    )
    answer = post(signed_in(linfen), "dustfall", table)
    page = answer.content.decode()
    assert "采用 1 行，拒收 8 行。" in page
    upload = Upload.objects.get()
    assert [row["code"] for row in upload.refusals] == [
        "unknown_place", "not_a_number", "future", "absurd", "negative", "not_a_month", "unknown_word",
        "unknown_place",
    ]  # fmt: skip
    assert [row["row"] for row in upload.refusals] == list(range(3, 11))
    for words in ("不是您区域内的地点", "不是数字", "时间尚未到来", "单位是否有误", "不可能测得", "不是月份"):
        assert words in page, words
    lines = signed_in(linfen).get(f"/measures/uploads/{upload.pk}/refused.csv").content.decode("utf-8-sig")
    listed = list(csv.reader(io.StringIO(lines)))
    assert len(listed) == 9 and listed[0][-1] == "原因" and "不是数字" in listed[2][-1]
    assert not any(cell.startswith("=") for row in listed for cell in row)
    # The file is kept as it came, and the log tells of it.
    assert upload.path.read_bytes() == table.encode()
    assert upload.sha256 == hashlib.sha256(table.encode()).hexdigest()
    file = signed_in(linfen).get(f"/measures/uploads/{upload.pk}/file/")
    assert b"".join(file.streaming_content) == table.encode()
    assert file["Content-Disposition"].startswith("attachment")
    row = ActionLog.objects.get(verb="load_table")
    assert (row.actor, row.target_id, row.region_path) == (linfen, str(upload.pk), "140000/141000/")
    assert '"rows_refused":8' in row.after and verify_chain() == []


def test_rows_of_other_regions_write_nothing(
    load: Any, dust: Any, linfen: Any, signed_in: Any, analyst: Any
) -> None:
    load("dustfall", HEAD + "太原市,小店区,2025-02,99,有效\n太原市,,2025-02,99,有效\n", actor=linfen)
    page = signed_in(analyst).get("/measures/dustfall/140105/?period=2025-02").content.decode()
    assert re.findall(r'lt-figure">\s*([\d.]+)', page)[:1] == ["4.0"]


def test_a_county_is_written_by_its_full_name_only(load: Any, person: Any) -> None:
    yaodu = person("yaodu", "141002", role="analyst")
    table = HEAD + (
        "临汾市,尧都区,2025-02,5,有效\n"
        ",尧都区,2025-02,5,有效\n"
        "临汾市,尧都,2025-02,5,有效\n"
        "临汾市,,2025-02,5,有效\n"
        "太原市,尧都区,2025-02,5,有效\n"
    )
    upload = load("dustfall", table, actor=yaodu)
    assert (upload.rows_taken, upload.rows_refused) == (1, 4)


def test_a_name_behind_a_refused_key_is_refused_too(load: Any, linfen: Any) -> None:
    known = Known(["临汾市", "临汾市/尧都区"])
    assert known("临汾市") and known("临汾市/尧都区")
    assert not known("太原市/临汾市") and not known("临汾市")
    assert known("临汾市"), "asked on its own it is known again"
    upload = load("dustfall", HEAD + "太原市,临汾市,2025-02,5,有效\n", actor=linfen)
    assert upload.rows_taken == 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.csv", b"", "empty"),
        ("t.csv", b"  \n ", "文件为空"),
        ("t.csv", "城市,县区\n临汾市,洪洞县\n".encode(), "缺少列“月份”"),
        ("t.csv", "月份,降尘量\n2025-02,5\n".encode(), "没有写明县区或城市的列"),
        ("t.csv", "城市,月份\n临汾市,2025-02\n".encode(), "既没有降尘量列"),
        ("t.csv", "随便,什么\n1,2\n".encode(), "没有找到标题行"),
        ("t.xlsx", b"PK\x03\x04broken", "无法打开该电子表格"),
        ("t.xls", b"\xd0\xcf\x11\xe0broken", "无法打开该电子表格"),
        ("t.xlsx", b"%PDF-1.7", "这是 PDF"),
        ("t.csv", bytes(range(128, 256)) * 9 + b"\x00", "不是可读文本"),
        ("t.csv", b'a,"' + b"x" * 200_000, "无法按 CSV 读取"),
    ],
)
def test_a_file_that_is_no_table_is_said_in_a_line(
    name: str, content: bytes, said: str, signed_in: Any, linfen: Any
) -> None:
    answer = post(signed_in(linfen), "dustfall", content, name=name)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Traceback" not in page
    if said == "empty":  # the form refuses it before anything is kept
        assert not Upload.objects.exists() and "lt-notice-error" in page
        return
    assert "未从该文件采用任何数据" in page and said in page
    assert Upload.objects.get().path.is_file(), "also what was refused is kept"


@pytest.mark.parametrize(("name", "said"), [("t.exe", ".exe"), ("t", "无法从"), ("../../x.csv.sh", ".sh")])
def test_kinds_of_file_that_are_not_read(name: str, said: str, signed_in: Any, linfen: Any) -> None:
    page = post(signed_in(linfen), "dustfall", HEAD, name=name).content.decode()
    assert said in page and "请提供 .csv、.xlsx 或 .xls 文件" in page
    assert not Upload.objects.exists()


def test_names_cannot_leave_the_folder(office_data: Path) -> None:
    assert rules.checked_name("../../etc/x.csv", 1) == "x.csv"
    assert rules.checked_name("..\\a:b?.XLSX", 1) == "_a_b_.xlsx"
    assert rules.checked_name("长" * 300 + ".csv", 1) == "长" * 100 + ".csv"
    with pytest.raises(LantianError):
        rules.checked_name("big.csv", rules.MAX_BYTES + 1)


@pytest.mark.parametrize("fields", [{}, {"month": "Feb"}, {"month": "2025-13"}])
def test_a_form_with_a_fault_goes_back_with_a_line(
    fields: dict[str, str], signed_in: Any, linfen: Any
) -> None:
    browser = signed_in(linfen)
    if fields:
        page = post(browser, "dustfall", HEAD, **fields).content.decode()
    else:
        page = browser.post("/measures/dustfall/upload/", {}, follow=True).content.decode()
    assert "lt-notice-error" in page and not Upload.objects.exists()


def test_a_month_given_with_the_form(load: Any, signed_in: Any, linfen: Any) -> None:
    post(signed_in(linfen), "dustfall", "城市,县区,降尘量\n临汾市,洪洞县,5.5\n", month="2025-03")
    page = signed_in(linfen).get("/measures/dustfall/141024/?period=2025-03").content.decode()
    assert "5.5" in page


def test_who_may_not_load_is_told_so(signed_in: Any, person: Any, load: Any) -> None:
    officer = person("officer", "141024")
    browser = signed_in(officer)
    for path in ("dustfall", "road-dust", "species"):
        assert post(browser, path, HEAD).status_code == 403
    assert browser.post("/measures/species/sites/", {"name": "x", "region": "141024"}).status_code == 403
    for path in ("dustfall", "road-dust", "species"):
        assert browser.get(f"/measures/{path}/template.xlsx").status_code == 403
        assert b"upload/" not in browser.get(f"/measures/{path}/").content
    with pytest.raises(PermissionDenied):
        load("dustfall", HEAD, actor=officer)
    with pytest.raises(PermissionDenied):
        load("dustfall", HEAD, actor=person("nobody", None, role="analyst"))
    assert not Upload.objects.exists()


def test_the_same_file_again_adds_nothing(
    dust: Any, load: Any, texts: dict[str, str], signed_in: Any, analyst: Any
) -> None:
    again = load("dustfall", texts["dustfall"], name="again.csv")
    assert (again.rows_taken, again.version) == (0, dust.version)
    page = signed_in(analyst).get(again.get_absolute_url()).content.decode()
    assert "该文件中没有新数据" in page and f"数据版本 {dust.version}" in page


def test_a_corrected_value_counts(dust: Any, load: Any, linfen: Any, signed_in: Any) -> None:
    load("dustfall", HEAD + "临汾市,洪洞县,2025-02,6.4,有效\n", actor=linfen)
    page = signed_in(linfen).get("/measures/dustfall/141024/?period=2025-02").content.decode()
    assert "6.4" in page and "低于限值" in page


def test_roads_need_a_city_of_ones_own(load: Any, linfen: Any) -> None:
    table = "道路,日期,积尘(g/m²)\n某路,2025-02-05,5\n"
    assert load("road", table, actor=linfen).rows_taken == 0
    assert load("road", table, actor=linfen, city="太原市").rows_taken == 0
    assert load("road", table, actor=linfen, city="临汾市").rows_taken == 1
    ranks = "榜单,名次,道路,月份\n最差,1,某路,2025-02\n"
    assert load("road_ranks", ranks, actor=linfen).rows_taken == 0
    assert load("road_ranks", ranks, actor=linfen, city="临汾市").rows_taken == 1


def test_roads_by_the_form(signed_in: Any, linfen: Any, texts: dict[str, str]) -> None:
    browser = signed_in(linfen)
    page = post(browser, "road-dust", texts["road"], kind="road").content.decode()
    assert "采用 3 行，拒收 1 行" in page
    page = post(browser, "road-dust", texts["road_ranks"], kind="road_ranks").content.decode()
    assert "采用 3 行，拒收 1 行" in page
    page = post(browser, "road-dust", texts["road"], kind="road", city="太原市").content.decode()
    assert "lt-notice-error" in page, "a city of others is no choice"


def test_a_site_takes_its_own_rows_only(signed_in: Any, linfen: Any, texts: dict[str, str]) -> None:
    browser = signed_in(linfen)
    page = browser.post(
        "/measures/species/sites/", {"name": " 临汾  站 ", "region": "141002"}, follow=True
    ).content.decode()
    assert "临汾 站已登记" in page
    site = Site.objects.get()
    page = post(browser, "species", texts["voc"], site=str(site.pk)).content.decode()
    assert "2 行全部采用" in page
    other = "时间,站点,乙烷(ppb)\n2025-07-01 08:00,别站,3\n2025-07-01 09:00,临汾 站,3\n"
    page = post(browser, "species", other, site=str(site.pk)).content.decode()
    assert "采用 1 行，拒收 1 行" in page
    page = post(browser, "species", "时间,乙烷\n2025-07-02 08:00,3\n", site=str(site.pk)).content.decode()
    assert "“乙烷”的单位不明" in page
    page = post(
        browser, "species", "时间,怪物(ppb)\n2025-07-02 08:00,3\n", site=str(site.pk)
    ).content.decode()
    assert "不在组分表中，按列标题保存：怪物" in page


def test_sites_stay_in_ones_region(load: Any, site: Any, linfen: Any, signed_in: Any, person: Any) -> None:
    from lantian.office.regions.models import Region

    taiyuan, county = Region.objects.get(code="140105"), Region.objects.get(code="141024")
    with pytest.raises(LantianError, match="不在您的范围"):
        actions.register_site(linfen, "太原站", taiyuan)
    with pytest.raises(LantianError, match="同名"):
        actions.register_site(linfen, site.name, county)
    with pytest.raises(LantianError):
        actions.register_site(linfen, "  ", county)
    hongtong = person("hongtong", "141024", role="analyst")
    page = post(signed_in(hongtong), "species", "x", site=str(site.pk)).content.decode()
    assert "lt-notice-error" in page and not Upload.objects.exists()
    with pytest.raises(LantianError):
        load("species", "x")


FILLED = {
    "dustfall": ("dustfall", ["临汾市", "洪洞县", "2025-02", "5.1", "", ""]),
    "road-dust": ("road", ["临汾市", "洪洞县", "某路", "", "主干道", "2025-02-03", "5", "6", "7"]),
    "road-dust?of=ranks": ("road_ranks", ["临汾市", "洪洞县", "最差", "某路", "2025-02", "1"]),
    "species?of=voc": ("species", []),
    "species?of=pm": ("species", []),
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("which", FILLED)
def test_a_template_filled_in_is_taken(
    which: str, language: str, signed_in: Any, linfen: Any, load: Any
) -> None:
    from lantian.office.regions.models import Region

    browser = signed_in(linfen)
    browser.cookies["lantian_language"] = language
    path, _mark, query = which.partition("?")
    answer = browser.get(f"/measures/{path}/template.xlsx?{query}")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    head = [str(cell) for cell in rows[0]]
    kind, filled = FILLED[which]
    if kind == "dustfall":
        assert [row[:2] for row in rows[1:]] == [["临汾市", "尧都区"], ["临汾市", "洪洞县"]]
    wishes = {}
    if kind == "species":
        filled = ["2025-07-01 08:00", *["1"] * (len(head) - 1)]
        wishes = {"site": actions.register_site(linfen, "站", Region.objects.get(code="141002"))}
    text = ",".join(f'"{cell}"' for cell in head) + "\n" + ",".join(filled) + "\n"
    upload = load(kind, text, actor=linfen, **wishes)
    assert (upload.rows_taken, upload.refusal_count, upload.problem) == (1, 0, ""), upload.refusals


def test_uploads_stay_in_their_region(
    dust: Any, load: Any, linfen: Any, scope_doors: Any, person: Any
) -> None:
    upload = load("dustfall", HEAD + "临汾市,洪洞县,2025-02,x,有效\n", actor=linfen, name="秘密表.csv")
    door = f"/measures/uploads/{upload.pk}/"
    scope_doors(
        thing=upload,
        secret="秘密表",
        inside=person("in", "141000"),
        outside=person("out", "141024"),
        pages=[door, f"/api/measures/uploads/{upload.pk}", f"{door}refused.csv"],
        lists=["/measures/uploads/", "/measures/dustfall/", "/api/measures/uploads"],
    )
    assert person("far", "140100") and dust.region.code == "140000"


def test_a_site_is_seen_through_no_door_from_outside(
    species: Any, site: Any, scope_doors: Any, person: Any
) -> None:
    scope_doors(
        thing=site,
        secret="尧都超级站",
        inside=person("in", "141002"),
        outside=person("out", "141024"),
        pages=[
            f"/measures/species/?site={site.pk}",
            f"/measures/species/export.xlsx?site={site.pk}&period=2025-07",
            f"/api/measures/species/{site.pk}?period=2025-07",
        ],
        lists=["/measures/species/", "/api/measures/sites"],
    )
