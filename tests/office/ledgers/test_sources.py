"""Registers of energy, vehicles, dust and support: every example is taken, and what they feed adds up by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lantian.office.monitoring.kernel import rulebook
from lantian.office.registers import actions, rules
from lantian.office.registers.declaring.base import ledger, ledgers
from lantian.office.registers.reader import Reader

pytestmark = pytest.mark.django_db
GROUPS = {"energy", "vehicles", "dust", "support"}
OURS = [one.code for one in ledgers() if one.group in GROUPS]
YEAR = (date(2024, 1, 1), date(2024, 12, 31))


def figure(code: str, first: date = YEAR[0], last: date = YEAR[1]) -> Decimal | None:
    """A feed over everything there is."""
    found = rules.feed_of(code)
    assert found is not None
    one, feed = found
    return rules.value_of(feed, one.model.objects.filter(rules.counted_by(feed, first, last)))


def sample(code: str, region: str = "尧都区", **other: str) -> dict[str, str]:
    """The example of a register with other values; what it must point to is made."""
    one = ledger(code)
    linked = {}
    for field in one.links:
        model = field.related_model
        if field is one.owner:
            linked[field.name] = "91141000701234567E"
        elif field.required or field.key:
            found = model.objects.first()
            if found is None:
                read = Reader(model.ledger, None).read(sample(model.ledger.code))
                found = actions.add(None, read, confirmed=True)
            linked[field.name] = f"#{found.pk}"
    return {"region": region, **linked, **one.model.example, **other}


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
def test_the_example_is_read_without_fault_or_question_and_is_complete(code: str, firm: Any) -> None:
    read = Reader(ledger(code), None).read(sample(code))
    assert [(fault.field, fault.words) for fault in read.faults + read.questions] == []
    assert ledger(code).missing(read.row) == []


def test_no_two_feeds_have_one_code() -> None:
    codes = [feed.code for one in ledgers() for feed in one.feeds]
    assert sorted(codes) == sorted(set(codes))


def test_households_and_machines_are_counted(firm: Any, keep: Any) -> None:
    keep("heating_households", **sample("heating_households"))
    keep("heating_households", **sample("heating_households", house="0102", converted_on="2023-10-01"))
    keep("heating_households", **sample("heating_households", house="0103", look_back="散煤复烧"))
    keep("heating_households", **sample("heating_households", house="0104", status="已确户", converted_on=""))
    assert figure("clean_heating_households") == 2  # 0101 and 0103; 0102 was another year's, 0104 is not done
    assert figure("heating_converted_ratio") == Decimal("75.00")
    assert figure("heating_reburning") == 1
    assert figure("heating_subsidy_paid") == 24000
    keep("machines", **sample("machines"))
    keep("machines", **sample("machines", registration="", stage="国一"))
    keep("machines", **sample("machines", registration="晋L00124", stage="新能源", fuel="电动"))
    assert figure("machines_coded_ratio") == Decimal("66.67")
    assert figure("old_machines_left") == 1
    assert figure("machines_electric_ratio") == Decimal("33.33")
