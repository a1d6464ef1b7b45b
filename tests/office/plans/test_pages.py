"""Every page, in both languages, for those inside and outside; query counts that do not grow with the
rows."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(person: Any, signed_in: Any) -> Any:
    """A signed-in analyst and dispatcher in one: an administrator of the city."""
    return signed_in(person("boss", "141000", role="administrator"))


def test_nobody_outside_sees_a_plan_through_any_door(
    city_plan: Any, county_plan: Any, scope_doors: Any, person: Any
) -> None:
    pk = county_plan.pk
    scope_doors(
        thing=county_plan,
        secret=county_plan.title,
        inside=person("in", "141002", role="administrator"),
        outside=person("out", "141024", role="administrator"),
        pages=[
            f"/plans/{pk}/", f"/plans/{pk}/document/", f"/plans/{pk}/file/", f"/plans/{pk}/history/",
            f"/api/plans/{pk}",
        ],
        lists=["/plans/", "/plans/?q=散煤", "/api/plans", "/tasks/"],
    )  # fmt: skip


def test_nobody_outside_sees_a_task_through_any_door(county_plan: Any, scope_doors: Any, person: Any) -> None:
    task = county_plan.tasks.get(number="1")
    scope_doors(
        thing=task,
        secret=task.title,
        inside=person("in", "141002", role="administrator"),
        outside=person("out", "141024", role="administrator"),
        pages=[f"/tasks/{task.pk}/", f"/api/tasks/{task.pk}", f"/plans/review/task/{task.pk}/show/"],
        lists=["/tasks/", f"/tasks/?q={task.title}", "/tasks/export.csv", "/api/tasks", "/api/tasks?q=清理"],
    )


def test_nobody_outside_sees_a_target_through_any_door(
    county_plan: Any, scope_doors: Any, person: Any
) -> None:
    target = county_plan.targets.get()
    scope_doors(
        thing=target,
        secret=target.quote,
        inside=person("in", "141002", role="administrator"),
        outside=person("out", "141024", role="administrator"),
        pages=[f"/plans/review/target/{target.pk}/show/"],
        lists=["/api/targets"],
    )


def test_a_bound_county_sees_its_task_but_not_the_plan(city_plan: Any, person: Any, signed_in: Any) -> None:
    bound, free = city_plan.tasks.get(number="2"), city_plan.tasks.get(number="4")
    browser = signed_in(person("hongtong", "141024"))
    page = browser.get(f"/tasks/{bound.pk}/")
    assert page.status_code == 200
    assert f"/plans/{city_plan.pk}/" not in page.content.decode()
    assert browser.get(f"/tasks/{free.pk}/").status_code == 404
    assert browser.get(f"/plans/{city_plan.pk}/").status_code == 404
    assert browser.get(f"/plans/review/task/{bound.pk}/show/").status_code == 404
    assert browser.post(f"/plans/review/task/{bound.pk}/accept/").status_code == 404
    neighbour = signed_in(person("yaodu", "141002"))
    assert neighbour.get(f"/tasks/{bound.pk}/").status_code == 404
    assert neighbour.post(f"/tasks/{bound.pk}/report/", {"state": "done"}).status_code == 404
    assert neighbour.get("/tasks/?region=141024").status_code in {200, 404}
    assert bound.title not in neighbour.get("/tasks/?region=141024").content.decode()


def test_another_countys_report_is_seen_through_no_door(city_plan: Any, person: Any, signed_in: Any) -> None:
    task = city_plan.tasks.get(number="1")
    mine = signed_in(person("hongtong", "141024"))
    secret = "洪洞自己的难处"
    assert (
        mine.post(
            f"/tasks/{task.pk}/report/", {"state": "in_progress", "percent": "30", "note": secret}
        ).status_code
        == 302
    )
    assert secret in mine.get(f"/tasks/{task.pk}/").content.decode()
    other = signed_in(person("yaodu", "141002"))
    assert secret not in other.get(f"/tasks/{task.pk}/").content.decode()
    assert secret not in other.get(f"/api/tasks/{task.pk}").content.decode()
    above = signed_in(person("linfen", "141000"))
    assert secret in above.get(f"/tasks/{task.pk}/").content.decode()


def test_the_plan_page_shows_every_word_and_every_thing(city_plan: Any, desk: Any) -> None:
    page = desk.get(f"/plans/{city_plan.pk}/").content.decode()
    for target in city_plan.targets.all():
        assert f'id="target-{target.pk}"' in page
    for task in city_plan.tasks.all():
        assert f'id="task-{task.pk}"' in page
    for words in ("推进清洁取暖", "严厉打击违法行为", "现将", "（一）调整能源结构"):
        assert words in page
    assert "有关县市区人民政府" in page


def test_upload_reads_a_plan_and_tells_a_mistake(
    province: dict[str, Any], desk: Any, write_plan: Any
) -> None:
    from lantian.office.plans.models import Plan

    from_file = write_plan("plan.txt", _city_text())
    upload = SimpleUploadedFile("方案.txt", from_file.read_bytes())
    answer = desk.post("/plans/", {"file": upload}, follow=True)
    plan = Plan.objects.get()
    assert answer.redirect_chain[-1][0] == f"/plans/{plan.pk}/"
    assert plan.document.name == "方案.txt"
    again = desk.post("/plans/", {"file": SimpleUploadedFile("b.txt", from_file.read_bytes())}, follow=True)
    assert Plan.objects.count() == 1
    assert again.status_code == 200
    for name, content in (("x.exe", b"MZ"), ("gone.txt", "晋城市清洁空气计划".encode())):
        answer = desk.post("/plans/", {"file": SimpleUploadedFile(name, content)}, follow=True)
        assert answer.status_code == 200
        assert "lt-notice-error" in answer.content.decode()
    assert Plan.objects.count() == 1


def test_only_those_who_may_load_get_the_form(city_plan: Any, person: Any, signed_in: Any) -> None:
    reader = signed_in(person("reader", "141000"))
    assert b'type="file"' not in reader.get("/plans/").content
    upload = SimpleUploadedFile("a.txt", b"x")
    assert reader.post("/plans/", {"file": upload}).status_code == 403


def test_review_by_htmx(city_plan: Any, desk: Any, person: Any, signed_in: Any) -> None:
    target = city_plan.targets.get(indicator="pm2_5")
    at = f"/plans/review/target/{target.pk}"
    htmx = {"headers": {"HX-Request": "true"}}
    card = desk.post(f"{at}/accept/", **htmx).content.decode()
    assert 'data-review="accepted"' in card
    assert 'id="pl-progress" hx-swap-oob' in card
    form = desk.get(f"{at}/correct/", **htmx).content.decode()
    assert 'name="value"' in form
    data = {
        "indicator": "pm2_5",
        "comparator": "<=",
        "value": "43",
        "unit": "微克/立方米",
        "by": "2025",
        "binding": "constraint",
        "regions": [target.regions.get().pk],
    }
    assert 'data-review="corrected"' in desk.post(f"{at}/correct/", data, **htmx).content.decode()
    bad = desk.post(f"{at}/correct/", {**data, "by": "soon"}, **htmx).content.decode()
    assert 'role="alert"' in bad
    assert 'value="soon"' in bad
    assert 'role="alert"' in desk.post(f"{at}/reject/", {"reason": ""}, **htmx).content.decode()
    assert 'data-review="rejected"' in desk.post(f"{at}/reject/", {"reason": "重复"}, **htmx).content.decode()
    assert desk.get("/plans/review/plan/1/show/").status_code == 404
    assert desk.get(f"{at}/delete/").status_code == 404
    officer = signed_in(person("officer", "141000"))
    assert officer.get(f"{at}/show/").status_code == 403
    assert officer.post(f"{at}/accept/").status_code == 403


def test_accepting_the_plan_from_its_page(city_plan: Any, desk: Any) -> None:
    desk.post(f"/plans/{city_plan.pk}/accept/")
    city_plan.refresh_from_db()
    assert city_plan.status == "draft"
    desk.post(f"/plans/{city_plan.pk}/accept/", {"rest": "yes"})
    city_plan.refresh_from_db()
    assert city_plan.status == "accepted"
    assert "boss" in desk.get(f"/plans/{city_plan.pk}/").content.decode()


def test_filters_of_the_task_list(city_plan: Any, county_plan: Any, desk: Any) -> None:
    from lantian.office.people.models import Unit

    def numbers(query: str) -> list[str]:
        rows = desk.get(f"/api/tasks?{query}").json()["items"]
        page = desk.get(f"/tasks/?{query}").content.decode()
        assert all((row["title"] or row["text"][:20]) in page for row in rows)
        return [row["title"] for row in rows]

    energy = Unit.objects.get(name="临汾市能源局").pk
    assert numbers(f"unit={energy}") == ["推进清洁取暖"]
    assert numbers("region=141024") == ["推进清洁取暖", "淘汰燃煤锅炉"]
    assert numbers(f"plan={county_plan.pk}") == ["清理散煤", "巡查煤场"]
    assert numbers("q=锅炉") == ["淘汰燃煤锅炉"]
    assert numbers("state=done") == []
    assert set(numbers("due=overdue")) == {"推进清洁取暖", "淘汰燃煤锅炉", "清理散煤"}
    assert set(numbers("due=undated")) == {"开展道路保洁", "强化执法监管", "巡查煤场"}
    assert desk.get("/api/tasks?due=whenever").status_code == 422
    assert desk.get("/tasks/?unit=999999&state=nonsense&page=x").status_code == 200


def test_the_export_is_a_spreadsheets_and_runs_nothing(city_plan: Any, desk: Any) -> None:
    task = city_plan.tasks.get(number="4")
    task.title = '=HYPERLINK("x")'
    task.save()
    answer = desk.get("/tasks/export.csv")
    text = b"".join(answer.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:])))
    assert len(rows) == 5
    assert [row[2] for row in rows[1:]] == ["1", "2", "3", "4"]
    assert rows[4][3].startswith("'=")
    assert "市能源局" in rows[1][5]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_speak_one_language(city_plan: Any, desk: Any, language: str) -> None:
    desk.cookies["lantian_language"] = language
    task = city_plan.tasks.get(number="1")
    doors = [
        "/plans/",
        f"/plans/{city_plan.pk}/",
        "/tasks/",
        f"/tasks/{task.pk}/",
        "/regions/141000/panels/targets/",
        "/regions/141000/panels/tasks-due/",
    ]
    pages = [desk.get(door).content.decode() for door in doors]
    chinese, english = ("牵头", "未开始", "目标"), ("Lead", "Not started", "Target")
    together = "".join(pages)
    wanted, unwanted = (english, chinese[:2]) if language == "en" else (chinese, english)
    assert all(word in together for word in wanted)
    assert not any(f">{word}<" in together for word in unwanted)


def test_panels(city_plan: Any, person: Any, signed_in: Any) -> None:
    browser = signed_in(person("linfen", "141000"))
    browser.cookies["lantian_language"] = "en"
    targets = browser.get("/regions/141000/panels/targets/?on=2025-06-30").content.decode()
    assert "Fine particulate matter" in targets
    assert "holds no air data" in targets
    assert "2025-06-30" in targets
    tasks = browser.get("/regions/141000/panels/tasks-due/?on=2024-11-15").content.decode()
    assert "推进清洁取暖" in tasks
    assert browser.get("/regions/140100/panels/targets/").status_code == 404
    assert browser.get("/regions/140100/panels/tasks-due/").status_code == 404
    assert browser.get("/regions/141000/panels/targets/?on=nonsense").status_code == 200


@pytest.mark.parametrize(
    "question",
    [
        ("/plans/", 12),
        ("/tasks/", 22),
        ("/tasks/export.csv", 14),
        ("/api/tasks", 10),
        ("/api/plans", 8),
        ("/api/targets", 9),
        ("/regions/141000/panels/targets/", 20),
        ("/regions/141000/panels/tasks-due/", 16),
    ],
)
def test_lists_ask_a_fixed_number_of_questions(
    city_plan: Any, county_plan: Any, desk: Any, question: tuple[str, int], django_assert_max_num_queries: Any
) -> None:
    door, most = question

    def ask() -> None:
        answer = desk.get(door)
        assert answer.status_code == 200
        if answer.streaming:
            b"".join(answer.streaming_content)

    ask()
    with django_assert_max_num_queries(most) as few:
        ask()
    before = len(few)
    _copy_tasks(city_plan, 30)
    with django_assert_max_num_queries(most) as many:
        ask()
    assert len(many) == before


def test_the_plan_page_asks_a_fixed_number_of_questions(
    city_plan: Any, desk: Any, django_assert_max_num_queries: Any
) -> None:
    desk.get(f"/plans/{city_plan.pk}/")
    with django_assert_max_num_queries(37) as few:
        desk.get(f"/plans/{city_plan.pk}/")
    before = len(few)
    _copy_tasks(city_plan, 30)
    with django_assert_max_num_queries(37) as many:
        desk.get(f"/plans/{city_plan.pk}/")
    assert len(many) == before


def _copy_tasks(plan: Any, times: int) -> None:
    """More tasks and targets of the same kind, with units and regions."""
    task = plan.tasks.get(number="1")
    assignments = list(task.assignments.prefetch_related("regions"))
    target = plan.targets.first()
    regions = list(target.regions.all())
    for number in range(times):
        task.pk, task.number = None, str(100 + number)
        task.save()
        target.pk = None
        target.save()
        target.regions.set(regions)
        for assignment in assignments:
            bound = list(assignment.regions.all())
            assignment.pk, assignment.task = None, task
            assignment.save()
            assignment.regions.set(bound)


def _city_text() -> str:
    from pathlib import Path

    source = Path(__file__).with_name("conftest.py").read_text(encoding="utf-8")
    return source.split('CITY_PLAN = """')[1].split('"""')[0]
