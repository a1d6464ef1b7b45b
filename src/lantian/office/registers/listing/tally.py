"""How many records are in each state, late or not, complete or not: one question for tiles and pages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, Q, QuerySet, Value, When

from lantian.office.registers import rules
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.listing.asking import Asked, with_related


@dataclass(frozen=True, slots=True)
class Cell:
    """Records alike in state, lateness and completeness."""

    status: str
    late: bool
    complete: bool
    number: int


class Tally:
    """The counts of a list beside the three things its tiles narrow by."""

    def __init__(self, ledger: Ledger, around: QuerySet[Any]) -> None:
        late = rules.late(ledger) if ledger.due is not None else Q(pk=None)
        gaps = Q(complete=False)
        # Grouped by the state alone, which the index is sorted by: the database adds up as it reads.
        found = around.order_by().values_list("status").annotate(
            n=Count("*"), late=_sum(late), gaps=_sum(gaps), both=_sum(late & gaps)
        )  # fmt: skip
        self.cells = [
            cell
            for status, n, behind, wanting, both in found
            for cell in (
                Cell(status, False, True, n - behind - wanting + both),
                Cell(status, True, True, behind - both),
                Cell(status, False, False, wanting - both),
                Cell(status, True, False, both),
            )
            if cell.number
        ]

    def count(
        self, states: frozenset[str] | None = None, *, late: bool = False, incomplete: bool = False
    ) -> int:
        """How many are in one of some states (None: any), and late, and incomplete, where that is asked."""
        return sum(
            cell.number
            for cell in self.cells
            if (states is None or cell.status in states)
            and (cell.late or not late)
            and not (incomplete and cell.complete)
        )

    def found(self, asked: Asked) -> int:
        """How many the question finds."""
        states = asked.wish.get("status")
        field = asked.ledger.status
        return self.count(
            None if states is None else frozenset(field.value_of(one) for one in states),
            late="1" in asked.wish.get("late", ()),
            incomplete="1" in asked.wish.get("incomplete", ()),
        )


def _sum(q: Q) -> Count:
    return Count(Case(When(q, then=Value(1))))


class Pages(Paginator):
    """The pages of a list: counted by the tally, each filled by the keys of its records."""

    def __init__(self, asked: Asked, per_page: int, number: int) -> None:
        self.asked, self.number = asked, number
        super().__init__(asked.rows, per_page)

    @cached_property
    def count(self) -> int:
        return self.number

    def page(self, number: Any) -> Any:
        found = super().page(number)
        first = (found.number - 1) * self.per_page
        # The keys first, so that the database sorts keys and not whole records.
        keys = list(self.asked.rows.values_list("pk", flat=True)[first : first + self.per_page])
        model = self.asked.ledger.model
        rows = {row.pk: row for row in with_related(self.asked.ledger, model.objects.filter(pk__in=keys))}
        found.object_list = [rows[key] for key in keys if key in rows]
        return found
