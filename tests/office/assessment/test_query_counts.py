"""Every page of assessments asks the database as often as written."""

from __future__ import annotations

from typing import Any

from lantian.office.assessment import actions


def test_pages_ask_as_often_as_written(query_counts: Any, frozen: Any, card: Any, province: Any) -> None:
    from lantian.office.regions.models import Region

    def grow() -> None:
        for nth in range(2):
            Region.objects.create(
                code=f"14109{nth}",
                name=f"新{nth}县",
                short=f"新{nth}",
                level="county",
                parent=province["141000"],
            )
        actions.start(None, province["141000"], "assessment.schemes.region_year", "2024")

    file = "needs an objection with a file; one row by its key"
    query_counts(
        "assessment",
        {
            "assessment:scheme": {"path": "assessment.schemes.region_year", "number": 0},
            "assessment:run": {"pk": frozen.pk},
            "assessment:run-live": {"pk": frozen.pk},
            "assessment:run-history": {"pk": frozen.pk},
            "assessment:run-excel": {"pk": frozen.pk},
            "assessment:run-move": {"pk": frozen.pk, "name": "compute"},
            "assessment:card": {"pk": card.pk},
            "assessment:card-word": {"pk": card.pk},
            "assessment:card-object": {"pk": card.pk},
            "assessment:objection-move": {"pk": 1, "name": "reject_objection"},
            "assessment:objection-file": file,
            "assessment:transfers-word": "made of the page of transfers; counted there",
            "assessment:transfers-excel": "made of the page of transfers; counted there",
            "api:cards": {"pk": frozen.pk},
            "api:card": {"pk": card.pk},
        },
        grow=grow,
    )
