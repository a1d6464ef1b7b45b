"""How many queries the pages of coverage ask: fixed in query_counts.yaml."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.django_db
@pytest.mark.usefixtures("above")
def test_pages_ask_as_often_as_written(
    query_counts: Any, city: Any, county: Any, old_city: Any, load_plan: Any
) -> None:
    from lantian.office.plans.models import Plan

    above = Plan.objects.get(region__code="140000")
    pair = {"parent": above.pk, "child": city.pk}
    text = county.document.text

    def grow() -> None:
        # Another county is one more column of the matrix, another plan one more to choose from.
        load_plan(text.replace("尧都区", "洪洞县"), "another.txt")
        load_plan(text.replace("工作方案", "攻坚方案"), "more.txt")

    query_counts(
        "coverage",
        {
            "coverage:matrix": {"?": f"parent={above.pk}"},
            "coverage:matrix-xlsx": {"?": f"parent={above.pk}"},
            "coverage:compare": {"?": f"old={old_city.pk}&new={city.pk}"},
            "coverage:compare-xlsx": {"?": f"old={old_city.pk}&new={city.pk}"},
            "coverage:pair": pair,
            "coverage:pair-xlsx": pair,
            "api:pairs": {"?": f"child={city.pk}"},
            "api:coverage": pair,
            "api:versions": {"old": old_city.pk, "new": city.pk},
        },
        grow,
    )
