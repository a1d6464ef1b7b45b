"""Each page asks as often as is written in query_counts.yaml, however many findings there are."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.office.findings import actions
from lantian.office.frame import clock
from lantian.office.people.models import Unit


def test_pages_ask_as_often_as_written(query_counts: Any, province: Any, special_things: Any) -> None:
    unit = Unit.objects.create(name="尧都区住建局", region=province["141002"])
    numbers = iter(range(100))

    def make() -> Any:
        special_things.make()
        return found()

    def found() -> Any:
        number = next(numbers)
        with clock.at(datetime(2026, 5, 20, 4, tzinfo=UTC)):
            new = actions.NewFinding(
                kind="dust", region=province["141002"], place=f"{number}号工地", words="裸土", unit=unit,
                found_on=date(2026, 5, 20),
                files=[SimpleUploadedFile("a.jpg", b"\xff\xd8\xff" + bytes([number]))],
            )  # fmt: skip
            return actions.record_finding(None, new)

    first = found()
    query_counts(
        "findings",
        {
            "findings:finding": {"pk": first.pk},
            "api:finding": {"pk": first.pk},
            "findings:file": {"pk": first.files.get().pk},
            "findings:small": {"pk": first.files.get().pk},
            "findings:day": {"text": "2026-05-20"},
            "findings:day_docx": {"text": "2026-05-20"},
            "findings:where": {"?": "lon=111.5&lat=36.1"},
            "findings:enterprises": {"?": "q=铸造"},
            "findings:complaint-reporter": "opens to two named roles only",
            **special_things.addresses,
        },
        grow=make,
    )
