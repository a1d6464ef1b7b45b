"""Limits out of rules, fields that follow from others, records found among those of their enterprise."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

from lantian.office.registers.declaring import Quantity, two


def test_a_limit_may_be_asked_anew_each_time() -> None:
    size = Quantity(two("大小", "size"))
    size.name = "size"
    limits = iter([10, 20, 20])
    bound = size.at_least(lambda: next(limits))
    assert bound.holds(SimpleNamespace(size=Decimal(15)))
    assert not bound.holds(SimpleNamespace(size=Decimal(15)))
    assert bound.q.children == [("size__gte", 20)]
    assert not bound.holds(SimpleNamespace(size=None))
