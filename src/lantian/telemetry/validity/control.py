"""Out of control (失控): the time between the last good check and the first good one after a failed one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from lantian.telemetry.validity.marks import CONTROL, Mark
from lantian.telemetry.validity.rules import DayRules, Rules, amount, local_day
from lantian.telemetry.values import millionths

ZERO, SPAN, VERIFICATION = "zero", "span", "verification"
AUTOMATIC = "2062"
_FIELDS = ("SampleRd", "StandardValue", "ResultType")


@dataclass(frozen=True, slots=True)
class Check:
    """A calibration or verification of an analyser.

    Parameters
    ----------
    factor
        what the analyser measures
    time
        when it ended, aware
    kind
        zero, span or verification
    drift
        percent of the range, either sign; None where only the verdict is known
    passed
        the verdict where the person or the device gives it; None: the drift decides by rule
    """

    factor: str
    time: datetime
    kind: str
    drift: Decimal | None = None
    passed: bool | None = None

    def good(self, rules: DayRules) -> bool:
        """Whether the analyser was in control at this check."""
        if self.passed is not None:
            return self.passed
        if self.drift is None:
            return False
        limits = rules.table("validity.calibration.drift")
        if self.factor in rules.rule("validity.calibration.dust_factors").texts:
            limit = limits["dust"]
        else:
            limit = limits["gas_zero" if self.kind == ZERO else "gas_span"]
        return abs(self.drift) <= Decimal(limit)


def checks_of(table: pa.Table, mn: str, ranges: Mapping[str, Decimal] | None = None) -> list[Check]:
    """The checks a device reports itself (2062 of HJ 212-2025), in order of time.

    Parameters
    ----------
    table
        rows of `values.VALUES`, any devices
    ranges
        measuring range by factor: where the device gives no verdict (ResultType), the drift in percent of it
        decides

    Notes
    -----
    A standard of 0 is a zero check, any other a span check. A row with neither a verdict nor a known range
    says nothing and makes no check.
    """
    rows = table.filter(pc.and_(pc.equal(table["place"], mn), pc.equal(table["cn"], AUTOMATIC)))
    rows = rows.filter(pc.is_in(rows["field"], value_set=pa.array(_FIELDS))).sort_by("seq")
    sent: dict[tuple[datetime, str], dict[str, str | None]] = defaultdict(dict)
    columns = (rows[name].to_pylist() for name in ("time", "factor", "field", "text"))
    for time, factor, name, text in zip(*columns, strict=True):
        sent[time, factor][name] = text
    found = []
    for (time, factor), values in sorted(sent.items()):
        read, standard = (_number(values.get(name)) for name in _FIELDS[:2])
        verdict = {"1": True, "0": False}.get((values.get(_FIELDS[2]) or "").strip())
        span = (ranges or {}).get(factor)
        drift = None
        if read is not None and standard is not None and span:
            drift = (read - standard) / span * 100
        if verdict is not None or drift is not None:
            found.append(Check(factor, time, ZERO if standard == 0 else SPAN, drift, verdict))
    return found


def _number(text: str | None) -> Decimal | None:
    scaled = millionths(text)
    return None if scaled is None else Decimal(scaled).scaleb(-6)


def out_of_control(
    checks: Iterable[Check], rules: Rules, *, outlet: str = "", until: datetime | None = None
) -> list[Mark]:
    """Spans in which an analyser was out of control or overdue for its check, as marks on their factors.

    Out of control: from the last good check before a failed one to the first good one after it. Checks at
    one instant count as one, good only when all are. Before the first known check nothing is said.
    Overdue: from the end of the allowed time after a check to the next. A span that has no end yet ends at
    `until`; without `until` it is left out.
    """
    series: dict[str, dict[datetime, list[Check]]] = defaultdict(lambda: defaultdict(list))
    for check in checks:
        series[check.factor][check.time].append(check)
    found: list[Mark] = []
    for factor, by_time in sorted(series.items()):
        events = [
            (time, all(check.good(rules.on(local_day(time))) for check in some))
            for time, some in sorted(by_time.items())
        ]
        found += _spans(factor, events, rules, outlet, until)
    return found


def _spans(
    factor: str, events: list[tuple[datetime, bool]], rules: Rules, outlet: str, until: datetime | None
) -> list[Mark]:
    found: list[Mark] = []
    since: datetime | None = None
    last_good: datetime | None = None
    for time, good in events:
        if good:
            if since is not None:
                found.append(_mark(outlet, factor, "out_of_control", since, time))
            since, last_good = None, time
        elif since is None:
            since = last_good or time
    if since is not None and until is not None and since < until:
        found.append(_mark(outlet, factor, "out_of_control", since, until))
    following = [*(time for time, _ in events[1:]), until]
    for (time, _), after in zip(events, following, strict=True):
        day = rules.on(local_day(time))
        if not day.rule("validity.calibration.overdue_counts").value or after is None:
            continue
        due = time + _allowed(factor, day)
        if due < after:
            found.append(_mark(outlet, factor, "check_overdue", due, after))
    return found


def _mark(outlet: str, factor: str, kind: str, start: datetime, end: datetime) -> Mark:
    return Mark(outlet, kind, start, end, factors=(factor,), source=CONTROL)


def _allowed(factor: str, rules: DayRules) -> timedelta:
    table = rules.table("validity.calibration.every")
    for kind in ("dust", "flow"):
        if factor in rules.rule(f"validity.calibration.{kind}_factors").texts:
            return timedelta(days=float(amount(table[kind])))
    return timedelta(days=float(amount(table["gas"])))
