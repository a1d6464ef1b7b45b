"""A round in numbers: who was asked, who reported in time, late, not at all; what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from lantian.office.dispatch.models import Report, Round
from lantian.office.dispatch.states import ReportState
from lantian.office.plans.terms import State

# What is counted, in the order of the columns.
COLUMNS = (
    "asked", "in_time", "late", "missing", "waiting", "returned", "verified", "false", "done"
)  # fmt: skip


@dataclass(slots=True)
class Row:
    """The reports of one unit or region in a round, counted."""

    key: str
    label: str
    is_region: bool
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COLUMNS, 0))
    reports: list[Report] = field(default_factory=list)

    @property
    def cells(self) -> list[tuple[str, int]]:
        """(what, how many) in the order of the columns."""
        return [(name, self.counts[name]) for name in COLUMNS]

    @property
    def is_behind(self) -> bool:
        """Whether something of it is late, missing or false."""
        return bool(self.counts["late"] or self.counts["missing"] or self.counts["false"])


def marks(report: Report, round_: Round) -> list[str]:
    """Under which columns a report counts."""
    found = ["asked"]
    if report.first_submitted_at is not None:
        found.append("late" if report.late else "in_time")
    elif round_.is_closed or round_.is_past_due:
        found.append("missing")
    state = {
        ReportState.SUBMITTED: "waiting", ReportState.RETURNED: "returned",
        ReportState.VERIFIED: "verified", ReportState.FALSE: "false",
    }.get(ReportState(report.state))  # fmt: skip
    if state:
        found.append(state)
    if report.state == ReportState.VERIFIED and report.progress == State.DONE:
        found.append("done")
    return found


def rows_of(round_: Round, reports: Iterable[Report]) -> tuple[list[Row], list[Row]]:
    """(units, regions): one row a holder, in order of its name or code."""
    made: dict[str, Row] = {}
    order: dict[str, Any] = {}
    for report in reports:
        row = made.get(report.holder)
        if row is None:
            row = made[report.holder] = Row(report.holder, report.holder_label, report.region is not None)
            order[report.holder] = report.region.code if report.region else report.unit.name  # type: ignore[union-attr]  # a report has one of both
        row.reports.append(report)
        for name in marks(report, round_):
            row.counts[name] += 1
    found = sorted(made.values(), key=lambda row: str(order[row.key]))
    return [r for r in found if not r.is_region], [r for r in found if r.is_region]


def total_of(rows: Iterable[Row]) -> dict[str, int]:
    """The sum of rows, by column."""
    counts = dict.fromkeys(COLUMNS, 0)
    for row in rows:
        for name, number in row.counts.items():
            counts[name] += number
    return counts


def reports_of(round_: Round, person: Any = None) -> QuerySet[Report]:
    """The reports of a round, all or those that a person may see, with what the table reads."""
    found = Report.objects.visible_to(person) if person is not None else Report.objects.all()
    return found.filter(round=round_).select_related(
        "round__region", "task__plan__region", "unit", "region", "lead"
    )
