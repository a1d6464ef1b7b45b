"""What is said about cells, rows and files of an import: codes kept, words in the language of who reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def said(code: str, told: Mapping[str, Any]) -> str:
    """The words of an issue with a cell or row."""
    return _ISSUES[code]() % dict(told)


def note_words(note: Mapping[str, Any]) -> str:
    """The words of a note about a file."""
    told = {
        **note,
        "names": _(", ").join(map(str, note.get("names", ()))),
        "rows": _(", ").join(map(str, note.get("rows", ()))),
    }
    if note.get("count", 0) > len(note.get("rows", note.get("names", ()))):
        told["rows"], told["names"] = f"{told['rows']} …", f"{told['names']} …"
    return _NOTES[str(note["code"])](int(note.get("count", 0))) % told


_ISSUES = {
    "error_cell": lambda: _("cell %(cell)s holds the error %(text)s: write the value"),
    "uncomputed": lambda: _(
        "cell %(cell)s holds a formula without a result: open the file in Excel, let it compute and save it"
    ),
    "percent": lambda: _(
        "cell %(cell)s shows %(shown)s%% but holds %(held)s: write the number in the unit of the heading"
    ),
    "digits_lost": lambda: _(
        "cell %(cell)s is a number of more than 15 digits, its last ones are lost: "
        "format the column as text and write it again"
    ),
    "serial_day": lambda: _(
        "cell %(cell)s holds the number %(number)s, read as the day %(day)s: is it right?"
    ),
    "merged_wide": lambda: _("the cells %(range)s are merged: unmerge them and fill in each"),
    "merged_filled": lambda: _("taken from the merged cells %(range)s: “%(value)s”; is it right here?"),
    "hidden_row": lambda: _("the row is hidden in the file: is it meant?"),
    "system_number": lambda: _("“%(text)s” is no system number: leave it empty for a new record"),
    "no_version": lambda: _("the version is missing: take both from a fresh export, or empty both"),
    "not_there": lambda: _("there is no record %(text)s, or it is not yours"),
    "changed_since": lambda: _(
        "somebody changed this record since it was exported "
        "(version %(theirs)s, now %(ours)s): export it again"
    ),
    "changed_meanwhile": lambda: _("somebody changed this record since the preview: read the file again"),
    "taken": lambda: _("this number is taken by a record outside of your region or unit"),
    "taken_by": lambda: _("this number is that of another record: %(name)s"),
    "taken_meanwhile": lambda: _("somebody entered this record since the preview: read the file again"),
    "twice": lambda: _("the same record stands in row %(other)s as well"),
    "not_yours": lambda: _("you may not write records there"),
    "gone": lambda: _("what it points to was withdrawn, or is no longer yours: read the file again"),
    "written_before": lambda: _(
        "this very file was written on %(day)s, and nothing tells this row from the one entered then"
    ),
    "empties": lambda: _("empties what the record holds: %(names)s; is it meant?"),
    "reopens": lambda: _("opens a closed record again: is it meant?"),
}

_NOTES = {
    "other_sheets": lambda _n: _("Read from the sheet “%(taken)s”. Other sheets were not read: %(names)s."),
    "hidden_sheets": lambda _n: _("The file holds hidden sheets, which were not read: %(names)s."),
    "taken_hidden": lambda _n: _("The sheet that was read is hidden in the file: %(names)s."),
    "left_aside": lambda _n: _("Columns the register does not know were left aside: %(names)s."),
    "computed": lambda _n: _("Columns that follow from others were not read: %(names)s."),
    "hidden_rows": lambda n: ngettext(
        "%(count)s row is hidden in the file and is asked about: %(rows)s.",
        "%(count)s rows are hidden in the file and are asked about: %(rows)s.", n,
    ),
    "hidden_columns": lambda _n: _("These columns are hidden in the file and were read: %(names)s."),
    "since_1904": lambda _n: _("The file counts its days from 1904; they were read so."),
    "merged": lambda _n: _("Merged cells below the headings: %(names)s."),
    "bare_rows": lambda n: ngettext(
        "%(count)s row says nothing in a column of the register and was passed over: %(rows)s.",
        "%(count)s rows say nothing in a column of the register and were passed over: %(rows)s.", n,
    ),
    "same_file": lambda _n: _("This very file was written on %(day)s already."),
}  # fmt: skip
CODES = frozenset(_ISSUES)
NOTE_CODES = frozenset(_NOTES)
