"""Headings that stand over the wrong columns: found before anything is taken, and the file refused whole.

Three witnesses: rows with more or fewer cells than headings; words under a heading of numbers; and the
published index. A sub-index cannot exceed the index it belongs to, so where the concentrations under
the headings give a larger index than the one printed beside them, in most rows and under every edition
of the rules, they are not what the headings say. The same holds when the printed quality level is not
the level of the printed index.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lantian.ambient.index import AqiRules
from lantian.ambient.intake.headings import POLLUTANTS
from lantian.ambient.intake.take import Sheet
from lantian.errors import LantianError
from lantian.lake import engine
from lantian.rulebook import load

GLANCE = 200  # rows looked at first: the fault is one of the whole file
SAMPLE = 2000  # rows looked at when the first ones are suspicious
FEW = 3  # rows below which nothing is concluded
OLD = "gb3095-2012"
REMEDY = "Put the headings over their columns, then import again."

Row = Mapping[str, Any]
Place = dict[str, tuple[int, int]]
"""Pollutant → index of its column, power of ten from a cell to thousandths."""


class ShiftedError(LantianError):
    """The headings do not belong to the columns beneath them."""

    code = "shifted_headings"


def refuse_misfits(sheet: Sheet) -> None:
    """Raise ShiftedError when most rows have another number of cells than there are headings."""
    misfits = sheet.source.misfits
    total = len(misfits) + sheet.source.table.num_rows
    if len(misfits) < FEW or 2 * len(misfits) <= total:
        return
    widths = sorted({misfit.cells for misfit in misfits})
    shown = " or ".join(str(width) for width in widths[:3])
    raise ShiftedError(
        f"{len(misfits):,} of {total:,} rows have {shown} cells under {len(sheet.source.texts)} headings: "
        "the headings do not belong to the columns",
        remedy=REMEDY,
    )


def refuse_shifted(sheet: Sheet) -> None:
    """Raise ShiftedError when the cells contradict their headings in most rows."""
    if sheet.layout.long:
        return
    _refuse_words(sheet)
    if "aqi" not in sheet.roles:
        return
    for size in (GLANCE, SAMPLE):
        rows = _sample(sheet, size)
        try:
            _refuse_levels(sheet, rows)
            _refuse_concentrations(sheet, rows)
        except ShiftedError:
            if size == SAMPLE:
                raise
        else:
            return


def _mostly(part: int, whole: int) -> bool:
    """More than half of many, or all of a few."""
    return whole >= FEW and (part == whole if whole < 10 else 2 * part > whole)


# -- words under a heading of numbers


def _refuse_words(sheet: Sheet) -> None:
    for name in sheet.measured:
        heading = sheet.heading_of(name)
        if heading is None:
            continue
        one = engine.query(
            f"SELECT count(*) FILTER (s_{name} <> 1) AS filled, any_value(bad_{name}) AS example, "
            f"count(*) FILTER (regexp_matches(bad_{name}, '\\pL')) AS words FROM cells",
            sheet.con,
        ).to_pylist()[0]
        if _mostly(one["words"], one["filled"]):
            raise ShiftedError(
                f'under the heading "{heading.text.strip()}" stand words such as "{one["example"]}"',
                remedy=REMEDY,
            )


# -- the index as a witness


def _sample(sheet: Sheet, size: int) -> list[Row]:
    step = sheet.source.table.num_rows // size + 1
    clock = "clock" if sheet.layout.daily else "clock + INTERVAL 7 HOUR"
    names = ", ".join(f"c{index} AS c{index}" for index in _numeric(sheet))
    sql = (
        f"SELECT cells.aqi AS index, cells.level AS quality, CAST({clock} AS DATE) AS day, {names} "
        f"FROM cells JOIN raw USING (row) WHERE cells.aqi > 0 AND clock IS NOT NULL AND row % {step} = 0"
    )
    rows: list[Row] = engine.query(sql, sheet.con).to_pylist()
    return rows


def _numeric(sheet: Sheet) -> range:
    """Columns that may hold what a pollutant's heading promises: its own and its neighbours."""
    own = [heading.index for role, heading in sheet.roles.items() if role in POLLUTANTS]
    return range(max(min(own) - 1, 0), min(max(own) + 2, len(sheet.source.texts)))


