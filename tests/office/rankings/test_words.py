"""Every code of the kernel's rankings has its words, in both languages."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from lantian.ambient.ranking import Explanation, Line
from lantian.ambient.ranking.comparing import MEANINGS
from lantian.errors import LantianError
from lantian.office.rankings import words


def test_every_explanation_has_words() -> None:
    assert set(words.EXPLANATIONS) == set(MEANINGS)
    with translation.override("zh-hans"):
        for code in MEANINGS:
            assert re.search(r"[\u4e00-\u9fff]", words.explanation(Explanation(code, {})))
    with translation.override("en"):
        assert words.explanation(Explanation("tie", {"tied": 3, "rank": 5})).endswith("(3 share it, rank 5)")


def test_numbers_behind_an_explanation_are_said() -> None:
    with translation.override("zh-hans"):
        found = words.explanation(Explanation("regime", {"value": "3.20", "basis": "gb3095-2012"}))
        assert found == "按另一标准与官方数值一致（则为 3.20、GB 3095-2012）"
        assert "数据版本 7" in words.said_number("basis", "data version 7")


@pytest.mark.parametrize("verdict", ["feasible", "below_floor", "not_enough"])
def test_verdicts_have_words(verdict: str) -> None:
    assert verdict in words.VERDICTS


def test_lines_and_unknown_mistakes() -> None:
    with translation.override("zh-hans"):
        assert words.line(Line("last", 10)) == "退出后 10 位"
        assert words.mistake(LantianError("something new"), "a.csv") == "a.csv读不成这样的表：something new"
