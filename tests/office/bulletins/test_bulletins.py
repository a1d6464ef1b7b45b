"""Bulletins: what is frozen, who may, what stands in the papers, and that nothing issued ever changes."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation
from docx import Document
from docx.oxml.ns import qn
from python_calamine import CalamineWorkbook

from lantian.ambient import Period
from lantian.errors import LantianError
from lantian.office.bulletins import actions, files, periods, table
from lantian.office.bulletins.models import Bulletin, Status
from lantian.office.people.actions import verify_chain
from lantian.office.people.models import ActionLog

HAN = re.compile(r"[\u4e00-\u9fff]")
JUNE = Period.parse("2025-06")


def test_a_draft_holds_the_figures_by_hand(draft: Bulletin) -> None:
    """PM2.5 of Linfen: (30 + 41 + 50) / 3 = 40.33 → 40.3; of Taiyuan 20. The other items are the same."""
    lines = {line.code: line for line in table.lines(draft)}
    linfen, taiyuan = lines["141000"], lines["140100"]
    assert (taiyuan.rank, linfen.rank) == (1, 2)
    at = dict(zip(("so2", "no2", "pm10", "pm2_5"), linfen.statistics, strict=False))
    assert (at["so2"], at["no2"], at["pm10"]) == (10, 20, 60)
    assert at["pm2_5"] in (Decimal("40.3"), Decimal("40"))
    assert (linfen.good_days, linfen.heavy_days, linfen.days_used, linfen.days_in_period) == (30, 0, 30, 30)
    assert linfen.index_change is None, "there is no year before"
    assert draft.is_draft and draft.number is None and draft.data_version == 1
    assert set(draft.snapshots) == {"main", "past"}


def test_the_snapshot_is_that_of_the_kernel(draft: Bulletin) -> None:
    found = files.snapshot_of(draft)
    assert found.bulletin is not None and found.bulletin.regime == draft.regime
    figures = found.bulletin.figures
    for line in table.lines(draft):
        assert figures[line.code, "composite_index", None] == str(line.index)
        assert figures[line.code, "good_days", None] == str(line.good_days)
    assert files.faults(draft) == []


def test_issuing_gives_a_number_and_papers(analyst: Any, draft: Bulletin) -> None:
    issued = actions.issue(analyst, draft, public=True)
    assert (issued.status, issued.number) == (Status.ISSUED, 1)
    assert set(issued.papers) == {"zh.docx", "zh.xlsx", "en.docx", "en.xlsx"}
    assert files.faults(issued) == []
    second = actions.issue(analyst, actions.make_draft(analyst, "counties-141000", JUNE), public=False)
    assert (second.region.code, second.number) == ("141000", 1), "each region numbers its own"
    third = actions.issue(analyst, actions.make_draft(analyst, "cities-140000", JUNE), public=True)
    assert third.number == 2
    verbs = list(ActionLog.objects.order_by("number").values_list("verb", flat=True))
    assert verbs == ["freeze", "issue", "freeze", "issue", "freeze", "issue"]
    assert verify_chain() == []
    with pytest.raises(LantianError):
        actions.issue(analyst, issued, public=True)


def test_nothing_of_an_issued_bulletin_changes(issued: Bulletin) -> None:
    for field, value in (("content", "{}"), ("remark", "x"), ("number", 9), ("status", Status.DRAFT)):
        changed = Bulletin.objects.get(pk=issued.pk)
        setattr(changed, field, value)
        with pytest.raises(TypeError):
            changed.save()
    with pytest.raises(TypeError):
        issued.delete()
    with pytest.raises(TypeError):
        Bulletin.objects.filter(pk=issued.pk).update(remark="x")
    with pytest.raises(TypeError):
        Bulletin.objects.all().delete()
    assert Bulletin.objects.get(pk=issued.pk).hash == issued.hash == issued.digest()


def test_a_file_that_was_changed_is_told(issued: Bulletin, analyst: Any, signed_in: Any) -> None:
    path = files.path_of(issued.snapshots["main"], ".json")
    path.write_text(path.read_text("utf-8") + " ", "utf-8")
    assert files.faults(issued) == ["main"]
    page = signed_in(analyst).get(issued.get_absolute_url()).content.decode()
    assert "数据目录的备份" in page
    answer = signed_in(analyst).get(f"/bulletins/{issued.pk}/explain/141000/pm2_5/")
    assert answer.status_code == 404


def test_a_draft_can_be_thrown_away_and_an_issued_one_not(analyst: Any, draft: Bulletin) -> None:
    actions.discard(analyst, draft)
    assert not Bulletin.objects.exists()
    issued = actions.issue(analyst, actions.make_draft(analyst, "cities-140000", JUNE), public=False)
    with pytest.raises(LantianError):
        actions.discard(analyst, issued)


def test_only_those_who_may(person: Any, air: Any, draft: Bulletin) -> None:
    dispatcher = person("dd", "140000", role="dispatcher")
    with pytest.raises(PermissionDenied):
        actions.make_draft(dispatcher, "cities-140000", JUNE)
    with pytest.raises(PermissionDenied):
        actions.issue(dispatcher, draft, public=True)
    city = person("cc", "141000", role="analyst")
    with pytest.raises(LantianError):
        actions.make_draft(city, "cities-140000", JUNE)
    assert actions.make_draft(city, "counties-141000", JUNE).region.code == "141000"


def test_a_period_without_figures_is_refused(analyst: Any) -> None:
    with pytest.raises(LantianError):
        actions.make_draft(analyst, "cities-140000", Period.parse("2019-01"))
    assert not Bulletin.objects.exists()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_word_paper_reads_well(issued: Bulletin, language: str) -> None:
    content = files.paper_of(issued, f"{language}.docx")
    assert content is not None
    paper = Document(io.BytesIO(content))
    text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    rows = [[cell.text for cell in row.cells] for row in paper.tables[0].rows]
    assert [row[0] for row in rows[1:]] == ["1", "2"] and rows[2][2] == str(table.lines(issued)[1].index)
    for run in (run for paragraph in paper.paragraphs for run in paragraph.runs):
        assert run._element.rPr.rFonts.get(qn("w:eastAsia")) in {"宋体", "黑体", "仿宋"}
    if language == "zh":
        assert "山西省各市环境空气质量月报（2025年6月）" in text and "省厅" in text
        assert "优良天数比例为100.0%" in text and "太原市" in text
        words = re.sub(r"GB|AQI|PM|SO|NO|CO|O₃-8h|µg/m³|mg/m³|[0-9a-f]{12}", "", text)
        assert re.findall(r"[A-Za-z]{2,}", words) == []
    else:
        assert "Monthly air quality bulletin" in text and not HAN.search(text.replace("省厅", ""))


def test_the_excel_paper_holds_numbers(issued: Bulletin) -> None:
    content = files.paper_of(issued, "zh.xlsx")
    assert content is not None
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[3][:3] == ["名次", "单位", "综合指数"]
    assert rows[4][1] == "太原市" and rows[4][2] == pytest.approx(float(table.lines(issued)[0].index or 0))


def test_the_public_reads_what_was_published_and_nothing_else(
    client: Any, analyst: Any, draft: Bulletin
) -> None:
    assert draft.title not in client.get("/bulletins/").content.decode()
    for door in ("", "bulletin.docx", "explain/141000/pm2_5/"):
        assert client.get(f"/bulletins/{draft.pk}/{door}").status_code == 404
    issued = actions.issue(analyst, draft, public=True)
    assert issued.title in client.get("/bulletins/").content.decode()
    page = client.get(issued.get_absolute_url()).content.decode()
    assert "太原市" in page and "fenxi" not in page
    assert client.get(f"/bulletins/{issued.pk}/bulletin.docx").status_code == 200
    told = client.get(f"/bulletins/{issued.pk}/explain/141000/aqi/?day=2025-06-03").content.decode()
    assert "2025-06-03" in told and "站1001A" not in told and "1001A" not in told
    within = client.get(f"/bulletins/{issued.pk}/changes/")
    assert within.status_code == 302
    quiet = actions.issue(analyst, actions.make_draft(analyst, "cities-140000", JUNE), public=False)
    assert client.get(quiet.get_absolute_url()).status_code == 404


def test_a_bulletin_stays_in_its_region(
    scope_doors: Any, person: Any, analyst: Any, client: Any, signed_in: Any
) -> None:
    city = actions.issue(analyst, actions.make_draft(analyst, "counties-141000", JUNE), public=False)
    at = f"/bulletins/{city.pk}/"
    outside = person("out", "140100", role="dispatcher")
    # The list answers everybody; the anonymous and those outside find the published ones in it.
    for reader in (client, signed_in(outside)):
        assert city.title not in reader.get("/bulletins/").content.decode()
    scope_doors(
        thing=city,
        secret=city.body["text"]["zh"]["title"],
        inside=person("in", "141000", role="dispatcher"),
        outside=outside,
        pages=[
            at, f"{at}bulletin.docx", f"{at}bulletin.xlsx", f"{at}changes/", f"{at}changes/export.xlsx",
            f"{at}history/", f"{at}explain/141024/pm2_5/", f"/api/bulletins/{city.pk}",
            f"/api/bulletins/{city.pk}/changes",
        ],
        lists=["/api/bulletins"],
    )  # fmt: skip


def test_writing_doors_are_shut_to_others(signed_in: Any, person: Any, draft: Bulletin) -> None:
    outsider = signed_in(person("aa", "141000", role="analyst"))
    helper = signed_in(person("bb", "140000", role="county_officer"))
    for verb in ("issue", "discard", "correct"):
        assert outsider.post(f"/bulletins/{draft.pk}/{verb}/").status_code == 404
        assert helper.post(f"/bulletins/{draft.pk}/{verb}/").status_code == 403
        assert outsider.get(f"/bulletins/{draft.pk}/{verb}/").status_code == 405
    assert Bulletin.objects.get().is_draft


def test_the_way_through_the_pages(signed_in: Any, analyst: Any) -> None:
    browser = signed_in(analyst)
    page = browser.get("/bulletins/").content.decode()
    assert 'value="cities-140000"' in page and 'value="2025-06"' in page
    wrong = browser.post("/bulletins/", {"pool": "cities-140000", "period": "nonsense"})
    assert wrong.status_code == 200 and "nonsense" in wrong.content.decode()
    answer = browser.post("/bulletins/", {"pool": "cities-140000", "period": "2025-06", "remark": "复核无误"})
    assert answer.status_code == 302
    address = answer["Location"]
    page = browser.get(address).content.decode()
    assert "草稿" in page and "复核无误" in page
    answer = browser.post(f"{address}issue/", {"public": "on"}, follow=True)
    assert "年第1期" in answer.content.decode()
    with translation.override("en"):
        assert Bulletin.objects.get().title.startswith("Monthly air quality bulletin: Cities of Shanxi")


@pytest.mark.parametrize(
    ("label", "chinese", "english"),
    [
        ("2025-06", "2025年6月", "June 2025"),
        ("2025-YTD@2025-10-31", "2025年1—10月", "January to October 2025"),
        ("2025-YTD@2025-01-31", "2025年1月", "January 2025"),
        ("2025-Q3", "2025 年第 3 季度", "quarter 3 of 2025"),
        ("2025-H1", "2025 年上半年", "first half of 2025"),
        ("2025", "2025 年", "the year 2025"),
        ("2025-06-01..2025-06-10", "2025-06-01 至 2025-06-10", "2025-06-01 to 2025-06-10"),
    ],
)
def test_periods_in_running_text(label: str, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert periods.said(Period.parse(label)) == chinese
    with translation.override("en"):
        assert periods.said(Period.parse(label)) == english


def test_the_periods_offered_are_those_the_data_reach(air: Any) -> None:
    with translation.override("en"):
        offered = {choice.value for _title, choices in periods.choices() for choice in choices}
    # Data begin in June: its quarter and year are not whole.
    assert offered == {"2025-06"}