def _refuse_levels(sheet: Sheet, rows: Sequence[Row]) -> None:
    rules = AqiRules.of(load(), regime=OLD, on=None)
    names = {level.zh: level.level for level in rules.levels}
    judged = [(names[row["quality"]], row["index"]) for row in rows if row["quality"] in names]
    wrong = sum(rules.level(int(index)).level != level for level, index in judged)
    if _mostly(wrong, len(judged)):
        raise ShiftedError(
            f'"{sheet.roles["level"].text.strip()}" is not the level of '
            f'"{sheet.roles["aqi"].text.strip()}" in {wrong:,} of {len(judged):,} rows',
            remedy=REMEDY,
        )


def _refuse_concentrations(sheet: Sheet, rows: Sequence[Row]) -> None:
    printed = {role: h for role in POLLUTANTS if (h := sheet.roles.get(role)) is not None}
    if sheet.layout.daily:
        # Daily ozone is the 8-hour maximum, whatever it is called; a second column would be the hourly one.
        kept = "o3_8h" if "o3_8h" in printed else "o3"
        printed = {r: h for r, h in printed.items() if r not in ("o3", "o3_8h") or r == kept}
    where: Place = {
        "o3_8h" if sheet.layout.daily and role == "o3" else role: (h.index, h.shift)
        for role, h in printed.items()
    }
    judge = _Judge(sheet.layout.daily)
    verdicts = [judge.verdict(row, where) for row in rows]
    wrong, total = verdicts.count(1), len(verdicts) - verdicts.count(None)
    if not _mostly(wrong, total) or 2 * verdicts.count(0) > total:
        return
    index = sheet.roles["aqi"].text.strip()
    said = (
        f"in {wrong:,} of {total:,} rows the values under {_listed(sheet, where)} give a larger index than "
        f'the "{index}" beside them: the headings seem shifted'
    )
    raise ShiftedError(said + _guess(sheet, judge, rows, where), remedy=REMEDY)


def _listed(sheet: Sheet, where: Place) -> str:
    return ", ".join(sheet.source.texts[index].strip() for index, _ in sorted(where.values()))


def _guess(sheet: Sheet, judge: _Judge, rows: Sequence[Row], where: Place) -> str:
    """What would make the index right, said as a guess for the user; nothing is taken on its strength."""
    best, text = 0, ""
    for start in sorted({index for index, _ in where.values()}):
        for step, side in ((1, "right"), (-1, "left")):
            moved = {
                role: (index + step if index >= start else index, shift)
                for role, (index, shift) in where.items()
            }
            right = sum(judge.verdict(row, moved) == 0 for row in rows)
            if right > best:
                best = right
                first = sheet.source.texts[start].strip()
                text = (
                    f'; with the values from "{first}" on read one column further {side} '
                    f"the index fits in {right:,} rows"
                )
    return text if 2 * best > len(rows) else ""


class _Judge:
    """Compares the printed index of a row with the sub-indices of its concentrations, under both editions."""

    def __init__(self, daily: bool) -> None:
        self.daily = daily
        self.book = load()
        averaging = "daily" if daily else "realtime"
        self.rules = [
            AqiRules.of(self.book, regime=regime, on=None, averaging=averaging)
            for regime in (OLD, "gb3095-2026")
        ]

    def verdict(self, row: Row, where: Place) -> int | None:
        """1: a sub-index exceeds the index, -1: all stay below it, 0: it fits, None: no values."""
        found = [self._against(rules, row, where) for rules in self.rules]
        if None in found:
            return None
        return 0 if 0 in found else 1 if found == [1, 1] else -1

    def _against(self, rules: AqiRules, row: Row, where: Place) -> int | None:
        # The new edition's hourly index takes 24-hour means of particles: the hour says nothing about it.
        gases = not self.daily and self.book.regime_on(row["day"]) != OLD
        highest = None
        for role, (column, shift) in where.items():
            if (gases and role.startswith("pm")) or (not self.daily and role == "o3_8h"):
                continue
            value = _number(row.get(f"c{column}"))
            rule = rules.columns[role]
            part = None if value is None else rule.iaqi(round(value * 10 ** (shift - 3 + rule.decimals)))
            if part is not None and (highest is None or part > highest):
                highest = part
        if highest is None:
            return None
        allowed = max(3.0, 0.05 * row["index"])
        return 0 if abs(highest - row["index"]) <= allowed else 1 if highest > row["index"] else -1


def _number(cell: object) -> float | None:
    try:
        value = float(str(cell))
    except ValueError:
        return None
    return value if 0 <= value < 1e9 else None
