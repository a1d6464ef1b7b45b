"""Tables of power meters into the line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from lantian.errors import LantianError, Refusal
from lantian.rulebook import load
from lantian.sheets import Field, SheetRow, WrongCellError, read_sheet
from lantian.telemetry.store import Arrival, Line
from lantian.telemetry.store.knowing import known
from lantian.telemetry.store.spreading import pack

Use = Literal["production", "treatment"]
USES: dict[str, Use] = {
    "production": "production", "生产": "production", "生产设施": "production", "产污": "production",
    "treatment": "treatment", "治理": "treatment", "治理设施": "treatment", "治污": "treatment",
}  # fmt: skip
FIELDS = (
    Field("meter", ("电表编号", "表号", "监控点位", "meter")),
    Field("time", ("时间", "采集时间", "监测时间", "time")),
    Field("power", ("功率", "有功功率", "power"), required=False),
    Field("energy", ("电量", "用电量", "energy"), required=False),
    Field("use", ("设施类型", "类型", "use"), required=False),
)
CHINA = timezone(timedelta(hours=8))
ST, CN = "44", "2011"
AT_ONCE = 1000
_TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[T ]+"
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.0+)?)?(Z|[+-]\d{2}:?\d{2})?"
)


@dataclass(slots=True)
class Loaded:
    """What became of the rows or packets: taken, known before, holding nothing to keep, refused and why."""

    taken: int = 0
    known: int = 0
    passed: int = 0
    refusals: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Ways:
    use: Use
    codes: Mapping[str, Any]
    most: Mapping[str, Any]
    received: datetime


def load_power(
    files: Sequence[Path],
    line: Line,
    *,
    use: Use = "production",
    now: datetime | None = None,
    progress: Callable[[int], None] | None = None,
) -> Loaded:
    """Take tables of meters: a row an instant of one meter, with its power [kW], its energy [kWh], or both.

    Parameters
    ----------
    files
        .csv, .xlsx or .xls with the columns 电表编号 (meter), 时间 (time, Asia/Shanghai where no zone is
        given), 功率 (power) and/or 电量 (energy), and if wanted 设施类型 (use: 生产 or 治理)
    line
        where they go: place is the meter, code by `telemetry.power.codes`, command 2011 of system 44
    use
        of rows that do not say it
    now
        when they were received; None for this moment
    progress
        told how many rows are done

    Raises
    ------
    LantianError
        a file is empty, has not the columns, or the store takes nothing; rows before it stay taken
    """
    book = load()
    ways = _Ways(
        use,
        book.rule("telemetry.power.codes").table,
        book.rule("telemetry.power.most").table,
        now or datetime.now(UTC),
    )
    loaded = Loaded()
    for file in files:
        sheet = read_sheet(file, FIELDS)
        if not sheet.fields & {"power", "energy"}:
            raise LantianError(
                "there is neither power nor energy", where=file.name, remedy="Add the column 功率 or 电量."
            )
        for start in range(0, len(sheet.rows), AT_ONCE):
            group = [_arrival(row, ways, loaded) for row in sheet.rows[start : start + AT_ONCE]]
            _write(line, [arrival for arrival in group if arrival is not None], loaded)
            if progress is not None:
                progress(loaded.taken + loaded.known + len(loaded.refusals))
    return loaded


def _write(line: Line, group: list[Arrival], loaded: Loaded) -> None:
    """Store what the line has not; a corrected row is other content, and a later version."""
    before = known(line, group) if group else []
    loaded.known += sum(before)
    fresh = [arrival for arrival, is_known in zip(group, before, strict=True) if not is_known]
    for outcome in line.write(fresh) if fresh else ():
        if outcome == "stored":
            loaded.taken += 1
        else:
            loaded.known += 1


def _arrival(row: SheetRow, ways: _Ways, loaded: Loaded) -> Arrival | None:
    name = ""
    try:
        name = "meter"
        meter = row.text("meter")
        if meter is None or len(meter) > 40 or not meter.isprintable():
            raise WrongCellError("no_meter", "give the number of the meter, at most 40 signs")
        name = "time"
        at = _instant(row.text("time"))
        if at > ways.received + timedelta(minutes=5):
            raise WrongCellError("future", "the time lies ahead of now")
        name = "use"
        told = row.text("use")
        if told is not None and told not in USES:
            raise WrongCellError("unknown_use", f'"{told}" is no use. Write 生产 or 治理.')
        code = ways.codes[USES[told] if told else ways.use]
        rows = []
        for name, of in (("power", "Rtd"), ("energy", "Cou")):
            value = row.number_of(name)
            if value is not None:
                _check(value, Decimal(ways.most[name]))
                rows.append((code, of, f"{value:f}", "N", None))
        name = ""
        if not rows:
            raise WrongCellError("no_value", "there is neither power nor energy")
    except WrongCellError as error:
        loaded.refusals.append(row.refusal(name, error.code, str(error)))
        return None
    # A file may be read again: it says itself that it is no live packet.
    return Arrival(meter, at, ST, CN, None, None, True, ways.received, pack(rows), protocol="rows")


def _check(value: Decimal, most: Decimal) -> None:
    if value < 0:
        raise WrongCellError("negative", f"{value} is below zero")
    if value > most:
        raise WrongCellError("absurd", f"{value} is more than {most}")


def _instant(text: str | None) -> datetime:
    match = _TIME.fullmatch(text or "")
    hint = "Write 2026-11-22 08:15."
    if match is None:
        raise WrongCellError("not_a_time", f'"{text or ""}" is no time. {hint}')
    *parts, zone = match.groups()
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in parts)
        local = datetime(year, month, day, hour, minute, second, tzinfo=CHINA)
        if zone:
            local = datetime.fromisoformat(f"{local:%Y-%m-%dT%H:%M:%S}{zone.replace('Z', '+00:00')}")
    except ValueError:
        raise WrongCellError("not_a_time", f'"{text}" is no time. {hint}') from None
    return local.astimezone(UTC)
