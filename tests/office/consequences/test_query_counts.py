"""Each page asks as often as is written in query_counts.yaml, however many proposals there are."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.office.consequences import actions, proposing
from lantian.office.consequences.models import Proposal
from lantian.office.findings import actions as finding_actions
from lantian.office.frame import clock
from lantian.office.people.models import Unit

MAY = date(2026, 5, 30)


def test_pages_ask_as_often_as_written(query_counts: Any, province: Any) -> None:
    numbers = iter(range(100))

    def make() -> None:
        with clock.at(datetime(2026, 5, 30, 4, tzinfo=UTC)):
            unit = Unit.objects.create(name=f"{next(numbers)}局", region=province["141002"])
            new = finding_actions.NewFinding(
                kind="report_false",
                region=province["141002"],
                place=unit.name,
                words="未动工",
                unit=unit,
                found_on=MAY,
            )
            finding_actions.record_finding(None, new)
            proposing.propose(None, MAY, only=("false_report",))

    make()
    row = Proposal.objects.get()
    with clock.at(datetime(2026, 5, 30, 5, tzinfo=UTC)):
        actions.decide(row, "impose", None)
        actions.carry_out(row, None, "已约谈", [SimpleUploadedFile("a.pdf", b"%PDF-1.7")])
    query_counts(
        "consequences",
        {
            "consequences:proposal": {"pk": row.pk},
            "api:proposal": {"pk": row.pk},
            "consequences:paper": {"pk": row.pk},
            "consequences:file": {"pk": row.files.get().pk},
        },
        grow=make,
    )
