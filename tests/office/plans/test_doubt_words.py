"""Every doubt of the reader has its words on the page, in both languages."""

from __future__ import annotations

import pytest
from django.utils import translation

from lantian.office.plans.templatetags.plan_tags import doubt
from lantian.planning.doubts import DOUBTS


@pytest.mark.parametrize("code", DOUBTS)
def test_a_doubt_is_shown_in_words(code: str) -> None:
    for language, key in (("zh-hans", "zh"), ("en", "en")):
        with translation.override(language):
            assert doubt(code) == DOUBTS[code][key] != code
