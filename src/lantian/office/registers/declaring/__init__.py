"""The parts of a declaration."""

from lantian.office.registers.declaring.base import Register
from lantian.office.registers.declaring.conditions import Condition, by_name
from lantian.office.registers.declaring.feeds import Count, Ratio, Share, Total
from lantian.office.registers.declaring.fields import (
    Choice,
    Day,
    Due,
    Flag,
    LifeCycle,
    Link,
    Many,
    Owner,
    Quantity,
    Text,
    Whole,
    Year,
)
from lantian.office.registers.declaring.ledger import Check, Derived, Group, Ledger
from lantian.office.registers.declaring.words import Words, choices, two

__all__ = [
    "Check",
    "Choice",
    "Condition",
    "Count",
    "Day",
    "Derived",
    "Due",
    "Flag",
    "Group",
    "Ledger",
    "LifeCycle",
    "Link",
    "Many",
    "Owner",
    "Quantity",
    "Ratio",
    "Register",
    "Share",
    "Text",
    "Total",
    "Whole",
    "Words",
    "Year",
    "by_name",
    "choices",
    "two",
]
