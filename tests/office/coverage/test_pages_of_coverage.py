"""The pages, doors, decisions and files of coverage."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from python_calamine import CalamineWorkbook

from lantian.errors import LantianError
from lantian.office.coverage import actions, readable, rules, texts, words
from lantian.office.coverage.models import CoverageVerdict, Verdict
from lantian.office.monitoring.kept import forget
from lantian.office.people.actions import verify_chain
from lantian.office.people.models import ActionLog
from lantian.office.plans.models import Plan
from lantian.planning.coverage import VERDICTS

pytestmark = pytest.mark.django_db


def verdicts(found: rules.Covered) -> dict[str, str]:
    return {
        row.row.item.key.rsplit("）")[-1]: row.verdict.value
        for row in found.rows
        if row.row.item.kind == "task"
    }


def key_of(found: rules.Covered, heading: str) -> str:
    return next(row.row.item.key for row in found.rows if heading in row.row.item.heading)


def test_the_city_against_the_province(above: Any, city: Any) -> None:
    found = rules.covered(above, city)
    said = {row.row.item.heading: row.verdict for row in found.rows if row.row.item.kind == "task"}
    assert said["推进清洁取暖改造"] == Verdict.TAKEN
    assert said["加快太原市结构调整"] == Verdict.NOT_APPLICABLE
    assert said["稳步推进大气氨排放控制"] == Verdict.NONE
    assert said["关停燃煤锅炉"] in {Verdict.PARTLY, Verdict.TAKEN}
    relations = {
        g.parent.places[0]: g.relation for g in found.coverage.goals if g.parent.indicator == "pm2_5"
    }
    assert relations == {"临汾市": "stronger", "太原市": "not_applicable"}
    straw = next(g for g in found.coverage.goals if g.parent.indicator == "straw_utilisation_ratio")
    assert straw.relation == "weaker"
    assert {r.name: r.way for r in straw.respects}["value"] == "weaker"
    assert [r.parent for r in found.coverage.counterparts if not r.child] == ["省工信厅", "省气象局"]


def test_records_and_the_reading_say_the_same(above: Any, city: Any, tmp_path: Any) -> None:
    """The office's records and the plan as read give one answer."""
    from lantian.office.plans.loading import kept_path
    from lantian.planning import read_plan
    from lantian.planning.coverage import cover

    paths = [kept_path(plan.document.sha256, ".txt") for plan in (above, city)]
    scope = texts.scopes_below(above, [city])[city.pk]
    direct = cover(*(read_plan(path) for path in paths), scope=scope)
    kept = texts.coverages_of(above, [city])[0]
    assert [(r.item.cited, r.verdict) for r in direct.rows] == [(r.item.cited, r.verdict) for r in kept.rows]
    assert [g.relation for g in direct.goals] == [g.relation for g in kept.goals]


def test_what_a_person_rejected_covers_nothing(above: Any, city: Any, person: Any) -> None:
    from lantian.office.plans import actions as plan_actions

    assert "taken" in {row.verdict for row in rules.covered(above, city).rows}
    analyst = person("analyst", "141000", role="analyst")
    for task in city.tasks.all():
        plan_actions.reject(task, analyst, "not in force")
    assert set(verdicts(rules.covered(above, city)).values()) <= {"none", "not_applicable"}


# --- decisions


def test_a_decision_stands_and_is_kept_when_computed_again(above: Any, city: Any, person: Any) -> None:
    analyst = person("analyst", "141000", role="analyst")
    found = rules.covered(above, city)
    key = key_of(found, "大气氨")
    child = next(i.key for i in found.coverage.child.items if "秸秆" in i.heading)
    made = actions.decide(
        above, city, key, analyst, verdict="partly", child_keys=[child], reason="由秸秆条款一并安排"
    )
    assert made.computed == "none"
    forget()
    row = next(r for r in rules.covered(above, city).rows if r.row.item.key == key)
    assert (row.verdict, row.computed, [k.key for k in row.links]) == ("partly", "none", [child])
    log = ActionLog.objects.get(verb="decide_coverage")
    assert log.reason == "由秸秆条款一并安排"
    assert verify_chain() == []
    actions.withdraw(made, analyst)
    row = next(r for r in rules.covered(above, city).rows if r.row.item.key == key)
    assert (row.verdict, row.decided) == (Verdict.NONE, None)


