"""Which rule holds on a day, under a regime, with a user's own rules on top."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lantian.rulebook import RuleError, load
from lantian.rulebook.book import DATA, Rulebook

PM2_5 = "ambient.limits.pm2_5.year.grade_2"


@pytest.mark.parametrize(
    ("day", "limit", "regime"),
    [
        (date(2016, 1, 1), 35, "gb3095-2012"),
        (date(2026, 2, 28), 35, "gb3095-2012"),
        (date(2026, 3, 1), 30, "gb3095-2026-transition"),
        (date(2030, 12, 31), 30, "gb3095-2026-transition"),
        (date(2031, 1, 1), 25, "gb3095-2026"),
    ],
)
def test_the_day_decides(day: date, limit: int, regime: str) -> None:
    rule = load().rule(PM2_5, on=day)
    assert (rule.number, rule.unit, rule.regime, rule.verified) == (limit, "µg/m³", regime, True)
    assert load().regime_on(day) == regime
    assert rule.valid_from is not None
    assert rule.valid_from <= day
    assert rule.valid_to is None or day <= rule.valid_to


def test_a_regime_holds_on_any_day() -> None:
    book = load()
    for day in (date(2014, 5, 1), date(2019, 6, 1), date(2040, 1, 1), None):
        assert book.rule(PM2_5, on=day, regime="gb3095-2012").number == 35
        assert book.rule(PM2_5, on=day, regime="gb3095-2026").number == 25


def test_regimes_are_in_order() -> None:
    assert load().regimes() == ["gb3095-2012", "gb3095-2026-transition", "gb3095-2026"]
    assert load().regime_span("gb3095-2026") == (date(2031, 1, 1), None)


def test_a_citation_names_document_and_clause() -> None:
    rule = load().rule("ambient.aqi.breakpoints.pm10.day", on=date(2026, 7, 1))
    assert rule.citation == "HJ 633-2026, table 3"
    assert rule.numbers == tuple(map(Decimal, (0, 50, 120, 250, 350, 420, 500, 600)))
    assert rule.origin.startswith("aqi.yaml line ")


def test_a_table_without_a_breakpoint_says_none() -> None:
    assert load().rule("ambient.aqi.breakpoints.o3.8h", on=date(2019, 1, 1)).numbers[-2:] == (None, None)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("ambient.limits.pm25.year.grade_2", f"Did you mean '{PM2_5}'?"),
        ("ambient.limits.pm2_5", "a branch of the rulebook, not a rule. Go on with: day, year."),
        ("nonsense", "no rule 'nonsense'"),
    ],
)
def test_an_unknown_path_gets_a_hint(path: str, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        load().rule(path)
    assert message in caught.value.line


def test_a_day_without_a_rule_is_an_error_with_a_way_out() -> None:
    with pytest.raises(RuleError) as caught:
        load().rule(PM2_5, on=date(2014, 5, 1))
    assert "no value on 2014-05-01" in caught.value.what
    assert "Name a regime" in caught.value.remedy
    with pytest.raises(RuleError, match="no regime is in force on 2014-05-01"):
        load().regime_on(date(2014, 5, 1))


def test_an_unknown_regime_gets_a_hint() -> None:
    with pytest.raises(RuleError, match="Did you mean 'gb3095-2012'"):
        load().rule(PM2_5, regime="gb3095-2013")


def test_a_value_of_another_type_is_told() -> None:
    book = load()
    with pytest.raises(RuleError, match="should be a number"):
        _ = book.rule("ambient.composite.method").number
    with pytest.raises(RuleError, match="should be a word"):
        _ = book.rule(PM2_5, on=date(2020, 1, 1)).text


def test_the_whole_packaged_book_reads_and_every_doubt_is_explained() -> None:
    book = load()
    paths = book.paths()
    assert len(paths) > 100
    for path in paths:
        for rule in book.history(path):
            assert rule.document
            assert rule.clause
            assert rule.verified or rule.note, path


# What stands in both languages: names between backticks, document numbers, symbols and units.
SAME = re.compile(
    r"`[^`]+`|GB/T|GB|HJ|PM|BaP|Pb|TSP|NASA|NA|kPa|[µn]mol/mol|Carter|SAPRC|IMPROVE|FIRMS|MODIS"
)
# A space that folding a line of the file would leave inside Chinese.
FOLD = re.compile(r"[\u3000-\u303f\uff00-\uffef] |[\u4e00-\u9fff] [\u3000-\u9fff\uff00-\uffef]")


def test_every_packaged_text_is_said_in_chinese_and_in_english() -> None:
    book = load()
    for path in book.paths():
        for rule in book.history(path):
            chinese, english = rule.in_language("zh-hans"), rule.in_language("en")
            for text in (chinese.document, chinese.clause, chinese.note):
                assert not re.search(r"[A-Za-z]{2,}", SAME.sub("", text)), (path, text)
                assert not FOLD.search(text), text
            assert bool(chinese.note) == bool(english.note), path
            assert english.citation == rule.citation
            assert (english.document, english.clause, english.note) == (rule.document, rule.clause, rule.note)


def test_a_text_is_one_for_both_languages_or_one_for_each(tmp_path: Path) -> None:
    text = """
