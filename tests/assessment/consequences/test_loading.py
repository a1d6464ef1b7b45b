"""Every way to be wrong in a rule file is one line that names the file, the rule and the key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lantian.assessment.consequences import load_rules
from lantian.rulebook import Rulebook, RuleError, load

ON = date(2026, 6, 2)
SOUND = """\
add:
  consequences.rules.own.mine:
    - value:
        title: {zh: 某规则, en: some rule}
        subject: unit
        when: {findings: {over: {days: 30}, at_least: 3}}
        then: {kind: talk}
        proof: {zh: 约谈记录, en: record of the talk}
      unit: '1'
      document: 某文件
      clause: 一
      verified: true
"""


def book(folder: Path, text: str) -> Rulebook:
    path = folder / "ours.yaml"
    path.write_text(text, encoding="utf-8")
    return load([path])


def test_a_sound_rule_of_an_office_stands_beside_the_packaged(tmp_path: Path) -> None:
    codes = [rule.code for rule in load_rules(book(tmp_path, SOUND), on=ON)]
    assert "mine" in codes and "fleet_not_converted" in codes


def test_every_seed_rule_names_its_clause_and_stands_in_both_languages() -> None:
    rules = load_rules(on=ON)
    assert {rule.code for rule in rules} >= {
        "fleet_not_converted", "voc_not_rectified", "site_machines_not_electric", "fire_spot",
        "rank_or_plan_missed", "accountability", "talk_on_repeats", "reports_not_sent",
    }  # fmt: skip
    for rule in rules:
        for title in (rule.title, rule.proof, rule.document, rule.clause, rule.then.kind.title):
            assert title.zh and title.en
        assert rule.verified or rule.note.zh, f"{rule.code} does not say why it is not verified"


def test_before_its_first_day_a_rule_is_none() -> None:
    assert "fleet_not_converted" not in {rule.code for rule in load_rules(on=date(2023, 12, 31))}


ASKED = "{findings: {over: {days: 30}, at_least: 3}}"
WRONG = {
    "no_title": ("title: {zh: 某规则, en: some rule}\n        ", "", "mine: title: missing"),
    "one_language": ("{zh: 某规则, en: some rule}", "{zh: 某规则}", "title: no English text"),
    "unknown_key": ("subject: unit", "subjekt: unit", "unknown key 'subjekt'"),
    "unknown_subject": ("subject: unit", "subject: enterprize", "mine: subject: 'enterprize'"),
    "no_condition": (f"when: {ASKED}\n        ", "", "mine: when: missing"),
    "unknown_condition": (ASKED, "{eval: 'os'}", "no condition 'eval'"),
    "two_conditions": (
        ASKED,
        "{season: autumn_winter, on_or_after: [6, 1]}",
        "a condition is one key",
    ),
    "unknown_indicator": (
        ASKED,
        "{indicator: {code: pm25, more_than: 3, over: year}}",
        "mine: when.indicator.code: no indicator is called 'pm25'. Did you mean 'pm2_5'?",
    ),
    "wrong_comparator": (
        ASKED,
        "{indicator: {code: pm2_5, greater: 3, over: year}}",
        "when.indicator: unknown key 'greater'",
    ),
    "no_comparator": (
        ASKED,
        "{indicator: {code: pm2_5, over: year}}",
        "nothing says how it is compared",
    ),
    "two_comparators": (
        ASKED,
        "{indicator: {code: pm2_5, over: year, more_than: 3, less_than: 5}}",
        "compared once",
    ),
    "no_span": ("{over: {days: 30}, at_least: 3}", "{at_least: 3}", "when.findings.over: missing"),
    "wrong_span": ("{days: 30}", "decade", "when.findings.over: 'decade' is not known here"),
    "no_days": ("{days: 30}", "{days: 0}", "when.findings.over.days: a span of no day"),
    "no_threshold": ("{over: {days: 30}, at_least: 3}", "{over: {days: 30}}", "at_least and points_at_least"),
    "zero_threshold": ("at_least: 3", "at_least: 0", "when.findings.at_least: 0 is not above 0"),
    "unknown_parameter": ("at_least: 3", "at_least: {parameter: talk}", "there is no parameter 'talk'"),
    "unknown_finding": ("at_least: 3", "at_least: 3, kinds: [smoke]", "when.findings.kinds: 'smoke'"),
    "unknown_season": (
        ASKED, "{season: spring}", "when.season: 'spring' is not known"
    ),
    "no_such_day": (
        ASKED, "{on_or_after: [6, 31]}", "[6, 31] is no day of every year"
    ),
    "leap_day": (ASKED, "{on_or_after: [2, 29]}", "no day of every year"),
    "empty_list": (ASKED, "{all: []}", "when.all: a list of conditions"),
    "deep": (
        ASKED,
        "{any: [{season: autumn_winter}, {not: {season: spring}}]}",
        "mine: when.any[2].not.season: 'spring'",
    ),
    "of_the_wrong_subject": (
        "subject: unit\n        when: {findings: {over: {days: 30}, at_least: 3}}",
        "subject: finding\n        when: {indicator: {code: pm2_5, more_than: 3, over: year}}",
        "this cannot be asked of a finding",
    ),
    "unknown_kind": ("{kind: talk}", "{kind: prison}", "mine: then.kind: 'prison' is not known here"),
    "amount_without_unit": ("{kind: talk}", "{kind: load_cut, amount: 10}", "an amount without"),
    "amount_of_words": ("{kind: talk}", "{kind: load_cut, amount: much, unit: '%'}", "'much' is no number"),
    "unknown_end": ("{kind: talk}", "{kind: talk, until: doomsday}", "then.until: 'doomsday' is not"),
    "no_proof": ("proof: {zh: 约谈记录, en: record of the talk}\n", "\n", "mine: proof: missing"),
    "wrong_level": ("subject: unit", "subject: unit\n        levels: [county]", "levels: 'county'"),
    "wrong_stage": (
        "then: {kind: talk}",
        "then: {kind: talk}\n        repeat: [{when: {season: autumn_winter}, then: {}}]",
        "mine: repeat[1].then.kind: missing",
    ),
    "no_document": ("      document: 某文件\n", "", "has no document"),
    "same_code": ("own.mine", "own.fire_spot", "two rules are called 'fire_spot'"),
    "overlapping_dates": (
        "      verified: true\n",
        "      verified: true\n      from: 2026-01-01\n"
        + SOUND.split("mine:\n")[1].replace("verified: true", "verified: true\n      from: 2026-05-01"),
        "has two values on 2026-05-01",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_one_clear_line(tmp_path: Path, name: str) -> None:
    old, new, says = WRONG[name]
    assert old in SOUND
    with pytest.raises(RuleError) as caught:
        load_rules(book(tmp_path, SOUND.replace(old, new)), on=ON)
    assert says in caught.value.line
    assert "\n" not in caught.value.line
    assert "ours.yaml line" in caught.value.line and caught.value.remedy


def test_an_offices_own_indicator_can_be_named(tmp_path: Path) -> None:
    text = SOUND.replace(ASKED, "{indicator: {code: odour, more_than: 3, over: month}}")
    with pytest.raises(RuleError):
        load_rules(book(tmp_path, text), on=ON)
    assert "mine" in {rule.code for rule in load_rules(book(tmp_path, text), on=ON, indicators={"odour"})}


def test_a_parameter_can_be_replaced(tmp_path: Path) -> None:
    text = """\
replace:
  consequences.parameters.fire_spot_deduction:
    - {value: 5, unit: 万元, document: 某办法, clause: 三, verified: true}
"""
    spot = next(rule for rule in load_rules(book(tmp_path, text), on=ON) if rule.code == "fire_spot")
    assert (str(spot.then.amount), spot.then.unit) == ("5", "万元")
