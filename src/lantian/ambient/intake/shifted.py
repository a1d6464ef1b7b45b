"""Headings that stand over the wrong columns: found before anything is taken."""

from __future__ import annotations

from lantian.ambient.intake.take import Sheet
from lantian.errors import LantianError


class ShiftedError(LantianError):
    code = "shifted_headings"


def refuse_misfits(sheet: Sheet) -> None:
    pass


def refuse_shifted(sheet: Sheet) -> None:
    pass
