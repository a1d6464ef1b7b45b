"""Outlook: will a target be attained, what must the remaining days bring, and how sure can one be of it.

>>> from lantian.ambient.outlook import Target
>>> Target.parse("pm2_5", "<=35", "2025").text
'<=35'
"""

from __future__ import annotations

from lantian.ambient.outlook.asking import outlook, outlooks
from lantian.ambient.outlook.fan import FanChart, fan_chart
from lantian.ambient.outlook.history import History
from lantian.ambient.outlook.result import MonthNeed, Needs, Outlook, PastYear
from lantian.ambient.outlook.target import Target
from lantian.ambient.outlook.words import say

__all__ = [
    "FanChart",
    "History",
    "MonthNeed",
    "Needs",
    "Outlook",
    "PastYear",
    "Target",
    "fan_chart",
    "outlook",
    "outlooks",
    "say",
]
