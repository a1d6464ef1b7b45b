"""When data of the line count: minute → hour → day → month, marks, reference oxygen, rates, substitution.

>>> from lantian.telemetry.validity import Rules, days, hours
>>> rules = Rules()  # the packaged dated rules; Rules(load([file])) with an office's own

`hours(table, mn, factor, rules, marks=…, corrections=…, reference_o2=…)` gives every hour of a factor
with its state (valid, invalid, stopped, missing_at_source, not_received, lost_here) and reason; `days` and
`month` go on from there. Figures are exact fractions (`exact`, `converted_exact`), shown half-even (`raw`,
`value`, `converted`).
"""

from lantian.telemetry.validity.control import Check, checks_of, out_of_control
from lantian.telemetry.validity.corrections import Correction
from lantian.telemetry.validity.days import days, month
from lantian.telemetry.validity.explain import explain_hour
from lantian.telemetry.validity.hours import hours, station_hours
from lantian.telemetry.validity.marks import Mark, MarkVerdict, check_marks, electronic_marks
from lantian.telemetry.validity.mass import DayMass, HourMass, day_masses, masses
from lantian.telemetry.validity.oxygen import ReferenceOxygen, convert
from lantian.telemetry.validity.rates import Counts, Rate, Rates, capture, quarter_of, rates_of
from lantian.telemetry.validity.readings import Readings
from lantian.telemetry.validity.records import DayValue, HourValue, MonthValue
from lantian.telemetry.validity.rules import Rules
from lantian.telemetry.validity.steps import Refused, Step

__all__ = [
    "Check",
    "Correction",
    "Counts",
    "DayMass",
    "DayValue",
    "HourMass",
    "HourValue",
    "Mark",
    "MarkVerdict",
    "MonthValue",
    "Rate",
    "Rates",
    "Readings",
    "ReferenceOxygen",
    "Refused",
    "Rules",
    "Step",
    "capture",
    "check_marks",
    "checks_of",
    "convert",
    "day_masses",
    "days",
    "electronic_marks",
    "explain_hour",
    "hours",
    "masses",
    "month",
    "out_of_control",
    "quarter_of",
    "rates_of",
    "station_hours",
]