add:
  ours.one:
    - {value: 1, unit: "1", document: 市政办发〔2026〕1号, clause: table 1, verified: true}
  ours.each:
    - value: 1
      unit: "1"
      document: GB 3095-2026
      clause: {zh: 表1, en: table 1}
      verified: false
      note:
        zh: >-
          存疑：未核对原文，
          据二手资料
          转录 GB 3095
        en: >-
          UNSURE: from
          memory
"""
    book = load([ours(tmp_path, text)])
    one, each = book.rule("ours.one"), book.rule("ours.each")
    assert one.in_language("zh").citation == "市政办发〔2026〕1号，table 1"
    assert (each.citation, each.note) == ("GB 3095-2026, table 1", "UNSURE: from memory")
    chinese = each.in_language("zh-hans")
    assert chinese.citation == "GB 3095-2026，表1"
    assert chinese.note == "存疑：未核对原文，据二手资料转录 GB 3095"


def test_trees_are_read_when_asked_for(tmp_path: Path) -> None:
    for file in DATA.rglob("*.yaml"):
        target = tmp_path / file.relative_to(DATA)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    (tmp_path / "ambient" / "aqi.yaml").write_text("broken: [", encoding="utf-8")
    book = Rulebook(tmp_path)
    assert book.rule(PM2_5, on=date(2020, 1, 1)).number == 35
    with pytest.raises(RuleError, match=r"aqi\.yaml"):
        book.rule("ambient.aqi.missing", on=date(2020, 1, 1))


def ours(folder: Path, text: str) -> Path:
    path = folder / "ours.yaml"
    path.write_text(text, encoding="utf-8")
    return path


OWN = """
replace:
  ambient.limits.pm2_5.year.grade_2:
    - value: 28
      unit: µg/m³
      from: 2027-01-01
      document: 市政办发〔2026〕1号
      clause: "3"
      verified: true
add:
  city.scheme.base:
    - {value: 100000, unit: yuan, document: 市政办发〔2026〕1号, clause: "5", verified: true}
"""


def test_a_users_file_replaces_the_days_it_covers_and_leaves_the_rest(tmp_path: Path) -> None:
    book = load([ours(tmp_path, OWN)])
    assert book.rule(PM2_5, on=date(2026, 12, 31)).number == 30
    replaced = book.rule(PM2_5, on=date(2027, 1, 1))
    assert (replaced.number, replaced.document) == (28, "市政办发〔2026〕1号")
    assert book.rule(PM2_5, on=date(2019, 1, 1), regime="gb3095-2012").number == 35
    assert book.rule("city.scheme.base").integer == 100000
    assert load().rule(PM2_5, on=date(2027, 1, 1)).number == 30
    assert book.digest != load().digest


def test_a_later_file_lies_on_top(tmp_path: Path) -> None:
    first = ours(tmp_path, OWN)
    second = tmp_path / "second.yaml"
    second.write_text(OWN.replace("28", "27").split("add:")[0], encoding="utf-8")
    assert load([first, second]).rule(PM2_5, on=date(2028, 1, 1)).number == 27
    assert load([second, first]).rule(PM2_5, on=date(2028, 1, 1)).number == 28


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (OWN.replace("pm2_5", "pm25"), "cannot be replaced: there is no such rule. Did you mean"),
        (
            OWN.replace("city.scheme.base", PM2_5),
            "cannot be added: it exists already. Put it under `replace:`",
        ),
        (OWN.replace("replace:", "replaces:"), "unknown key 'replaces'. Did you mean 'replace'?"),
        ("replace: 3", "'replace' is the number 3"),
        (OWN.replace("unit: µg/m³", "unit:"), "has no unit"),
    ],
)
def test_a_users_mistake_is_told_when_the_file_is_loaded(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        load([ours(tmp_path, text)])
    assert message in caught.value.line
    assert caught.value.where.startswith("ours.yaml line ")


def test_changes_lists_the_days_on_which_rules_turn() -> None:
    book = load()
    assert book.changes("ambient.", date(2026, 1, 1), date(2026, 12, 31)) == [date(2026, 3, 1)]
    assert book.changes("ambient.", date(2019, 1, 1), date(2019, 12, 31)) == []


def test_asking_again_costs_nothing_to_speak_of() -> None:
    book = load()
    book.rule(PM2_5, on=date(2020, 1, 1))
    read = book._trees["ambient.limits"]
    for _ in range(3):
        book.rule(PM2_5, on=date(2020, 1, 1))
    assert book._trees["ambient.limits"] is read
