"""Every code has its words, in both languages."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils.translation import override

from lantian.ambient.outlook.result import Needs
from lantian.ambient.outlook.words import WORDS
from lantian.office.monitoring.indicators import INDICATORS
from lantian.office.outlook import rules, words

HAN = re.compile(r"[\u4e00-\u9fff]")
OFFICE = Path(words.__file__).parent


@pytest.mark.parametrize("code", sorted(WORDS))
def test_each_code_of_the_kernel_has_words(code: str) -> None:
    with override("zh-hans"):
        assert HAN.search(words.assumption(f"{code}:3"))
    with override("en"):
        assert not HAN.search(words.assumption(f"{code}:3"))


def test_values_within_assumptions_are_words_too() -> None:
    with override("en"):
        assert "PM₂.₅ 45%" in words.assumption("carried:pm2_5 45%")
        assert "GB 3095-2012" in words.assumption("one_regime:gb3095-2012")
        assert "city_days" not in words.assumption("mixed_sources:city_days+stations")


def test_each_origin_of_the_kernel_has_words() -> None:
    from lantian.ambient.sources import KINDS

    assert set(KINDS) <= set(words.ORIGINS) | {"station"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_reason_verdict_and_phase_has_words(language: str) -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in OFFICE.glob("*.py"))
    reasons = set(re.findall(r'Asked\(None, "(\w+)"', source)) | set(re.findall(r'why="(\w+)"', source))
    phases = set(re.findall(r'(?:step|tell)\("(\w+)"', source))
    assert reasons and reasons - {"not_air"} <= set(words.WHY) | set(WORDS) | {"no_data"}
    assert phases and phases <= set(words.PHASES)
    assert set(rules.RISK) == set(words.VERDICTS)
    with override(language):
        for text in (
            *words.WHY.values(),
            *words.PHASES.values(),
            *words.VERDICTS.values(),
            *words.BASES.values(),
        ):
            assert bool(HAN.search(str(text))) == (language != "en"), text


@pytest.mark.parametrize(
    ("needs", "key", "text"),
    [
        (Needs(mean=Decimal("43.7"), past_mean=Decimal("47.4")), "pm2_5",
         "mean of 43.7 µg/m³ on the remaining 40 days; past years 47.4 (−8 %)"),
        (Needs(mean=Decimal("43.7")), "pm2_5", "mean of 43.7 µg/m³ on the remaining 40 days"),
        (Needs(mean=Decimal("-3.1"), past_mean=Decimal(40)), "pm2_5",
         "out of reach: even clean air on every remaining day would not do"),
        (Needs(days=12), "good_days", "12 good days in the remaining 40 days"),
        (Needs(days=1), "good_days", "1 good day in the remaining 40 days"),
        (Needs(days=0), "good_days", "no further good day is needed"),
        (Needs(days=41), "good_days_ratio", "out of reach: 41 good days in 40 days"),
        (Needs(days=3), "heavy_days", "at most 3 more heavy days"),
        (Needs(days=-2), "heavy_days", "2 heavy days too many already"),
        (Needs(days=5, level=Decimal(160)), "o3_8h", "certain with at most 5 more days above 160 µg/m³"),
        (Needs(days=-5, level=Decimal(160)), "o3_8h",
         "5 days above 160 µg/m³ too many to attain for certain"),
        (Needs(factor=Decimal("0.900")), "composite_index", "remaining days at 90 % of past years' (−10 %)"),
        (Needs(index_line=Decimal("4.52")), "composite_rank",
         "a composite index of 4.52 would do, if the rivals fare as expected"),
        (Needs(), "composite_index", ""),
    ],
)  # fmt: skip
def test_what_must_still_come(needs: Needs, key: str, text: str) -> None:
    with override("en"):
        assert words.needs(needs, INDICATORS[key], 40) == text
    with override("zh-hans"):
        assert bool(HAN.search(words.needs(needs, INDICATORS[key], 40))) == bool(text)
