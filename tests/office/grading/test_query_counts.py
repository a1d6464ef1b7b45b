"""Each page asks as often as is written in query_counts.yaml, however many grades there are."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.office.grading import downgrading


def test_pages_ask_as_often_as_written(
    query_counts: Any, apply: Any, make_firm: Any, give: Any, on: Any
) -> None:
    numbers = iter(range(100))

    def make() -> Any:
        owner = make_firm(f"第{next(numbers)}铸造厂")
        give(owner, "B", date(2025, 3, 1))
        row = apply("notice", enterprise=owner)
        with on(3):
            made = downgrading.propose_downgrade(
                owner, "other", "现场所见", date(2025, 6, 1), files=[SimpleUploadedFile("a.pdf", b"%PDF-1.7")]
            )
        return row, made

    row, made = make()
    make()
    with on(4):
        query_counts(
            "grading",
            {
                "grading:application": {"pk": row.pk},
                "grading:file": {"pk": row.files.get().pk},
                "grading:new": {"?": f"enterprise={row.enterprise_id}"},
                "grading:downgrade": {"pk": made.pk},
                "grading:downgrade-file": {"pk": made.files.get().pk},
                "api:grade": {"pk": made.held_id},
                "api:application": {"pk": row.pk},
                "api:downgrade": {"pk": made.pk},
            },
            grow=make,
        )
