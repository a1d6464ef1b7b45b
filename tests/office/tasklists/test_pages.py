"""Lists of one county, one unit, one task; calendar, Gantt chart, workbook."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from lantian.office.frame import clock

NOW = datetime(2024, 10, 15, 4, tzinfo=UTC)


@pytest.fixture
def chief(person: Any, signed_in: Any) -> Any:
    return signed_in(person("chief", "141000", role="dispatcher"))


def text(client: Any, address: str) -> str:
    with clock.at(NOW):
        answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return str(answer.content.decode())


def test_one_county_one_list(chief: Any, city_plan: Any, county_plan: Any) -> None:
    page = text(chief, "/tasks/county/141002/")
    assert "推进清洁取暖" in page and "清理散煤" in page, "from above and of its own"
    assert "淘汰燃煤锅炉" not in page, "that one binds 洪洞县 alone"
    assert "市能源局" in page and "市财政局" in page and "各县市区人民政府" in page
    assert "牵头单位" in page and "完成时限" in page


def test_one_unit_one_list_by_role(chief: Any, city_plan: Any) -> None:
    from lantian.office.people.models import Unit

    unit = Unit.objects.get(name="临汾市生态环境局")
    page = text(chief, f"/tasks/unit/{unit.pk}/")
    assert "淘汰燃煤锅炉" in page and "强化执法监管" in page and "推进清洁取暖" not in page
    lead = text(chief, f"/tasks/unit/{unit.pk}/?role=lead")
    assert "淘汰燃煤锅炉" in lead


def test_one_task_one_sheet(chief: Any, city_plan: Any) -> None:
    task = city_plan.tasks.get(number="1")
    page = text(chief, f"/tasks/{task.pk}/sheet/")
    for words in ("推进清洁取暖", "12000", "市能源局", "各县市区人民政府", "2024-10"):
        assert words in page, words


def test_the_calendar_has_each_deadline_on_its_day(chief: Any, city_plan: Any) -> None:
    page = text(chief, "/tasks/calendar/?month=2024-10")
    day = page.split('datetime="2024-10-31"')[1].split('role="cell"')[0]
    assert "推进清洁取暖" in day and "<b>1</b>" in day
    assert "1 个时限" in page
    assert "本月没有到期的任务" in text(chief, "/tasks/calendar/?month=2024-11")
    late = text(chief, "/tasks/calendar/?month=2024-09")
    assert "本月没有到期的任务" in late
    for month in ("2024-13", "nonsense", "0001-01"):
        assert "2024-10" in text(chief, f"/tasks/calendar/?month={month}"), "an absurd month is this one"


def test_what_is_late_is_marked_in_the_calendar(chief: Any, city_plan: Any) -> None:
    from datetime import timedelta

    with clock.at(NOW + timedelta(days=30)):
        page = chief.get("/tasks/calendar/?month=2024-10").content.decode()
    assert '<b class="pl-overdue">1</b>' in page
    city_plan.tasks.get(number="1")
    from lantian.office.plans.actions import report_progress

    report_progress(city_plan.tasks.get(number="1"), None, state="done")
    with clock.at(NOW + timedelta(days=30)):
        page = chief.get("/tasks/calendar/?month=2024-10").content.decode()
    assert '<b class="pl-overdue">' not in page and "<b>1</b>" in page


def test_bars_reach_from_the_issue_to_the_last_deadline(city_plan: Any) -> None:
    from lantian.office.plans.rules import tasks_for
    from lantian.office.tasklists.times import Axis, gantt

    task = tasks_for(city_plan.region).prefetch_related("deadlines").select_related("plan").get(number="1")
    axis, (bar,) = gantt([task], date(2024, 10, 15))
    assert (axis.first, axis.last) == (date(2024, 1, 1), date(2024, 12, 31))
    assert bar.left == pytest.approx(100 * 64 / 366, abs=0.01), "5 March is the 65th day of 2024"
    assert bar.left + bar.width == pytest.approx(100 * 304 / 366, abs=0.02), "31 October is the 305th"
    assert [at for at, _d, _met in bar.milestones] == [pytest.approx(100 * 304 / 366, abs=0.01)]
    assert not bar.late
    long = Axis.over([date(1949, 10, 1), date(2999, 1, 1)], date(2024, 10, 15))
    assert (long.first, long.last) == (date(2018, 1, 1), date(2030, 12, 31))
    assert [words for _l, _w, words in long.ticks] == [str(year) for year in range(2018, 2031)]
    assert sum(width for _l, width, _w in long.ticks) == pytest.approx(100, abs=0.2)


def test_the_gantt_page(chief: Any, city_plan: Any) -> None:
    page = text(chief, "/tasks/gantt/?state=not_started")
    assert "推进清洁取暖" in page and "2024 Q4" in page and "tl-now" in page
    assert "没有符合条件的任务" in text(chief, "/tasks/gantt/?state=done")


def test_the_workbook_has_the_columns_and_no_formula(chief: Any, city_plan: Any) -> None:
    from lantian.office.plans.models import Assignment, Task

    task = city_plan.tasks.get(number="1")
    Task.objects.filter(pk=task.pk).update(title="=HYPERLINK(1)")
    Assignment.objects.filter(task=task, role="lead").update(written="+cmd")
    with clock.at(NOW):
        answer = chief.get("/tasks/export.xlsx?due=soon")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[1] == ["序号", "任务", "主要措施", "牵头单位", "配合单位", "责任单位", "完成时限", "进展"]
    assert len(rows) == 3
    assert rows[2][:2] == [1.0, "'=HYPERLINK(1)"] and rows[2][3:6] == [
        "'+cmd",
        "市财政局",
        "各县市区人民政府",
    ]
    assert rows[2][7] == "未开始"


def test_every_list_stays_in_its_region(
    scope_doors: Any, person: Any, county_plan: Any, city_plan: Any
) -> None:
    task = county_plan.tasks.get(number="1")
    scope_doors(
        thing=task,
        secret="清理散煤",
        inside=person("in", "141002"),
        outside=person("out", "141024"),
        pages=[f"/tasks/{task.pk}/sheet/", "/tasks/county/141002/"],
        lists=[
            "/tasks/calendar/?month=2024-09",
            "/tasks/gantt/",
            "/tasks/",
            "/tasks/?unit=区能源局",
            "/tasks/?theme=heating",
            "/tasks/?since=2024-09-01&until=2024-09-30",
        ],
    )
    outside = person("other", "141024")
    from lantian.office.people.models import Unit

    unit = Unit.objects.get(name__contains="能源局", region__code="141002")
    from django.test import Client

    client = Client()
    client.force_login(outside)
    assert client.get(f"/tasks/unit/{unit.pk}/").status_code == 404


def test_filters_of_the_list(chief: Any, city_plan: Any) -> None:
    def found(question: str) -> list[str]:
        page = text(chief, f"/tasks/?{question}")
        titles = ("推进清洁取暖", "淘汰燃煤锅炉", "开展道路保洁", "强化执法")
        return [str(n) for n, title in enumerate(titles, 1) if title in page]

    assert found("") == ["1", "2", "3", "4"]
    assert found("theme=boilers") == ["2"]
    assert found("unit=生态环境局") == ["2", "4"]
    assert found("unit=生态环境局&role=coop") == []
    assert found("unit=能源局&role=lead") == ["1"]
    assert found("role=coop") == ["1"]
    assert found("since=2025-01-01&until=2025-12-31") == ["2"]
    assert found("due=undated") == ["3", "4"]
    part = city_plan.clauses.get(heading__contains="治理扬尘")
    assert found(f"plan={city_plan.pk}&part={part.pk}") == ["3", "4"]
    assert found("q=道路") == ["3"]
    assert "输入一个有效的日期" in text(chief, "/tasks/?since=2025-99-99")
    table = text(chief, "/tasks/?col=due")
    assert "<th>完成时限</th>" in table or "<th>时限</th>" in table or "2024-10-31" in table
    assert "pl-units" not in table
