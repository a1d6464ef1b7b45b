"""Marks have their words in one home, in both languages, and every page takes them from there."""

from __future__ import annotations

import re

import pytest

from lantian.ambient.export.words import Words
from lantian.ambient.marks import MEANINGS, WORDS, describe

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("code", WORDS)
def test_each_mark_is_said_in_both_languages(code: str) -> None:
    chinese, english = WORDS[code]
    assert HAN.search(chinese) and not re.search(r"[A-Za-z]{4,}", chinese)
    assert english and not HAN.search(english)
    assert MEANINGS[code] == describe(code) == english


@pytest.mark.parametrize("code", WORDS)
def test_an_exported_page_says_it_in_its_own_language(code: str) -> None:
    assert Words("zh").mark(f"{code}:3") == f"{WORDS[code][0]}：3"
    assert Words("en").mark(f"{code}:3") == f"{WORDS[code][1]}: 3"


def test_a_code_nobody_knows_stands_as_it_is() -> None:
    assert describe("something_new") == "something_new"
    assert describe("something_new:7", "zh") == "something_new：7"
