"""What people correct, and until when: ten days for the entry, the tenth of the next month for the papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from lantian.telemetry.validity.marks import PERSON, Mark
from lantian.telemetry.validity.rules import CHINA, HOUR, DayRules, local_day


@dataclass(frozen=True, slots=True)
class Correction:
    """A value a person gives for one hour in the place of what came, or where nothing came.

    Parameters
    ----------
    factor
        canonical code
    time
        start of the hour, aware
    value, converted
        the measured and, where it is known apart, the converted value [unit of the factor]
    who, entered_at, reason
        whoever entered it, when, why
    evidence_at
        when the papers were handed in; None: not yet
    """

    factor: str
    time: datetime
    value: Decimal
    who: str
    entered_at: datetime
    reason: str
    converted: Decimal | None = None
    evidence_at: datetime | None = None
    key: str = ""


def entry_deadline(hour: datetime, rules: DayRules) -> datetime:
    """Until when a correction or declaration about the hour that begins at `hour` may be entered."""
    return hour + HOUR + timedelta(days=rules.rule("validity.correction.days").integer)


def paper_deadline(hour: datetime, rules: DayRules) -> datetime:
    """Until when its papers may be handed in: the end of the tenth day of the next month."""
    day = local_day(hour)
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    last = following + timedelta(days=rules.rule("validity.correction.paper_day").integer)
    return datetime(last.year, last.month, last.day, tzinfo=CHINA)


def refused(correction: Correction, rules: DayRules, as_of: datetime | None) -> str | None:
    """Why a correction does not count, as a code; None where it does.

    Before the day the papers are due (`as_of`) a correction without papers still counts.
    """
    if correction.entered_at > entry_deadline(correction.time, rules):
        return "correction_late"
    wanted = "correction" in rules.rule("validity.correction.paper_for").texts
    if wanted and _paper_missing(correction.evidence_at, correction.time, rules, as_of):
        return "correction_no_paper"
    return None


def mark_refused(mark: Mark, hour: datetime, rules: DayRules, as_of: datetime | None) -> str | None:
    """Why a person's mark does not count for one hour, as a code; None where it does."""
    if mark.source != PERSON or mark.entered_at is None:
        return None
    if mark.entered_at > entry_deadline(hour, rules):
        return "mark_late"
    if not rules.kinds[mark.kind].stop or "stop" not in rules.rule("validity.correction.paper_for").texts:
        return None
    handed = mark.evidence_at or (mark.entered_at if mark.evidence else None)
    return "mark_no_paper" if _paper_missing(handed, hour, rules, as_of) else None


def _paper_missing(handed: datetime | None, hour: datetime, rules: DayRules, as_of: datetime | None) -> bool:
    due = paper_deadline(hour, rules)
    if handed is not None:
        return handed >= due
    return as_of is None or as_of >= due
