"""Hours, days and yearly mass against an outlet's own dated limits; alarms; dual control.

>>> from lantian.telemetry.judgement import Limit, judge, merge_judgements

`judge(hours, limits, rules)` compares (all bases), `merge_judgements([judgement, …], open_alarms, rules)`
makes alarms, `total_state` sums a year and forecasts, `dual_control` puts both beside each other,
`month_report` holds everything the monthly report needs.
"""

from lantian.telemetry.judgement.alarms import AlarmEvent, Due, due, merge, merge_judgements, normal_of
from lantian.telemetry.judgement.dual import DualRow, dual_control
from lantian.telemetry.judgement.exceedance import (
    Exceedance,
    Judgement,
    Share,
    Tally,
    explain_exceedance,
    judge,
    share_within,
)
from lantian.telemetry.judgement.limits import Limit, SourceLimits, limits_on, source_limits
from lantian.telemetry.judgement.report import FactorMonth, MonthReport, month_report
from lantian.telemetry.judgement.totals import Forecast, TotalState, YearlyTotal, total_state

__all__ = [
    "AlarmEvent",
    "DualRow",
    "Due",
    "Exceedance",
    "FactorMonth",
    "Forecast",
    "Judgement",
    "Limit",
    "MonthReport",
    "Share",
    "SourceLimits",
    "Tally",
    "TotalState",
    "YearlyTotal",
    "dual_control",
    "due",
    "explain_exceedance",
    "judge",
    "limits_on",
    "merge",
    "merge_judgements",
    "month_report",
    "normal_of",
    "share_within",
    "source_limits",
    "total_state",
]
