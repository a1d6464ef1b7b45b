"""How often the lists of tasks ask: see tests/office/query_counts.py."""

from __future__ import annotations

from typing import Any


def test_pages_ask_as_often_as_written(
    query_counts: Any, city_plan: Any, county_plan: Any, write_plan: Any
) -> None:
    from lantian.office.people.models import Unit
    from lantian.office.plans.actions import load_plan_file

    text = city_plan.document.text

    def grow() -> None:
        for number in (100, 101, 102):
            load_plan_file(write_plan(f"plan{number}.txt", text.replace("99号", f"{number}号")))

    query_counts(
        "tasklists",
        {
            "tasklists:unit": {"pk": Unit.objects.get(name="临汾市生态环境局").pk},
            "tasklists:sheet": {"pk": city_plan.tasks.get(number="1").pk},
            "tasklists:calendar": {"?": "month=2024-10"},
        },
        grow,
    )
