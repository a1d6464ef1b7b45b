"""Out of control (失控): the time between the last good check and the first good one after a failed one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from lantian.telemetry.validity.marks import CONTROL, Mark
from lantian.telemetry.validity.rules import DayRules, Rules, amount, local_day

ZERO, SPAN, VERIFICATION = "zero", "span", "verification"


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
