"""An enterprise and a way to read records."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def firm(province: dict[str, Any]) -> Any:
    """A foundry in 141002."""
    from lantian.office.registers import actions
    from lantian.office.registers.declaring.base import ledger
    from lantian.office.registers.reader import Reader

    raw = {
        "name": "临汾示例铸造有限公司（模拟）",
        "credit_code": "91141000701234567E",
        "industry": "铸造",
        "region": "尧都区",
    }
    read = Reader(ledger("enterprises"), None).read(raw)
    return actions.add(None, read, confirmed=True)


@pytest.fixture
def keep(firm: Any) -> Any:
    """`keep("boilers", fuel="燃煤", …, by=user)`: read and add a record; questions are confirmed."""
    from lantian.office.registers import actions
    from lantian.office.registers.declaring.base import ledger
    from lantian.office.registers.reader import Reader

    def make(code: str, by: Any = None, **raw: Any) -> Any:
        return actions.add(by, Reader(ledger(code), by).read(raw), confirmed=True)

    return make
