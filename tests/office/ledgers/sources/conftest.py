"""An enterprise and ways to keep and count records: those of the registers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

FIRM = "91141000701234567E"


@pytest.fixture
def sample(firm: Any) -> Any:
    """`sample("boilers", fuel="燃气")`: a register's example with other values; what it points to is made."""
    from lantian.office.registers import actions
    from lantian.office.registers.declaring.base import ledger
    from lantian.office.registers.reader import Reader

    def make(code: str, region: str = "尧都区", **other: str) -> dict[str, str]:
        one = ledger(code)
        linked = {}
        for field in one.links:
            model = field.related_model
            if field is one.owner:
                linked[field.name] = FIRM
            elif field.required or field.key:
                found = model.objects.first()
                if found is None:
                    read = Reader(model.ledger, None).read(make(model.ledger.code))
                    found = actions.add(None, read, confirmed=True)
                linked[field.name] = f"#{found.pk}"
        return {"region": region, **linked, **one.model.example, **other}

    return make


@pytest.fixture
def add(keep: Any, sample: Any) -> Any:
    """`add("boilers", number="2#")`: a register's example with other values, kept."""
    return lambda code, **other: keep(code, **sample(code, **other))


@pytest.fixture
def figure() -> Any:
    """`figure("coal_boilers_left")`: a feed over everything there is, of 2024 where it is dated."""
    from lantian.office.registers import rules

    def ask(code: str, first: date = date(2024, 1, 1), last: date = date(2024, 12, 31)) -> Decimal | None:
        found = rules.feed_of(code)
        assert found is not None, code
        one, feed = found
        return rules.value_of(feed, one.model.objects.filter(rules.counted_by(feed, first, last)))

    return ask
