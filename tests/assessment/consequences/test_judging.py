"""Rules judged against facts made by hand: what holds, since when, and what stays unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.assessment.consequences import (
    Evidence,
    Figure,
    FindingFact,
    Reason,
    Subject,
    TaskFact,
    judge,
    load_rules,
    propose,
    seasons,
)
from lantian.assessment.consequences.conditions import (
    All,
    Asked,
    Either,
    Findings,
    Not,
    Number,
    Over,
    RepeatedWithin,
)
from lantian.rulebook import load

FLEET = "5月底前,东方恒略等9家重点企业完成运输车辆新能源及清洁能源改造"
LINFEN = Subject("task", "24:141000", "24 运输车辆", "140000/141000/")
YAODU = Subject("region", "141002", "尧都区", "140000/141000/141002/", "county")
BUREAU = Subject("unit", "7", "某局", "140000/141000/141002/", "department")
SPOT = Subject("finding", "9", "火点", "140000/140500/140524/")


@dataclass
class Facts:
    """Facts as a test says them."""

    figures: dict[str, Figure] = field(default_factory=dict)
    tasks: list[TaskFact] = field(default_factory=list)
    found: list[FindingFact] = field(default_factory=list)
    spans: list[tuple[date, date]] = field(default_factory=list)

    def figure(self, code: str, subject: Subject, first: date, last: date) -> Figure:
        self.spans.append((first, last))
        return self.figures.get(code, Figure(None, "nobody measured it"))

    def open_tasks(self, subject: Subject, on: date) -> Sequence[TaskFact]:
        return self.tasks

    def findings(self, subject: Subject, first: date, last: date) -> Sequence[FindingFact]:
        return [row for row in self.found if first <= row.found_on <= last]


def proposed(facts: Facts, on: date, *subjects: Subject) -> list[tuple[Any, ...]]:
    known = {code: season for code, (season, _) in seasons(load(), on).items()}
    return [
        (p.rule.code, p.stage, p.period, p.consequence.amount, p.first, p.last)
        for p in propose(load_rules(on=on), facts, subjects, on, known.values())
    ]


FLEET_FACTS = Facts(tasks=[TaskFact("1", FLEET, date(2024, 5, 31))])


def twenty(year: int) -> tuple[object, ...]:
    return "fleet_not_converted", 1, f"{year}-autumn_winter", Decimal(20), date(year, 10, 1), None


TEN = ("fleet_not_converted", 0, "once", Decimal(10), date(2024, 6, 1), None)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2024, 5, 31), []),  # still in time
        (date(2024, 6, 1), [TEN]),
        (date(2024, 9, 30), [TEN]),
        (date(2024, 10, 1), [TEN, twenty(2024)]),
        # Into the next year: the winter of 2024 still counts once, and June is that of the deadline's year.
        (date(2025, 2, 10), [TEN, twenty(2024)]),
        (date(2025, 4, 1), [TEN]),
        (date(2025, 11, 1), [TEN, twenty(2025)]),
    ],
)  # fmt: skip
def test_the_fleet_of_the_seed(on: date, expected: list[Any]) -> None:
    assert proposed(FLEET_FACTS, on, LINFEN) == expected


@pytest.mark.parametrize(
    ("words", "deadline", "code", "first"),
    [
        ("指导督促企业进行整改,3月底前完成", date(2024, 3, 31), "voc_not_rectified", date(2024, 4, 1)),
        ("5月底前,市区施工工地的装载机全部更换为新能源机械", date(2024, 5, 31), "site_machines_not_electric",
         date(2024, 6, 1)),
    ],
)  # fmt: skip
def test_halts_of_the_seed(words: str, deadline: date, code: str, first: date) -> None:
    facts = Facts(tasks=[TaskFact("1", words, deadline)])
    assert proposed(facts, deadline, LINFEN) == []
    assert proposed(facts, first, LINFEN) == [(code, 0, "once", None, first, None)]


def test_rules_of_a_region_leave_others_alone() -> None:
    elsewhere = Subject("task", "24", "24", "140000/140100/")
    assert proposed(FLEET_FACTS, date(2024, 7, 1), elsewhere) == []


def test_honours_by_last_years_figures() -> None:
    facts = Facts({"composite_rank": Figure(Decimal(108), among=117), "targets_missed": Figure(Decimal(0))})
    expected = ("rank_or_plan_missed", 0, "2025", None, date(2026, 1, 5), date(2026, 12, 31))
    assert proposed(facts, date(2026, 1, 5), YAODU) == [expected]
    assert set(facts.spans) == {(date(2025, 1, 1), date(2025, 12, 31))}
    facts.figures["composite_rank"] = Figure(Decimal(107), among=117)  # the eleventh from the end of 117
    assert proposed(facts, date(2026, 1, 5), YAODU) == []
    facts.figures["targets_missed"] = Figure(Decimal(1))
    assert proposed(facts, date(2026, 1, 5), YAODU) == [expected]


@pytest.mark.parametrize("among", [None, 17, 116, 118])
def test_a_rank_among_others_than_the_rule_ranks_is_not_compared(among: int | None) -> None:
    """The 17th of 17 is not outside the last ten of 117."""
    rank = Figure(Decimal(108), among=among)
    facts = Facts({"composite_rank": rank, "targets_missed": Figure(Decimal(0))})
    rules = [rule for rule in load_rules(on=date(2026, 1, 5)) if rule.code == "rank_or_plan_missed"]
    (outcome,) = judge(rules, facts, [YAODU], date(2026, 1, 5))
    part = outcome.reason.parts[0]
    assert (outcome.reason.truth, part.truth, part.why) == (None, None, "other_pool")
    assert (part.asked["among"], part.found["among"]) == (117, among)
    facts.figures["targets_missed"] = Figure(Decimal(1))  # the rest decides
    assert proposed(facts, date(2026, 1, 5), YAODU)


def test_what_is_not_known_is_said_and_never_proposed() -> None:
    facts = Facts({"targets_missed": Figure(Decimal(0))})
    rules = [rule for rule in load_rules(on=date(2026, 1, 5)) if rule.code == "rank_or_plan_missed"]
    (outcome,) = judge(rules, facts, [YAODU], date(2026, 1, 5))
    assert outcome.reason.truth is None and outcome.proposal is None
    assert [part.why for part in outcome.reason.parts] == ["nobody measured it", ""]


def finding(key: str, day: int, kind: str = "dust", **more: Any) -> FindingFact:
    return FindingFact(key, kind, date(2026, 5, day), more.pop("state", "assigned"), words=key, **more)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([finding(str(n), 1 + 2 * n) for n in range(9)], []),
        ([finding(str(n), 1 + 2 * n) for n in range(10)], ["accountability"]),
        ([finding(str(n), 10 + n, points=Decimal(10)) for n in range(3)], ["accountability"]),  # 30 points
        ([finding(str(n), 10 + n, points=Decimal("9.9")) for n in range(3)], []),
        ([finding("x", 10, "report_false")], ["false_report"]),
    ],
)
def test_counts_against_thresholds(rows: list[FindingFact], expected: list[str]) -> None:
    on = date(2026, 5, 30)
    assert [row[0] for row in proposed(Facts(found=rows), on, BUREAU)] == expected


def test_a_fire_spot_once_confirmed() -> None:
    on = date(2026, 5, 30)
    (row,) = proposed(Facts(found=[finding("9", 3, "fire_spot")]), on, SPOT)
    assert row == ("fire_spot", 0, "once", None, on, None)  # no document states the amount
    assert proposed(Facts(found=[finding("9", 3, "fire_spot", state="open")]), on, SPOT) == []
    (whole,) = propose(load_rules(on=on), Facts(found=[finding("9", 3, "fire_spot")]), [SPOT], on)
    assert whole.consequence.unit == "万元"


def test_reports_not_sent_for_two_months() -> None:
    on = date(2026, 5, 3)
    facts = Facts({"reports_missing": Figure(Decimal(2)), "reports_false": Figure(Decimal(0))})
    (row,) = proposed(facts, on, BUREAU)
    assert row == ("reports_not_sent", 0, "2026-05", None, on, date(2026, 5, 13))
    assert (date(2026, 4, 1), date(2026, 4, 30)) in facts.spans


def test_the_reason_is_a_tree_with_evidence() -> None:
    rows = [finding(str(n), 1 + 2 * n) for n in range(10)]
    (whole,) = propose(load_rules(on=date(2026, 5, 30)), Facts(found=rows), [BUREAU], date(2026, 5, 30))
    tree = whole.reason.as_dict()
    assert (tree["op"], tree["truth"]) == ("any", True)
    counted, points = tree["parts"]
    assert counted["found"] == {"count": "10"} and len(counted["evidence"]) == 10
    assert counted["asked"]["first"] == "2026-05-01" and not counted["verified"]
    assert points["truth"] is False
    assert not whole.verified  # the threshold is ours


@pytest.mark.parametrize(
    ("days", "expected"),
    [((1, 30), 1), ((1, 31), 0), ((1, 10, 20), 2), ((20,), 0)],
)
def test_repeated_within_days(days: tuple[int, ...], expected: int) -> None:
    rows = [finding(str(day), day) for day in days if day <= 31]
    condition = RepeatedWithin(Number(Decimal(29)))
    reason = condition.judge(Asked(Facts(found=rows), BUREAU, date(2026, 5, 31)))
    assert reason.found == {"count": expected} and reason.truth is bool(expected)


@dataclass(frozen=True)
class Known:
    truth: bool | None

    def judge(self, asked: Asked) -> Reason:
        return Reason("known", {}, {}, self.truth)


@given(st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=6))
def test_kleene(truths: list[bool | None]) -> None:
    """Whatever the unknown ones turn out to be, a decided answer stays right."""
    asked = Asked(Facts(), BUREAU, date(2026, 5, 1))
    parts = tuple(Known(truth) for truth in truths)
    for group, fold in ((All(parts), all), (Either(parts), any)):
        could_be = {fold(filled) for filled in _fillings(truths)}
        assert group.judge(asked).truth is (could_be.pop() if len(could_be) == 1 else None)
        negated = Not(group).judge(asked).truth
        whole = group.judge(asked).truth
        assert negated is (None if whole is None else not whole)


def _fillings(truths: list[bool | None]) -> list[list[bool]]:
    filled: list[list[bool]] = [[]]
    for truth in truths:
        filled = [
            [*row, choice] for row in filled for choice in ([True, False] if truth is None else [truth])
        ]
    return filled


@given(
    st.lists(st.tuples(st.integers(1, 31), st.integers(0, 5), st.booleans()), max_size=20), st.integers(1, 40)
)
def test_counting_against_a_plain_loop(rows: list[tuple[int, int, bool]], days: int) -> None:
    facts = Facts(
        found=[
            finding(str(n), day, points=Decimal(points), repeated=repeated)
            for n, (day, points, repeated) in enumerate(rows)
        ]
    )
    on = date(2026, 5, 31)
    condition = Findings(Over("days", days), Number(Decimal(3)), count="points", repeated=True)
    reason = condition.judge(Asked(facts, BUREAU, on))
    total = sum(p for day, p, again in rows if again and 31 - days < day <= 31)
    assert reason.found["count"] == total
    assert reason.truth is (total >= 3)
    assert all(isinstance(line, Evidence) for line in reason.evidence)