@pytest.mark.parametrize(
    "asked",
    [
        {"verdict": "taken", "child_keys": []},
        {"verdict": "look"},
        {"verdict": "certainly"},
        {"verdict": "taken", "child_keys": ["三（九）99"], "reason": "because"},
        {"verdict": "not_applicable"},  # otherwise than computed, without a reason
    ],
)
def test_a_wrong_decision_is_refused_and_changes_nothing(
    above: Any, city: Any, person: Any, asked: dict[str, Any]
) -> None:
    key = key_of(rules.covered(above, city), "大气氨")
    with pytest.raises(LantianError):
        actions.decide(above, city, key, person("analyst", "141000", role="analyst"), **asked)
    assert not CoverageVerdict.objects.exists()
    with pytest.raises(LantianError):
        actions.decide(above, city, "nowhere", person("other", "141000", role="analyst"), verdict="none")


def test_who_may_not_review_plans_decides_nothing(above: Any, city: Any, person: Any, sign_in: Any) -> None:
    officer = person("officer", "141000")
    key = key_of(rules.covered(above, city), "大气氨")
    with pytest.raises(PermissionDenied):
        actions.decide(above, city, key, officer, verdict="none")
    page = sign_in(officer).post(f"/coverage/{above.pk}/{city.pk}/decide/", {"key": key, "verdict": "none"})
    assert page.status_code == 403
    assert not CoverageVerdict.objects.exists()


def test_deciding_on_the_page(above: Any, city: Any, person: Any, sign_in: Any) -> None:
    browser = sign_in(person("analyst", "141000", role="analyst"))
    address = f"/coverage/{above.pk}/{city.pk}/"
    key = key_of(rules.covered(above, city), "大气氨")
    answer = browser.post(f"{address}decide/", {"key": key, "verdict": "taken"}, follow=True)
    assert "请指明落实该条款的本级条款" in answer.content.decode()
    answer = browser.post(
        f"{address}decide/", {"key": key, "verdict": "not_applicable", "reason": "本市无此产业"}, follow=True
    )
    assert "本市无此产业" in answer.content.decode()
    answer = browser.post(f"{address}withdraw/", {"key": key}, follow=True)
    assert "本市无此产业" not in answer.content.decode()
    assert browser.post(f"{address}withdraw/", {"key": key}).status_code == 404


# --- who may see what


def test_an_accepted_plan_from_above_is_readable_and_nothing_else(
    above: Any, city: Any, county: Any, load_plan: Any, person: Any
) -> None:
    officer = person("officer", "141002")
    draft = load_plan(above.document.text.replace("77号", "78号").replace("清洁空气", "蓝天"), "draft.txt")
    assert not Plan.objects.visible_to(officer).filter(pk=above.pk).exists()
    assert set(readable.readable_plans(officer)) == {above, county}  # the city's reading is a draft still
    assert draft not in readable.readable_plans(officer)
    outsider = person("outsider", "140105")
    assert set(readable.readable_plans(outsider)) == {above}


def test_superseded_plans_from_above_stay_readable_only_if_they_were_accepted(
    above: Any, person: Any
) -> None:
    officer = person("officer", "141002")
    Plan.objects.filter(pk=above.pk).update(status="superseded")
    assert above in readable.readable_plans(officer)
    Plan.objects.filter(pk=above.pk).update(accepted_at=None)
    assert above not in readable.readable_plans(officer)


def test_doors(scope_doors: Any, above: Any, city: Any, person: Any) -> None:
    inside, outside = person("in", "141000", role="analyst"), person("out", "140105", role="analyst")
    key = key_of(rules.covered(above, city), "大气氨")
    made = actions.decide(above, city, key, inside, verdict="not_applicable", reason="机密理由七七")
    address = f"/coverage/{above.pk}/{city.pk}/"
    scope_doors(
        thing=made,
        secret="机密理由七七",
        inside=inside,
        outside=outside,
        pages=[
            address,
            f"{address}export.xlsx",
            f"/api/coverage/{above.pk}/{city.pk}",
            f"/api/coverage?child={city.pk}",
        ],
    )


