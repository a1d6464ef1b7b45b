"""What dispatch verified about the quantities of tasks, for targets that are held by it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from lantian.office.dispatch.models import ReportQuantity
from lantian.office.dispatch.states import ReportState
from lantian.office.plans.models import Quantity, Target
from lantian.office.plans.terms import number_text
from lantian.office.regions.models import Region
from lantian.office.targets.models import TargetSource


@dataclass(frozen=True, slots=True)
class Reported:
    """A verified amount: how many reports, up to which day, where they can be seen."""

    value: Decimal
    count: int
    last: date
    url: str


def quantities_of(targets: Iterable[Target]) -> dict[int, list[Quantity]]:
    """The quantities each target is held by: those linked to it, else those of tasks in its own clause that
    count the same unit."""
    targets = list(targets)
    found: dict[int, list[Quantity]] = {target.pk: [] for target in targets}
    linked = TargetSource.objects.filter(target__in=found).select_related("quantity__task__plan")
    for source in linked:
        found[source.target_id].append(source.quantity)
    rest = [target for target in targets if not found[target.pk] and target.unit.strip()]
    own = Quantity.objects.filter(
        task__clause__in={target.clause_id for target in rest}, unit__in={target.unit for target in rest}
    ).select_related("task__plan")
    for quantity in own:
        for target in rest:
            if target.clause_id == quantity.task.clause_id and target.unit == quantity.unit:
                found[target.pk].append(quantity)
    return found


class Reports:
    """The verified reports about the quantities of a page, read once, when the first of them is asked for."""

    def __init__(self, quantities: Iterable[Quantity]) -> None:
        self._asked = {quantity.pk for quantity in quantities}
        self._rows: list[ReportQuantity] | None = None

    def about(self, quantities: Iterable[Quantity], last: date) -> list[ReportQuantity]:
        """Those about these quantities, submitted up to a day, oldest first."""
        wanted = {quantity.pk for quantity in quantities}
        if not wanted <= self._asked:
            self._asked, self._rows = self._asked | wanted, None
        if self._rows is None:
            self._rows = list(
                ReportQuantity.objects.filter(
                    quantity__in=self._asked, done__isnull=False, report__state=ReportState.VERIFIED
                )
                .select_related("report__region", "report__round", "report__task")
                .order_by("report__submitted_at", "pk")
            )
        return [
            row for row in self._rows
            if row.quantity_id in wanted and timezone.localdate(row.report.submitted_at) <= last
        ]  # fmt: skip


def verified(
    quantities: Iterable[Quantity], region: Region, last: date, reports: Reports | None = None
) -> Reported | None:
    """What dispatch verified of these quantities in a region and everything in it; None without a report.

    A holder reports what is done so far, so its newest verified report counts, submitted up to `last`. Shares
    of regions add up; where no region reports a share, the lead speaks for the whole, and without a lead the
    units add up. What was sent back or found false counts nowhere. `reports` are those of a whole page.
    """
    own = list(quantities)
    rows = (reports or Reports(own)).about(own, last)
    newest = {(row.quantity_id, row.report.holder): row for row in rows}
    shares = [row for row in newest.values() if row.report.region is not None]
    counted = [row for row in shares if row.report.region.path.startswith(region.path)]
    wholes = {quantity.pk for quantity in own if quantity.task.plan.region_id == region.pk}
    for key in wholes - {row.quantity_id for row in shares}:
        units = [row for row in newest.values() if row.quantity_id == key]
        leads = [row for row in units if row.report.is_lead]
        counted += leads or units
    if not counted:
        return None
    latest = max(counted, key=lambda row: row.report.submitted_at)
    return Reported(
        sum((Decimal(number_text(row.done)) for row in counted), Decimal(0)),
        len(counted),
        timezone.localdate(latest.report.submitted_at),
        latest.report.get_absolute_url() if len(counted) == 1 else latest.report.task.get_absolute_url(),
    )
