"""Simulated rows: varied, valid, the same by seed; names and credit codes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from lantian.office.registers import actions
from lantian.office.registers.declaring.base import ledger
from lantian.office.registers.names import is_credit_code, with_check_digit
from lantian.office.registers.samples import samples


@pytest.mark.parametrize(
    "code", ["91110000802100433B", "91440300708461136T", "914403001922038216", "91330100799655058B"]
)
def test_credit_codes_in_use_are_right_and_wrong_by_any_one_character(code: str) -> None:
    assert is_credit_code(code) and with_check_digit(code[:17]) == code
    for at in range(18):
        other = "0" if code[at] != "0" else "1"
        assert not is_credit_code(code[:at] + other + code[at + 1 :])


@pytest.mark.django_db
def test_samples_are_valid_varied_and_the_same_again(firm: Any, province: dict[str, Any]) -> None:
    boilers, places = ledger("boilers"), {"141002": province["141002"]}
    rows, again = (list(samples(boilers, 40, places, lambda _model, _rng: firm)) for _ in range(2))
    assert len(rows) == 40
    assert [actions.told(row) for row in rows] == [actions.told(row) for row in again]
    assert len({row.fuel for row in rows}) > 2 and len({row.capacity for row in rows}) > 5
    with transaction.atomic():
        assert actions.add_all(None, rows) == 40
