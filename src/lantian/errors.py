"""What goes wrong, said so that a person can act on it.

Every room raises these and nothing else for a user's mistake. The command line prints the message as one line
and ends non-zero; a page shows it; neither ever shows a traceback for one.
"""

from __future__ import annotations

from dataclasses import dataclass


class LantianError(Exception):
    """A mistake in what Lantian was given: what is wrong, where, what to do.

    Parameters
    ----------
    what
        what is wrong, as one sentence
    where
        file, row, column, clause or packet offset, as far as known
    remedy
        what to do about it, as one sentence
    """

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(self.line)

    @property
    def line(self) -> str:
        """The whole message as one line."""
        text = f"{self.where}: {self.what}" if self.where else self.what
        if not self.remedy:
            return text
        stop = "" if text.endswith((".", "。", "!", "?", "？")) else "."
        return f"{text}{stop} {self.remedy}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that was not taken, and why; what was good beside it is kept.

    `row` counts from 1 with the header as row 1, as a spreadsheet shows it; 0 where the whole file is meant.
    `code` is stable and short: `not_a_number`, `negative`, `absurd`, `duplicate`, `future`, `unknown_place` …
    """

    file: str
    row: int
    column: str
    value: str
    code: str
    reason: str

    @property
    def line(self) -> str:
        """`shanxi.csv row 17, column co: "1,3" is not a number. Write 1.3.`"""
        row = f" row {self.row}" if self.row else ""
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}{row}{column}: {self.reason}"
