"""Excel of findings: the list as shown, and the empty table that the import reads."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from lantian.office.findings import catalogue, rules, taking
from lantian.office.findings.models import Finding, Severity, Source
from lantian.office.papers import harmless

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def list_of(found: Iterable[Finding]) -> HttpResponse:
    """The findings as a table."""
    heads = (
        _("Found on"), _("Kind of problem"), _("Region"), _("Place"), _("What was found"),
        _("Unit responsible"), _("How grave"), _("Found through"), _("Found by"), _("State"), _("Due by"),
        _("Late"), _("Rectified on"), _("Closed on"), _("Repeated"), _("Points"), _("Files"),
        _("Person responsible"), _("Enterprise"), _("Longitude [°]"), _("Latitude [°]"),
    )  # fmt: skip
    rows = [
        (
            row.found_on, row.kind_label, row.region.label, row.place, row.words,
            row.unit.label if row.unit else "", row.get_severity_display(), row.get_source_display(),
            row.finder, row.state_label, row.state_due.date() if row.state_due else "",
            _("yes") if row.is_late else "", row.rectified_on or "", row.closed_on or "",
            _("yes") if row.is_repeat else "", rules.points_of(row), len(row.files.all()),
            row.assignee.get_full_name() if row.assignee else "",
            row.enterprise.name if row.enterprise else "", row.lon or "", row.lat or "",
        )
        for row in found
    ]  # fmt: skip
    return workbook("findings", [(_("Problems found"), heads, rows)])


def template() -> HttpResponse:
    """The table to fill in, with the words it understands on a second sheet."""
    heads = [field.headings[0] for field in taking.FIELDS]
    words = (
        [("问题类别", title.zh) for title in catalogue.kinds().values()]
        + [("严重程度", str(label)) for label in Severity.labels]
        + [("来源", str(label)) for label in Source.labels]
    )
    return workbook(
        "findings-table", [(_("Problems found"), heads, []), (_("Words understood"), ("", ""), words)]
    )


def workbook(name: str, sheets: Sequence[tuple[str, Sequence[Any], Iterable[Sequence[Any]]]]) -> HttpResponse:
    """An Excel workbook to download: title, headings and rows of each sheet."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#eef3f8"})
        for title, heads, rows in sheets:
            sheet = book.add_worksheet(title[:31])
            widths = [_width(str(head)) for head in heads]
            for column, head in enumerate(heads):
                sheet.write_string(0, column, str(head), bold)
            for number, row in enumerate(rows, 1):
                for column, value in enumerate(row):
                    cell = harmless(str(value))
                    widths[column] = max(widths[column], _width(cell))
                    if isinstance(value, int):
                        sheet.write_number(number, column, value)
                    else:
                        sheet.write_string(number, column, cell)
            for column, width in enumerate(widths):
                sheet.set_column(column, column, min(width, 50))
            sheet.freeze_panes(1, 0)
    answer = HttpResponse(buffer.getvalue(), content_type=EXCEL)
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or "attachment"
    return answer


def _width(text: str) -> int:
    """Characters of a column; a Chinese one takes two."""
    return sum(2 if ord(char) > 0x2E80 else 1 for char in text) + 2
