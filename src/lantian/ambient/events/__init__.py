"""Dust and exceptional events (沙尘、例外事件): official lists of days, what they take out, where to look.

A list is imported, never made up: `candidates` only shows a person the hours that look like dust.
"""

from lantian.ambient.events.lists import (
    AQI,
    CONCENTRATION,
    DayEntry,
    DayList,
    read_day_list,
    write_day_list,
)

__all__ = ["AQI", "CONCENTRATION", "DayEntry", "DayList", "read_day_list", "write_day_list"]
