"""Every word a person can read has its Chinese, in every app."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest
from django.utils.translation import gettext, override

OFFICE = Path(__file__).parents[3] / "src" / "lantian" / "office"
APPS = sorted(path.parent.name for path in OFFICE.glob("*/apps.py"))
HAN = re.compile(r"[\u4e00-\u9fff]")
# The same in both languages: symbols, units, names of formats.
PLACEHOLDER = re.compile(r"%\((\w+)\)\w|\{(\w*)\}")
UNTRANSLATED = re.compile(r"[\W\d_]*|[A-Z][A-Z0-9 -]+|PM.*")


@pytest.fixture(scope="module")
def known(messages_and_catalogues: ModuleType) -> set[str]:
    return {
        message.id if isinstance(message.id, str) else message.id[0]
        for _path, catalogue in messages_and_catalogues.catalogues(OFFICE)
        for message in catalogue
        if message.id
        and not message.fuzzy
        and all([message.string] if isinstance(message.string, str) else message.string)
    }


@pytest.mark.parametrize("app", APPS)
def test_every_message_has_its_chinese(
    app: str, known: set[str], messages_and_catalogues: ModuleType
) -> None:
    missing = [
        f"{file}:{line}: {text!r}"
        for file, line, text in messages_and_catalogues.messages(OFFICE / app)
        if text not in known
    ]
    assert missing == []


def test_the_messages_outside_the_apps(known: set[str], messages_and_catalogues: ModuleType) -> None:
    for file, _line, text in messages_and_catalogues.messages(OFFICE):
        if "/" not in file:
            assert text in known, f"{file}: {text!r}"


def test_translations_are_whole(messages_and_catalogues: ModuleType) -> None:
    """Nothing fuzzy, empty, left in English, twice with two meanings, or with another set of placeholders."""
    seen: dict[tuple[str, str], tuple[str, Path]] = {}
    for path, catalogue in messages_and_catalogues.catalogues(OFFICE):
        for message in catalogue:
            if not message.id:
                continue
            identity = message.id if isinstance(message.id, str) else message.id[0]
            strings = [message.string] if isinstance(message.string, str) else list(message.string)
            where = f"{path.relative_to(OFFICE)}: {identity!r}"
            assert not message.fuzzy, where
            for text in strings:
                assert text, where
                words = PLACEHOLDER.sub("", text)
                assert HAN.search(words) or UNTRANSLATED.fullmatch(words), f"{where} is not Chinese: {text!r}"
                assert placeholders(text) <= placeholders(" ".join([identity, *message.id])), where
            key = (message.context or "", identity)
            known = seen.setdefault(key, (strings[0], path))
            assert known[0] == strings[0], f"{where} is {known[0]!r} in {known[1]} and {strings[0]!r} here"


def placeholders(text: str) -> set[str]:
    return {found[0] for found in PLACEHOLDER.finditer(text)}


def test_no_chinese_is_written_into_a_template() -> None:
    for path in OFFICE.rglob("templates/**/*.html"):
        text = re.sub(
            r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S
        )
        assert not HAN.search(text), f"{path.relative_to(OFFICE)}: {HAN.search(text)}"


def test_the_compiled_catalogues_are_in_use() -> None:
    with override("zh-hans"):
        assert gettext("Board") == "看板"
        assert gettext("Apply Filters") == "筛选", "unfold's words are ours too"


def test_unfold_has_its_chinese(known: set[str], messages_and_catalogues: ModuleType) -> None:
    """What Django's own catalogue does not hold of unfold's words is in ours."""
    import unfold

    missing = []
    with override("zh-hans"):
        for file, line, text in messages_and_catalogues.messages(Path(unfold.__file__).parent):
            ours = text in known or gettext(text) != text
            if not ours and not file.startswith("contrib/") and not file.endswith(".js"):
                missing.append(f"{file}:{line}: {text!r}")
    assert missing == []
