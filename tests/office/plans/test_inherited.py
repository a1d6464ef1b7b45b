"""Units that one item binds to all later ones in words: assigned, with the clause that says so."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from lantian.office.plans.reader_notes import WORDS, kept, said
from lantian.planning.notes import NOTES, Note

pytestmark = pytest.mark.django_db

PROVINCE_PLAN = """山西省清洁空气行动计划

为持续改善环境空气质量，制定本行动计划。

一、重点任务

1.淘汰落后产能。2024年底前关停小炉。（省工信厅负责，各市人民政府负责落实。以下均需各市人民政府负责落实，不再列出）

2.治理散煤。推进替代。（省能源局负责）

3.治理扬尘。开展保洁。（省住建厅、各市人民政府按职责分工负责）
"""


@pytest.fixture
def bound(province: dict[str, Any], write_plan: Any) -> Any:
    """The province's plan, its tasks in order."""
    from lantian.office.plans.actions import load_plan_file

    plan = load_plan_file(write_plan("province.txt", PROVINCE_PLAN), region="140000").plan
    return plan, list(plan.tasks.all())


def test_a_unit_bound_to_all_later_items_is_assigned_to_them(bound: Any) -> None:
    _plan, (first, second, third) = bound
    own, inherited = second.assignments.all()
    assert (own.written, own.source, own.inherited) == ("省能源局", None, "")
    assert (inherited.written, inherited.role, inherited.source) == ("各市人民政府", "responsible", first)
    assert inherited.regions.count() == first.assignments.get(written="各市人民政府").regions.count() > 0
    words = first.plan.document.text
    assert words[inherited.start : inherited.end] == "各市人民政府"
    assert first.start < inherited.start < first.end
    assert [a.source for a in third.assignments.all()] == [None, None]  # it names them itself
    with override("zh-hans"):
        assert inherited.inherited == "承接第1条"
    with override("en"):
        assert inherited.part == "Responsible · under item 1"


def test_a_city_sees_the_task_and_where_it_comes_from(bound: Any, person: Any, client: Any) -> None:
    from lantian.office.plans.rules import tasks_for

    plan, (first, second, _third) = bound
    officer = person("linfen", "141000", role="dispatcher")
    assert second in tasks_for(officer)
    client.force_login(officer)
    page = client.get(second.get_absolute_url()).content.decode()
    assert "承接第1条" in page
    assert f'href="{first.get_absolute_url()}"' in page  # the plan itself is the province's
    assert client.get(f"/plans/{plan.pk}/").status_code == 404
    client.force_login(person("analyst", "140000", role="analyst"))
    page = client.get(second.get_absolute_url()).content.decode()
    assert f'href="{first.clause.get_absolute_url()}"' in page
    words = page.split('class="pl-body"')[1].split("</section>")[0]
    assert "各市人民政府" not in words  # the words are those of item 1: they are not marked here


def test_lists_and_the_interface_say_it_too(bound: Any, person: Any, client: Any) -> None:
    _plan, (first, second, _third) = bound
    client.force_login(person("analyst", "140000", role="analyst"))
    assert "pl-inherited" in client.get("/tasks/").content.decode()
    table = b"".join(client.get("/tasks/export.csv").streaming_content).decode()
    assert "· 承接第1条）" in table
    whole = client.get(f"/api/tasks/{second.pk}").json()
    assert [a["inherited_from"] for a in whole["assignments"]] == [None, first.pk]


def test_every_note_of_the_reader_has_its_words_here() -> None:
    with override("en"):
        assert {code: str(words) for code, words in WORDS.items()} == NOTES
    with override("zh-hans"):
        for code, words in WORDS.items():
            assert str(words) != NOTES[code], code


def test_notes_are_kept_with_their_code_and_said_in_the_language_of_the_page(bound: Any) -> None:
    from lantian.office.plans.loading import notes_of

    plan, _tasks = bound
    assert plan.notes[0]["code"] == "standing"
    assert plan.notes[0]["text"] == "item 1 binds 各市人民政府 to all later items"
    with override("zh-hans"):
        assert "第1条写明其后各条均由各市人民政府负责落实" in notes_of(plan)
    with override("en"):
        assert "item 1 binds 各市人民政府 to all later items" in notes_of(plan)
    assert said(kept([Note("an old note")])) == ["an old note"]


def test_the_history_of_a_load_is_in_the_language_of_the_page(bound: Any, person: Any, client: Any) -> None:
    plan, _tasks = bound
    client.force_login(person("analyst", "140000", role="analyst"))
    page = client.get(f"/plans/{plan.pk}/history/").content.decode()
    assert "<dt>文件名</dt>" in page
    assert "<dt>file</dt>" not in page
    assert "<dt>assignments</dt>" not in page
