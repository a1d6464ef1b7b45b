"""What validity answers with: an hour, a day, a month of one factor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from lantian.telemetry.validity.corrections import Correction
from lantian.telemetry.validity.exact import rounded

VALID, INVALID, STOPPED = "valid", "invalid", "stopped"
AT_SOURCE, NOT_RECEIVED, LOST_HERE = "missing_at_source", "not_received", "lost_here"
STATES = (VALID, INVALID, STOPPED, AT_SOURCE, NOT_RECEIVED, LOST_HERE)
BY_MINUTES, BY_LOGGER, BY_HAND = "minutes", "logger", "corrected"
BY_DEVICE, BY_US, BY_PERSON = "device", "ours", "hand"


@dataclass(frozen=True, slots=True)
class HourValue:
    """One hour of one factor.

    Attributes
    ----------
    time
        start of the hour, UTC
    state
        one of `STATES`; `why` the code of the reason where it is not valid
    mark
        letter of the hour by HJ 212-2017 C.16: N or D, F where stopped, "" where nothing came
    method
        minutes (ours, from 2051), logger (2061 as sent), corrected (by hand)
    measured
        exact mean of the usable minutes, or the hour as sent; also of hours that are not valid
    exact, converted_exact
        the value that counts and the same at reference oxygen; None unless valid
    bound, bound_converted
        mean with values above the range, a lower bound, and the same at reference oxygen; None without any
    sent, sent_converted
        the logger's own hour as sent; `converted_by` is device, ours or hand
    received, valid
        minutes that came, and of those the usable ones
    reasons
        minutes by the code of why they were not used
    declared
        of a stopped hour: whether a person or the condition signal declared it
    exempt
        kinds of marks that take the hour out of judgement
    remarks
        codes of what was odd and changed nothing
    """

    time: datetime
    factor: str
    state: str
    why: str | None
    mark: str
    method: str | None
    measured: Fraction | None
    exact: Fraction | None
    converted_exact: Fraction | None
    converted_by: str | None
    oxygen: Fraction | None
    bound: Fraction | None
    sent: Fraction | None
    sent_converted: Fraction | None
    amount: Fraction | None
    received: int
    valid: int
    decimals: int
    arrived: bool
    declared: bool = False
    exempt: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)
    correction: Correction | None = None
    bound_converted: Fraction | None = None

    @property
    def raw(self) -> Decimal | None:
        """The measured value as shown, also of an hour that is not valid."""
        return rounded(self.measured, self.decimals)

    @property
    def value(self) -> Decimal | None:
        """The value that counts as shown; None unless the hour is valid."""
        return rounded(self.exact, self.decimals)

    @property
    def converted(self) -> Decimal | None:
        """The value at reference oxygen as shown; None unless the hour is valid."""
        return rounded(self.converted_exact, self.decimals)

    @property
    def difference(self) -> Decimal | None:
        """Ours less the logger's own hour, as shown; None where one of the two is missing."""
        if self.method != BY_MINUTES or self.measured is None or self.sent is None:
            return None
        return rounded(self.measured - self.sent, self.decimals)

    @property
    def judged(self) -> bool:
        """Whether the hour is compared with limits: valid, a converted value, not exempt."""
        return self.converted_exact is not None and not self.exempt


@dataclass(frozen=True, slots=True)
class DayValue:
    """One local day of one factor: mean of its valid hours where there are enough."""

    date: date
    factor: str
    state: str
    why: str | None
    exact: Fraction | None
    converted_exact: Fraction | None
    hours: Mapping[str, int]
    judged_hours: int
    judged: bool
    decimals: int

    @property
    def value(self) -> Decimal | None:
        """The mean as shown."""
        return rounded(self.exact, self.decimals)

    @property
    def converted(self) -> Decimal | None:
        """The mean at reference oxygen as shown."""
        return rounded(self.converted_exact, self.decimals)


@dataclass(frozen=True, slots=True)
class MonthValue:
    """One month of one factor: mean of its valid days where there are enough."""

    first: date
    factor: str
    state: str
    why: str | None
    exact: Fraction | None
    converted_exact: Fraction | None
    days: Mapping[str, int]
    needed: int
    decimals: int

    @property
    def value(self) -> Decimal | None:
        """The mean as shown."""
        return rounded(self.exact, self.decimals)

    @property
    def converted(self) -> Decimal | None:
        """The mean at reference oxygen as shown."""
        return rounded(self.converted_exact, self.decimals)
