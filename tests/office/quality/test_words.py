"""The kernel's codes and sentences: each has its words, in Chinese too."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest
from django.utils import translation
from django.utils.translation import gettext

from lantian.ambient import screens
from lantian.ambient.events import candidates
from lantian.ambient.reviews import VERDICTS
from lantian.ambient.screens import CODES
from lantian.office.monitoring.indicators import INDICATORS
from lantian.office.quality import actions, rules, words
from lantian.office.quality.models import Decision, Suspicion

HAN = re.compile(r"[\u4e00-\u9fff]")
TEMPLATES = [
    value
    for module in pkgutil.iter_modules(screens.__path__)
    for name, value in vars(importlib.import_module(f"{screens.__name__}.{module.name}")).items()
    if name.isupper() and isinstance(value, str) and "%(" in value
]


def test_every_code_has_its_words() -> None:
    assert list(words.CODES) == list(words.MEANINGS) == list(CODES)
    assert set(words.VERDICTS) == set(VERDICTS) == set(actions.VERBS) == set(rules.STATE_AFTER)
    assert set(Decision.Verdict.values) == set(VERDICTS)
    assert set(words.CRITERIA) == {candidates.PM10_JUMP, candidates.RATIO_FALL}
    with translation.override("en"):
        assert {code: str(text) for code, text in words.MEANINGS.items()} == CODES


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_sentence_of_the_screens_has_its_chinese(template: str) -> None:
    places = re.findall(r"%\((\w+)\)[+.\d]*\w", template)
    with translation.override("zh-hans"):
        said = gettext(template)
    assert HAN.search(said), template
    assert sorted(set(places)) == sorted(set(re.findall(r"%\((\w+)\)[+.\d]*\w", said)))


def test_a_sentence_names_things_as_a_reader_does() -> None:
    body = {
        "template": "%(name)s repeats one row from %(since)s to the end (%(hours)d reports)",
        "words": {"name": "站", "since": "2026-03-11T17:00+00:00", "hours": 5},
    }
    with translation.override("en"):
        assert words.sentence(body) == "站 repeats one row from 2026-03-12 01:00 to the end (5 reports)"
    assert words.item_labels(("pm2_5", "o3_8h")).startswith("PM₂.₅")
    assert words.figure_name(INDICATORS["composite_index"]) == INDICATORS["composite_index"].label
    assert len(Suspicion.State.values) == 5
