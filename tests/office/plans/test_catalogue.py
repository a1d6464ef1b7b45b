"""Every message of the room has its Chinese, and every code its words in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

ROOM = Path(__file__).parents[3] / "src" / "lantian" / "office" / "plans"


def test_the_catalogue_is_complete(messages_and_catalogues: Any) -> None:
    known = {}
    for _path, catalogue in messages_and_catalogues.catalogues(ROOM):
        for message in catalogue:
            if message.id:
                known[message.id if isinstance(message.id, str) else message.id[0]] = message.string
    used = {text for _file, _line, text in messages_and_catalogues.messages(ROOM)}
    assert used - set(known) == set()
    assert not [text for text in used if not any(known[text])]


@pytest.mark.parametrize(
    ("comparator", "value", "unit", "zh", "en"),
    [
        ("<=", "44.000000", "微克/立方米", "≤ 44 µg/m³", "≤ 44 µg/m³"),
        ("exit_bottom", "10", "位", "退出后 10位", "leaves the last 10 places"),
        (">=", "12000", "户", "≥ 12000户", "≥ 12000 households"),
        ("decrease", None, "", "下降", "falls"),
        (">=", "75.5", "%", "≥ 75.5%", "≥ 75.5%"),
        ("<=", "5", "d", "≤ 5天", "≤ 5 days"),  # as the glossary writes days
        (">=", "2000", "万平方米", "≥ 2000 × 10⁴ m²", "≥ 2000 × 10⁴ m²"),
        (">=", "60", "家", "≥ 60家", "≥ 60 enterprises"),
        (">=", "60", "个", "≥ 60个", "≥ 60"),  # a measure word that English has none for
        ("<=", "6", "吨/月·平方公里", "≤ 6吨/月·平方公里", "≤ 6 t/(km²·month)"),
    ],
)
def test_a_goal_in_words(comparator: str, value: str | None, unit: str, zh: str, en: str) -> None:
    from decimal import Decimal

    from lantian.office.plans.terms import goal_words

    for language, words in (("zh-hans", zh), ("en", en)):
        with override(language):
            assert goal_words(comparator, Decimal(value) if value else None, unit) == words


def test_indicators_speak_both_languages() -> None:
    from lantian.office.plans.status import MEASURED
    from lantian.office.plans.terms import indicator_code, indicator_label

    for code in MEASURED:
        with override("zh-hans"):
            assert indicator_label(code)[0] >= "一", code
        with override("en"):
            assert not any("一" <= letter <= "龥" for letter in indicator_label(code)), code
    assert indicator_code("pm25") == "pm2_5"
    assert indicator_label("other:散煤") == "散煤"
    assert indicator_label("never_heard_of") == "never_heard_of"


@pytest.mark.shared
def test_no_unit_of_the_seeds_stays_chinese_on_an_english_page(shared: Path) -> None:
    from lantian.office.plans.terms import unit_symbol
    from lantian.planning import read_plan

    plans = [read_plan(file) for file in sorted((shared / "seeds").glob("*.txt"))]
    units = {q.unit or "" for plan in plans for task in plan.tasks for q in task.quantities}
    units |= {target.unit or "" for plan in plans for target in plan.targets}
    with override("en"):
        assert [u for u in units if any("一" <= letter <= "龥" for letter in unit_symbol(u))] == []


def test_a_quote_is_shown_on_one_line() -> None:
    from lantian.office.plans.terms import one_line

    assert one_line("非化石能源消\n费比重达到12%") == "非化石能源消费比重达到12%"
    assert one_line("low VOCs\n  content") == "low VOCs content"
