"""Official lists and pools of the office's own: kept with their file, laid beside ours, scoped, logged."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.ambient import Period

JUNE = Period.parse("2025-06")


@pytest.fixture
def analyst(person: Any, signed_in: Any) -> Any:
    """The browser of an analyst of the province."""
    return signed_in(person("analyst", "140000", role="analyst"))


@pytest.fixture
def kept(air: Any, person: Any, official_csv: bytes) -> Any:
    """A list kept by an analyst of Linfen."""
    from lantian.office.rankings import actions

    analyst = person("linfen", "141000", role="analyst")
    record, new = actions.keep_official(
        analyst,
        air["141000"],
        "list.csv",
        official_csv,
        pool="cities-140000",
        period=JUNE,
        document="通报第七期",
    )
    assert new
    return record


def test_a_list_is_uploaded_kept_and_laid_beside_ours(
    air: Any, person: Any, signed_in: Any, official_csv: bytes
) -> None:
    from lantian.office.people.models import ActionLog
    from lantian.office.rankings.models import OfficialRanking

    browser = signed_in(person("a", "140000", role="analyst"))
    answer = browser.post(
        "/rankings/official/",
        {
            "file": SimpleUploadedFile("六月.csv", official_csv),
            "pool": "cities-140000",
            "period": "2025-06",
            "by": "composite_index",
            "document": "六月通报",
        },
        follow=True,
    )
    record = OfficialRanking.objects.get()
    assert answer.redirect_chain == [(record.get_absolute_url(), 302)]
    assert (record.places, record.refused, record.uploaded_by.username) == (2, 0, "a")
    assert record.path.read_bytes() == official_csv
    log = ActionLog.objects.get(verb="keep_list")
    assert log.target_id == str(record.pk) and log.region_path == "140000/"
    page = answer.content.decode()
    assert "取得 2 个单位" in page and "9.99" in page
    assert "差异不超过统计值和指数修约" in page or "相同" in page
    assert "已核验的各种原因都不能说明" in page, "临汾's 9.99 is nothing that was checked"
    assert browser.get(f"{record.get_absolute_url()}file/").content == official_csv
    history = browser.get(f"{record.get_absolute_url()}history/").content.decode()
    assert "存入官方排名表" in history


def test_the_rows_say_what_the_kernel_found(kept: Any) -> None:
    from lantian.office.rankings import official

    found = official.beside(kept, kept.uploaded_by)
    assert found is not None
    linfen = next(row for row in found.rows if row.label == "临汾市")
    assert linfen.our_rank == 2 and linfen.their_rank == 2 and linfen.rank_difference == 0
    assert linfen.codes == ("unexplained",) and linfen.state == "open"
    assert linfen.value_difference == linfen.ours.value - linfen.their_value


def test_the_same_list_is_kept_once(kept: Any, official_csv: bytes) -> None:
    from lantian.office.rankings import actions

    again, new = actions.keep_official(
        kept.uploaded_by, kept.region, "list.csv", official_csv, pool=kept.pool, period=JUNE
    )
    assert again == kept and not new


def test_a_list_is_seen_through_no_door_from_outside(kept: Any, person: Any, scope_doors: Any) -> None:
    page = kept.get_absolute_url()
    scope_doors(
        thing=kept,
        secret="通报第七期",
        inside=person("in", "141000"),
        outside=person("out", "140100"),
        pages=[page, f"{page}file/", f"{page}history/", f"{page}export.csv", f"{page}export.xlsx",
               f"/api/official-rankings/{kept.pk}"],
        lists=["/rankings/official/", "/api/official-rankings"],
    )  # fmt: skip
    scope_doors(
        thing=kept,
        secret="通报第七期",
        inside=person("above", "140000"),
        outside=person("below", "141002"),
        pages=[page],
        lists=["/rankings/official/"],
    )


def test_only_who_may_load_data_adds_or_removes(
    kept: Any, person: Any, signed_in: Any, official_csv: bytes
) -> None:
    from lantian.office.rankings.models import OfficialRanking

    officer = signed_in(person("officer", "141000"))
    form = {"file": SimpleUploadedFile("a.csv", official_csv), "pool": "cities-140000", "period": "2025-06"}
    assert officer.post("/rankings/official/", form).status_code == 403
    assert officer.post(f"{kept.get_absolute_url()}remove/", {"reason": "x"}).status_code == 403
    assert officer.post("/rankings/pools/", form).status_code == 403
    analyst = signed_in(person("other", "140100", role="analyst"))
    assert analyst.post(f"{kept.get_absolute_url()}remove/", {"reason": "x"}).status_code == 404
    assert OfficialRanking.objects.count() == 1


def test_removing_needs_a_reason_and_is_logged(kept: Any, signed_in: Any) -> None:
    from lantian.office.people.actions import verify_chain
    from lantian.office.people.models import ActionLog
    from lantian.office.rankings.models import OfficialRanking

    browser = signed_in(kept.uploaded_by)
    address = f"{kept.get_absolute_url()}remove/"
    page = browser.post(address, {"reason": "  "}, follow=True).content.decode()
    assert "删除须写明理由" in page and OfficialRanking.objects.exists()
    browser.post(address, {"reason": "重复上传"})
    assert not OfficialRanking.objects.exists() and kept.path.exists()
    assert ActionLog.objects.get(verb="remove").reason == "重复上传" and verify_chain() == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"%PDF-1.4", "这类文件读不出表格"),
        ("a.csv", b"", "文件是空的"),
        ("a.csv", b"%PDF-1.4 x", "这是 PDF 文件"),
        ("a.csv", "甲,乙\n1,2\n".encode(), "没有找到单位名称一列"),
        ("a.csv", "城市\n太原市\n".encode(), "既无名次也无数值"),
        ("a.csv", "时间,城市,名次\n2024年6月,太原市,1\n".encode(), "表中没有 2025-06 的内容"),
        ("a.xlsx", b"PK\x03\x04broken", "表格打不开"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_one_line(
    air: Any, analyst: Any, name: str, content: bytes, said: str
) -> None:
    from lantian.office.rankings.models import OfficialRanking

    form = {"file": SimpleUploadedFile(name, content), "pool": "cities-140000", "period": "2025-06"}
    answer = analyst.post("/rankings/official/", form)
    page = answer.content.decode()
    assert answer.status_code == 200 and not OfficialRanking.objects.exists()
    assert said in page or (not content and "没有选择文件" in page), page[page.find("lt-notice") :][:300]


def test_a_wrong_pool_or_period_is_said(air: Any, person: Any, signed_in: Any, official_csv: bytes) -> None:
    browser = signed_in(person("a", "141000", role="analyst"))
    for pool, period, said in (
        ("counties-140100", "2025-06", "当日没有这个排名范围"),
        ("cities-140000", "never", "不是时段"),
    ):
        form = {"file": SimpleUploadedFile("a.csv", official_csv), "pool": pool, "period": period}
        assert said in browser.post("/rankings/official/", form).content.decode()


def test_a_list_whose_file_is_gone_or_whose_pool_is_closed_says_so(
    kept: Any, person: Any, signed_in: Any
) -> None:
    browser = signed_in(kept.uploaded_by)
    kept.pool = "own-77-x"
    kept.save()
    assert "已不存在" in browser.get(kept.get_absolute_url()).content.decode()
    kept.path.unlink()
    assert "已不在系统的数据目录中" in browser.get(kept.get_absolute_url()).content.decode()
    assert browser.get(f"{kept.get_absolute_url()}file/").status_code == 404


def test_a_pool_of_ones_own_is_ranked(air: Any, person: Any, signed_in: Any, scope_doors: Any) -> None:
    from lantian.office.rankings.models import PoolTable

    analyst = person("a", "141000", role="analyst")
    browser = signed_in(analyst)
    content = (
        "名单,单位,所属市,级别\n平川县,尧都区,临汾市,县\n平川县,洪洞县,临汾市,县\n平川县,不存在县,临汾市,县\n"
    )
    browser.post(
        "/rankings/pools/", {"file": SimpleUploadedFile("p.csv", content.encode()), "document": "内部"}
    )
    table = PoolTable.objects.get()
    key = f"own-{table.pk}-平川县"
    page = browser.get(f"/rankings/?pool={key}&period=2025-06").content.decode()
    assert "平川县" in page and "暂定名次：3 个单位中 2 个参加排名" in page
    assert page.index("尧都区") < page.index("洪洞县")
    scope_doors(
        thing=table,
        secret="平川县",
        inside=person("in", "141000"),
        outside=person("out", "140100"),
        pages=[f"/rankings/pools/{table.pk}/file/"],
        lists=["/rankings/pools/", "/rankings/"],
    )
    answer = signed_in(person("out2", "140100")).get(f"/rankings/?pool={key}&period=2025-06").content.decode()
    assert "没有这个排名范围" in answer and "尧都" not in answer
