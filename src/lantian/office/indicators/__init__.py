"""Indicators: every number that people are held to, asked through one door.

An app declares its own in `AppConfig.ready`; targets, consequences and score cards ask for them by code and
know nothing of where they come from:

    indicators.register(Indicator(
        "reports_on_time_ratio", _("Reports on time"), "%", compute=on_time, subjects={"region", "unit"},
        higher_is_better=True,
    ))

    answer = indicators.ask("reports_on_time_ratio", Subject(unit=unit), Period(first, last))
    answer.value        # Decimal, or None with answer.reason
    answer.lines        # what it is made of, each with its address
"""

from lantian.office.indicators.registry import (
    Answer,
    Indicator,
    Line,
    Period,
    Subject,
    ask,
    known,
    register,
)

__all__ = ["Answer", "Indicator", "Line", "Period", "Subject", "ask", "known", "register"]