def test_the_child_itself_must_be_seen(scope_doors: Any, above: Any, city: Any, person: Any) -> None:
    scope_doors(
        thing=city,
        secret=city.title,
        inside=person("in", "141000"),
        outside=person("out", "140105"),
        pages=[f"/coverage/{above.pk}/{city.pk}/"],
        lists=[f"/coverage/?parent={above.pk}"],
    )


def test_pairs_that_make_no_sense_are_no_address(
    above: Any, city: Any, county: Any, person: Any, sign_in: Any
) -> None:
    browser = sign_in(person("chief", "140000", role="analyst"))
    for parent, child in ((city, above), (county, city), (city, city)):
        assert browser.get(f"/coverage/{parent.pk}/{child.pk}/").status_code == 404
        assert browser.get(f"/api/coverage/{parent.pk}/{child.pk}").status_code == 404
    assert browser.get("/coverage/?parent=99999999999").status_code == 404
    assert browser.get(f"/coverage/compare/?old={above.pk}&new={city.pk}").status_code == 404


# --- pages and files


def test_the_plan_it_was_issued_under_comes_first(above: Any, city: Any, county: Any, person: Any) -> None:
    chief = person("chief", "140000", role="analyst")
    assert readable.parents_of(county, chief) == [city, above]
    assert readable.parents_of(city, chief) == [above]
    assert readable.parents_of(above, chief) == []
    assert set(readable.children_of(above, chief)) == {city, county}


def test_the_matrix_shows_the_plans_below(
    above: Any, city: Any, county: Any, person: Any, sign_in: Any
) -> None:
    browser = sign_in(person("chief", "140000", role="analyst"))
    page = browser.get("/coverage/").content.decode()
    assert "稳步推进大气氨排放控制" in page
    assert f"/coverage/{above.pk}/{city.pk}/" in page and f"/coverage/{above.pk}/{county.pk}/" in page
    page = browser.get(f"/coverage/?parent={above.pk}&child={city.pk}&verdict=none").content.decode()
    assert "稳步推进大气氨排放控制" in page and "推进清洁取暖改造" not in page
    assert f"/coverage/{above.pk}/{county.pk}/" not in page


def test_the_county_officer_sees_the_parent_clauses_without_links_to_its_page(
    above: Any, county: Any, person: Any, sign_in: Any
) -> None:
    page = sign_in(person("officer", "141002")).get("/coverage/").content.decode()
    assert "稳步推进大气氨排放控制" in page
    task = above.tasks.first()
    assert f"/tasks/{task.pk}/" not in page
    page = sign_in(person("second", "141002")).get(f"/coverage/{above.pk}/{county.pk}/").content.decode()
    assert f"/tasks/{task.pk}/" not in page and "decide/" not in page


def test_filters_of_the_pair(above: Any, city: Any, person: Any, sign_in: Any) -> None:
    browser = sign_in(person("chief", "140000", role="analyst"))
    page = browser.get(f"/coverage/{above.pk}/{city.pk}/?verdict=none").content.decode()
    assert "大气氨" in page and "推进清洁取暖改造" not in page
    page = browser.get(f"/coverage/{above.pk}/{city.pk}/?q=%E5%A4%A7%E6%B0%94%E6%B0%A8").content.decode()
    assert "大气氨" in page and "推进清洁取暖改造" not in page
    assert "培训巡查员" in page  # the city's own task
    assert browser.get(f"/coverage/{above.pk}/{city.pk}/?verdict=<b>").status_code == 200


def test_an_office_without_plans_says_so(person: Any, sign_in: Any) -> None:
    browser = sign_in(person("chief", "140000", role="analyst"))
    assert "还没有可供对照的方案" in browser.get("/coverage/").content.decode()
    assert "无可对比" in browser.get("/coverage/compare/").content.decode()
    assert browser.get("/coverage/export.xlsx").status_code == 302
    assert browser.get("/coverage/compare/export.xlsx").status_code == 302
    assert "还没有自己的方案" in browser.get("/regions/141002/panels/coverage/").content.decode()


