"""One file for each way to be wrong; the message names file and line, says what is wrong and what to do."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from lantian.rulebook import Rulebook, RuleError
from lantian.rulebook.book import DATA

BROKEN = Path(__file__).parent / "broken"

# file: (line, or 0 where the whole file is meant; what it says; what it advises)
WRONG = {
    "not_yaml": (4, "not valid YAML", "quotation marks"),
    "not_utf8": (0, "not UTF-8", "Save it as UTF-8"),
    "empty": (0, "empty", "Write a tree"),
    "a_list": (1, "the file is a list", "Begin it with"),
    "no_rules": (1, "no rules", "Add `rules:`"),
    "duplicate_key": (5, "'so2' is written twice; the first stands on line 2", "Keep one"),
    "unknown_top_key": (1, "unknown key 'rule'", "Did you mean 'rules'?"),
    "unknown_key": (4, "unknown key 'units'", "Did you mean 'unit'?"),
    "no_value": (3, "'broken.so2' has no value", "Add `value:`"),
    "no_unit": (3, "the number 60 of 'broken.so2' has no unit", "unit: µg/m³"),
    "no_document": (3, "has no document", "Name the standard"),
    "no_clause": (3, "has no clause", "Name the clause"),
    "no_chinese": (3, "'clause' of 'broken.so2' has no Chinese text", "Write `clause: {zh: …, en: …}`"),
    "no_english_in_source": (2, "'clause' of 'broken.so2' has no English text", "one text for both"),
    "unknown_language": (7, "unknown key 'cn' in 'clause' of 'broken.so2'", "Write `clause: {zh: …, en: …}`"),
    "words_a_list": (3, "'zh' of 'broken.so2' is a list", "as a text"),
    "no_verified": (3, "'verified' of 'broken.so2' is missing", "verified: true"),
    "verified_a_word": (3, "is the text 'yes'", "verified: false"),
    "unverified_without_note": (3, "does not say why", "Add `note:`"),
    "number_as_text": (3, "the text '60' where a number is needed", "without quotation marks"),
    "number_in_a_list_as_text": (3, "the text '1,500'", "without thousands separators"),
    "overlap": (4, "two values on 2026-03-01", "End the earlier entry"),
    "overlap_in_regime": (4, "overlaps the one on line 3", "End the earlier entry"),
    "from_after_to": (3, "it ends before it begins", "Exchange"),
    "no_such_day": (3, "2026-02-30 is not a day", "2026-03-01"),
    "day_as_text": (3, "a day of validity of 'broken.so2' is the text", "2026-03-01"),
    "unknown_regime": (3, "the regime 'gb3095-2013', which does not exist", "Did you mean 'gb3095-2012'?"),
    "unknown_source": (5, "the source 'gb2021', which this file does not define", "Did you mean 'gb2012'?"),
    "unknown_source_key": (2, "unknown key 'documents'", "Did you mean 'document'?"),
    "entries_without_list": (2, "is the number 60 where its dated entries should stand", "Write a list"),
    "entry_is_a_number": (3, "an entry of 'broken.so2' is the number 60", "Write an entry as"),
    "no_entries": (2, "has no entry", "Add an entry"),
}


def book_with(folder: Path, name: str) -> Rulebook:
    shutil.copy(DATA / "regimes.yaml", folder)
    shutil.copy(BROKEN / f"{name}.yaml", folder / "broken.yaml")
    return Rulebook(folder)


def test_every_broken_file_is_tried() -> None:
    assert {file.stem for file in BROKEN.glob("*.yaml")} == set(WRONG)


@pytest.mark.parametrize("name", WRONG)
def test_a_broken_file_says_where_what_and_what_to_do(name: str, tmp_path: Path) -> None:
    line, what, remedy = WRONG[name]
    with pytest.raises(RuleError) as caught:
        book_with(tmp_path, name).rule("broken.so2")
    error = caught.value
    assert error.where.startswith("broken.yaml")
    assert error.where.endswith(f"line {line}") or not line
    assert what in error.what
    assert remedy in error.remedy
    assert "\n" not in error.line


def test_a_broken_tree_does_not_hurt_the_others(tmp_path: Path) -> None:
    book = book_with(tmp_path, "no_unit")
    assert book.rule("regimes.gb3095_2012", on=date(2020, 1, 1)).value == "gb3095-2012"


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="cannot be read"):
        Rulebook(DATA, (tmp_path / "absent.yaml",))
