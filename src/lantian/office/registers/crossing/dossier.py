"""Everything known of one enterprise: what each register holds, and what other apps add.

An app adds its section in its `AppConfig.ready`:

    dossier.add("findings", 20, _("Problems found"), lambda user, enterprise: Section(...))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, Value
from django.urls import reverse

from lantian.office.registers import rules
from lantian.office.registers.declaring.base import ledgers
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.listing.asking import with_related
from lantian.office.registers.listing.columns import columns_of

MOST = 8


def _plain(cell: Any) -> Any:
    """A day as every table of registers writes it; anything else as it is."""
    return cell.isoformat() if type(cell) is date else cell


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of a section: words with their address, further cells, whether it is late."""

    words: str
    url: str = ""
    cells: Sequence[Any] = ()
    late: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """What one app or register says: headings beside the first column, lines, how many there are in all."""

    title: Any
    headings: Sequence[Any] = ()
    lines: Sequence[Line] = ()
    number: int = 0
    late: int = 0
    url: str = ""

    @property
    def named(self) -> list[tuple[Line, list[tuple[Any, Any]]]]:
        """Each line, its cells beside their headings: a telephone shows no row of headings."""
        return [
            (line, [(head, _plain(cell)) for head, cell in zip(self.headings, line.cells, strict=False)])
            for line in self.lines
        ]


Ask = Callable[[Any, Any], Section | None]
_sections: dict[str, tuple[int, Ask]] = {}


def add(name: str, order: int, ask: Ask) -> None:
    """Add a section; `ask(user, enterprise)` gives it in the user's scope, or None where there is nothing."""
    _sections[name] = (order, ask)


def sections(user: Any, enterprise: Any) -> list[Section]:
    """What other apps say first, then every register that holds something of the enterprise."""
    asked = (ask(user, enterprise) for _order, ask in sorted(_sections.values(), key=lambda one: one[0]))
    return [*(section for section in asked if section is not None), *_registers(user, enterprise)]


def _registers(user: Any, enterprise: Any) -> list[Section]:
    owned = [one for one in ledgers() if one.owner is not None]
    counts = _counts(owned, user, enterprise)
    return [_register(one, user, enterprise, *counts[one.code]) for one in owned if counts[one.code][0]]


def _counts(owned: list[Ledger], user: Any, enterprise: Any) -> dict[str, tuple[int, int]]:
    """Records and late ones of every register, in one question."""
    parts = []
    for one in owned:
        rows = rules.records(one, user).filter(enterprise=enterprise).order_by()
        late = rules.late(one) if one.due is not None else Q(pk__isnull=True)
        parts.append(
            rows.values(of=Value(one.code)).annotate(held=Count("pk"), overdue=Count("pk", filter=late))
            .values_list("of", "held", "overdue")
        )  # fmt: skip
    found = {one.code: (0, 0) for one in owned}
    if parts:
        found |= {code: (held, overdue) for code, held, overdue in parts[0].union(*parts[1:], all=True)}
    return found


def _register(one: Ledger, user: Any, enterprise: Any, number: int, late: int) -> Section:
    known = columns_of(one)
    shown = [known[name] for name in one.columns if name != "enterprise"][:5]
    rows = list(with_related(one, rules.records(one, user).filter(enterprise=enterprise))[:MOST])
    # A register whose records are called by one of its columns need not say it twice.
    shown = [column for column in shown if any(column.write(row) != str(row) for row in rows)] or shown
    lines = [
        Line(
            str(row),
            row.get_absolute_url(),
            [*(column.write(row) for column in shown), row.status_label],
            row.is_late,
        )
        for row in rows
    ]
    url = f"{reverse('registers:records', args=[one.code])}?{urlencode({'enterprise': enterprise.pk})}"
    return Section(
        one.title, [*(column.label for column in shown), one.status.label], lines, number, late, url
    )
