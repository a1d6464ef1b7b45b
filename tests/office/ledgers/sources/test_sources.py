"""Registers of energy, vehicles, dust and support: every example is taken, every rule asked for is there."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lantian.office.monitoring.kernel import rulebook
from lantian.office.registers.declaring.base import ledger, ledgers
from lantian.office.registers.declaring.reading import WrongValueError
from lantian.office.registers.reader import Reader

pytestmark = pytest.mark.django_db
GROUPS = {"energy", "vehicles", "dust", "support"}
OURS = [one.code for one in ledgers() if one.group in GROUPS]
YEAR = (date(2024, 1, 1), date(2024, 12, 31))


def test_the_words_of_a_declaration_are_in_both_languages() -> None:
    from django.utils import translation

    for code in OURS:
        one = ledger(code)
        labels = [one.title, *(field.label for field in one.fields), *(feed.title for feed in one.feeds)]
        with translation.override("zh-hans"):
            chinese = [str(label) for label in labels]
        with translation.override("en"):
            english = [str(label) for label in labels]
        assert not [word for word in english if not word.isascii() and "₂" not in word], code
        assert all(chinese), code


def test_what_the_registers_ask_of_the_rulebook_is_there() -> None:
    for code in OURS:
        one = ledger(code)
        for derived in one.derived.values():
            derived.of(one.model())
            assert not derived.rule or rulebook().rule(derived.rule, on=YEAR[1]).document
        assert one.source and one.columns, code


@pytest.mark.parametrize("code", OURS)
def test_the_example_is_read_without_fault_or_question_and_is_complete(code: str, sample: Any) -> None:
    read = Reader(ledger(code), None).read(sample(code))
    assert [(fault.field, fault.words) for fault in read.faults + read.questions] == []
    assert ledger(code).missing(read.row) == []


def test_no_two_feeds_have_one_code() -> None:
    codes = [feed.code for one in ledgers() for feed in one.feeds]
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize(
    ("written", "taken"),
    [("2024", 2024), ("2024年", 2024), (2024.0, 2024), ("24", None), ("2024.5", None), ("2024-06-01", None)],
)
def test_a_year_is_a_year(written: Any, taken: int | None) -> None:
    year = ledger("coal_use").by_name["year"]
    if taken is None:
        with pytest.raises(WrongValueError):
            year.read(written)
    else:
        assert year.read(written) == taken and year.write(year.read(written)) == str(taken)