def test_the_panel_of_a_region(above: Any, city: Any, person: Any, sign_in: Any) -> None:
    page = sign_in(person("officer", "141000")).get("/regions/141000/panels/coverage/").content.decode()
    number = rules.covered(above, city).nobody
    assert f"无人落实的：{number} 条" in page
    assert sign_in(person("out", "140105")).get("/regions/141000/panels/coverage/").status_code == 404


def sheets(answer: Any) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_files(above: Any, city: Any, old_city: Any, person: Any, sign_in: Any) -> None:
    browser = sign_in(person("chief", "140000", role="analyst"))
    pair = sheets(browser.get(f"/coverage/{above.pk}/{city.pk}/export.xlsx"))
    assert list(pair) == ["条款", "目标", "责任单位"]
    assert any("稳步推进大气氨排放控制" in row and "未落实" in row for row in pair["条款"])
    assert any("偏弱" in row for row in pair["目标"])
    one = next(iter(sheets(browser.get(f"/coverage/export.xlsx?parent={above.pk}")).values()))
    assert any("稳步推进大气氨排放控制" in row for row in one)
    two = sheets(browser.get(f"/coverage/compare/export.xlsx?old={old_city.pk}&new={city.pk}"))
    assert any("新增" in row for row in two["任务"])


def test_versions_side_by_side(city: Any, old_city: Any, person: Any, sign_in: Any) -> None:
    browser = sign_in(person("officer", "141000"))
    page = browser.get(f"/coverage/compare/?old={old_city.pk}&new={city.pk}").content.decode()
    assert "培训巡查员" in page and "加严" in page
    page = browser.get(f"/coverage/compare/?old={old_city.pk}&new={city.pk}&state=new").content.decode()
    assert "培训巡查员" in page and "实施清洁取暖工程" not in page
    changes = browser.get(f"/api/plan-versions/{old_city.pk}/{city.pk}").json()
    assert changes["counts"]["new"] == 1
    assert {t["change"] for t in changes["targets"]} == {"tightened", "same"}
    outside = sign_in(person("out", "140105"))
    assert outside.get(f"/coverage/compare/?old={old_city.pk}&new={city.pk}").status_code == 404
    assert outside.get(f"/api/plan-versions/{old_city.pk}/{city.pk}").status_code == 404


def test_the_api(above: Any, city: Any, person: Any, sign_in: Any) -> None:
    browser = sign_in(person("officer", "141000"))
    assert [p["parent"] for p in browser.get(f"/api/coverage?child={city.pk}").json()] == [above.pk]
    whole = browser.get(f"/api/coverage/{above.pk}/{city.pk}").json()
    assert {row["verdict"] for row in whole["rows"]} <= set(VERDICTS)
    assert whole["counts"]["none"] >= 1
    assert whole["parent_units_without_counterpart"] == ["省工信厅", "省气象局"]


# --- words


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_code_of_the_kernel_has_words(language: str) -> None:
    from django.utils.translation import override

    from lantian.planning.versions.compare import STATES

    with override(language):
        assert {str(Verdict(code).label) for code in VERDICTS}
        for table in (words.WHY, words.RELATIONS, words.RESPECTS, words.ORDERS, words.STATES, words.CHANGES):
            assert all(str(label) for label in table.values())
    assert set(STATES) == set(words.STATES)
    assert set(VERDICTS) == set(Verdict.values)


def test_pages_in_english(above: Any, city: Any, old_city: Any, person: Any, sign_in: Any) -> None:
    from django.conf import settings

    browser = sign_in(person("chief", "140000", role="analyst"))
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "taken up" in browser.get("/coverage/").content.decode()
    assert "What stays open" in browser.get(f"/coverage/{above.pk}/{city.pk}/").content.decode()
    assert "tightened" in browser.get(f"/coverage/compare/?old={old_city.pk}&new={city.pk}").content.decode()
