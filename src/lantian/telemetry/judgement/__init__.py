"""Hours, days and yearly mass against an outlet's own dated limits; alarms; dual control.

>>> from lantian.telemetry.judgement import Limit, judge, merge_judgements

`judge(hours, limits, rules)` compares (all bases), `merge_judgements([judgement, …], open_alarms, rules)`
makes alarms, `total_state` sums a year and forecasts, `dual_control` puts both beside each other, `month_report`
holds everything the monthly report needs.
"""

from lantian.telemetry.judgement.alarms import AlarmEvent, Due, due, merge, merge_judgements, normal_of
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

__all__ = [
    "AlarmEvent",
    "Due",
    "Exceedance",
    "Judgement",
    "Limit",
    "Share",
    "SourceLimits",
    "Tally",
    "due",
    "explain_exceedance",
    "judge",
    "limits_on",
    "merge",
    "merge_judgements",
    "normal_of",
    "share_within",
    "source_limits",
]
