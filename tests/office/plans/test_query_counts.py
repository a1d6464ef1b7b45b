"""How often the pages of plans and tasks ask: see tests/office/query_counts.py."""

from __future__ import annotations

from typing import Any


def test_pages_ask_as_often_as_written(
    query_counts: Any, city_plan: Any, county_plan: Any, write_plan: Any
) -> None:
    from lantian.office.plans.actions import load_plan_file
    from lantian.office.plans.models import Assignment

    task = city_plan.tasks.get(number="1")
    collective = Assignment.objects.filter(task=task, collective=True).first()
    text = city_plan.document.text

    def grow() -> None:
        for number in (100, 101, 102):
            load_plan_file(write_plan(f"plan{number}.txt", text.replace("99号", f"{number}号")))

    query_counts(
        "plans",
        {
            "api:plan": {"number": city_plan.pk},
            "api:plan_file": {"number": city_plan.pk},
            "api:target_status": {"number": city_plan.targets.first().pk},
            "api:task": {"number": task.pk},
            "plans:plan": {"pk": city_plan.pk},
            "plans:document": {"pk": city_plan.pk},
            "plans:file": {"pk": city_plan.pk},
            "plans:history": {"pk": city_plan.pk},
            "plans:review": {"kind": "task", "pk": task.pk, "verb": "correct"},
            "plans:add": {"pk": city_plan.pk, "?": "kind=task"},
            "plans:yaml": {"pk": city_plan.pk},
            "plans:readings": {"pk": city_plan.pk},
            "plans:names": {"pk": city_plan.pk},
            "plans:task": {"pk": task.pk},
            "plans:bind": {"pk": collective.pk},
        },
        grow,
    )
