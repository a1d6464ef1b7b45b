"""Words beside figures: complete, in both languages, and no English left on a Chinese page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from lantian.ambient.marks import WORDS
from lantian.ambient.steps import LABELS
from lantian.office.monitoring import arithmetic, words
from lantian.office.monitoring.templatetags.air import codes

APPS = Path(words.__file__).parents[1]
# Words that stand in both languages: names of standards, units, indices.
BOTH = re.compile(r"\b(GB|HJ|AQI|CO|SO|NO|PM|mg|CSV|JSON|UTC|API|office|load|ambient|lantian)\b")


@pytest.mark.parametrize("app", ["monitoring", "portal"])
def test_every_message_has_its_chinese(app: str, messages_and_catalogues: Any) -> None:
    known = {
        (message.id[0] if isinstance(message.id, tuple) else message.id): message.string
        for _path, catalogue in messages_and_catalogues.catalogues(APPS)
        for message in catalogue
    }
    missing = [
        text for _file, _line, text in messages_and_catalogues.messages(APPS / app) if not known.get(text)
    ]
    assert missing == []


def test_every_code_of_the_kernel_has_words() -> None:
    for code in (*WORDS, *words.OWN_WHY):
        with translation.override("zh-hans"):
            assert re.search(r"[\u4e00-\u9fff]", words.why(code)), code
        with translation.override("en"):
            assert re.fullmatch(r"[ -~]+", words.why(code)), code
    assert not set(WORDS) & set(words.OWN_WHY)
    assert set(LABELS) <= set(arithmetic.LABELS)


def test_levels_are_named_as_the_rulebook_names_them() -> None:
    with translation.override("zh-hans"):
        assert [badge.word for badge in words.badges()] == [row["zh"] for row in words.level_rows()]
    assert words.palette()[0].upper() == "#00E400"
    assert words.badge(None) is None and words.badge(7) is None


@pytest.mark.parametrize(
    "text",
    [
        "12 of 30 days with an AQI; the period has 31",
        "39.8 from 6 stations, 144 hours",
        "39.8 from 1 station, 17 windows, counted because the archive lost hours",
        "20.5 from 24 hours",
        "(21 + … + 56: sum 1234) / 31 = 39.806452…",
        "39.806452… to 39.8",
        "1.1 + 0.9 = 2.0; without rounding 2.02",
        "largest of 50, 65; primary pollutant pm2_5, o3_8h",
        "(100 - 50) / (75 - 35) x (40 - 35) + 50, rounded up",
        "above the last breakpoint",
        "counted",
        "k = 1 + (30 - 1) x 95 % = 28.55; X(28) = 1, X(29) = 2; 1 + 1 x 0.55 = 1.55",
    ],
)
def test_a_formula_has_no_english_word_on_a_chinese_page(text: str) -> None:
    with translation.override("zh-hans"):
        said = arithmetic.formula(text)
    assert re.findall(r"[A-Za-z]{3,}", BOTH.sub("", said)) == []
    digits = sorted(re.findall(r"[\d.]+", re.sub(r"pm2_5|o3_8h", "", text)))
    # PM₂.₅ and O₃-8h bring digits of their own.
    assert digits == sorted(re.findall(r"[\d.]+", re.sub(r"PM₂\.₅|O₃-8h|8 小时时段", "", said)))


def test_a_mark_with_a_value_is_said_with_it() -> None:
    with translation.override("en"):
        assert words.why("unverified_rules:13").endswith(": 13")
        assert words.why(None) == ""
        assert words.why("something_new:3") == "something new: 3"


def test_names_between_backticks_are_code_and_the_rest_is_text() -> None:
    assert codes("改为 `exact` <b>，见 `a.b`") == "改为 <code>exact</code> &lt;b&gt;，见 <code>a.b</code>"
    assert codes("没有") == "没有" and codes("one ` alone") == "one ` alone"
