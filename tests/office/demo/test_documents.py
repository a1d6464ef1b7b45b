"""The demonstration's plan documents, read by the same reader as real ones."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lantian.office.demo.documents import NAMES, plain, plan_text, write_documents
from lantian.office.demo.figures import Figures, target
from lantian.office.demo.simulate import simulate
from lantian.planning import read_plan
from lantian.planning.model import Plan

NOW = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)
EXPECTED = {"province": (26, 83), "city": (17, 67), "county": (12, 29)}  # tasks, units bound to them


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures(simulate(NOW, months=23, stations=24))


@pytest.fixture(scope="module")
def plans(figures: Figures, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Plan]:
    paths = write_documents(tmp_path_factory.mktemp("documents"), figures, NOW)
    return {which: read_plan(path) for which, path in zip(NAMES, paths, strict=True)}


@pytest.mark.parametrize("which", NAMES)
def test_tasks_and_units_are_read(plans: dict[str, Plan], which: str) -> None:
    tasks = plans[which].tasks
    assert (len(tasks), sum(len(task.responsible) for task in tasks)) == EXPECTED[which]
    assert [task.number for task in tasks] == [str(n + 1) for n in range(len(tasks))]
    assert all(task.responsible and task.title for task in tasks)


def test_meta_is_read_and_says_simulated(plans: dict[str, Plan]) -> None:
    found = {which: plan.meta for which, plan in plans.items()}
    assert [meta.region for meta in found.values()] == ["山西省", "临汾市", "洪洞县"]
    assert [meta.level for meta in found.values()] == ["province", "city", "county"]
    assert [meta.issued_date for meta in found.values()] == ["2025-03-18", "2025-04-22", "2025-05-27"]
    for meta in found.values():
        assert meta.title is not None
        assert "模拟" in meta.title
        assert meta.doc_no is not None
        assert meta.doc_no.startswith("模拟")


def test_the_three_bracket_styles_give_their_roles(plans: dict[str, Plan]) -> None:
    roles = {
        which: {unit.role for task in plan.tasks for unit in task.responsible}
        for which, plan in plans.items()
    }
    assert roles["province"] == {"shared", "lead", "coop", "responsible"}
    assert roles["city"] == {"lead", "coop", "responsible"}
    assert roles["county"] == {"shared", "lead"}


def test_deadlines_lie_behind_near_and_ahead(plans: dict[str, Plan]) -> None:
    for which, plan in plans.items():
        by = {deadline.by for task in plan.tasks for deadline in task.deadlines}
        assert {"2025-10-31", "2026-09-30", "2026-11-30", "2027-01-31", "2027-06-30"} <= by, which


def test_targets_of_the_air_are_read(plans: dict[str, Plan]) -> None:
    air = ("pm", "composite", "good_days", "heavy_days")
    counts = {
        which: len([t for t in plan.targets if t.indicator.startswith(air) and t.value is not None])
        for which, plan in plans.items()
    }
    assert counts["province"] >= 10
    assert counts["city"] >= 8
    assert counts["county"] >= 4
    years = {target.by for plan in plans.values() for target in plan.targets}
    assert {"2025", "2026", "2027"} <= years


def test_docx_and_txt_hold_the_same_words(figures: Figures, tmp_path: Path) -> None:
    for path in write_documents(tmp_path, figures, NOW):
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        squeezed = [
            re.sub(r"\s", "", read_plan(file).document.text) for file in (path, path.with_suffix(".txt"))
        ]
        assert squeezed[0] == squeezed[1] == re.sub(r"\s", "", text)
        assert "@" not in text
        assert "{" not in text


@pytest.mark.parametrize("which", NAMES)
def test_brackets_are_not_mixed_within_a_document(figures: Figures, which: str) -> None:
    text = plain(plan_text(which, figures, NOW))
    styles = {
        "shared": "〔[^〕]*职责|〔[^〕]*负责〕",
        "labels": "（牵头部门：",
        "plain": "负责[^（）]*）|落实）",
    }
    found = {name for name, pattern in styles.items() if re.search(pattern, text)}
    assert found == {{"province": "plain", "city": "labels", "county": "shared"}[which]}


@pytest.mark.parametrize(
    "now",
    [datetime(2027, 1, 1, 0, 30, tzinfo=UTC), datetime(2027, 1, 31, 20, 0, tzinfo=UTC)],
    ids=["1 Jan", "31 Jan"],
)
def test_dates_hold_at_the_turn_of_a_year(now: datetime) -> None:
    made = Figures(simulate(now, months=2, stations=3))
    text = plan_text("city", made, now)
    assert "2026年4月22日" in text
    near = {"2027-01-01": "2027年1月底前", "2027-02-01": "2027年2月底前"}
    local_day = str(made.simulation.calendar.local_day()[made.simulation.hours - 1])
    assert (near["2027-01-01"] if local_day < "2027-02" and now.day == 1 else near["2027-02-01"]) in text
    assert not re.search("nan|月底前底前|-[0-9]", text)


@pytest.mark.parametrize(
    ("what", "value", "met", "missed"),
    [
        ("pm", 40.0, "42", "37"),
        ("good", 80.0, "75", "85"),
        ("heavy", 1.0, "4", "0"),
        ("ci", 4.0, "4.16", "3.72"),
    ],
)
def test_targets_are_met_or_missed_by_a_clear_margin(what: str, value: float, met: str, missed: str) -> None:
    assert target(what, value, met=True) == met
    assert target(what, value, met=False) == missed


def test_figures_are_those_of_the_region_and_year(figures: Figures) -> None:
    made = figures.simulation
    inside = [i for i, p in enumerate(made.stations) if p.city_name == "临汾市" and p.urban]
    hours = made.air["pm2_5"]
    days = made.calendar.local_day()[: made.hours]
    by_day: dict[str, list[float]] = {}
    for hour in range(made.hours // 24 * 24):
        if str(days[hour]).startswith("2025"):
            values = [float(hours[hour, i]) for i in inside if hours[hour, i] == hours[hour, i]]
            if values:
                by_day.setdefault(str(days[hour]), []).append(sum(values) / len(values))
    assert len(by_day) > 350
    mean = sum(sum(values) / len(values) for values in by_day.values()) / len(by_day)
    assert figures.value("pm", 2025, "linfen") == pytest.approx(mean, rel=1e-3)
    # The limits tightened on 2026-03-01: cleaner air gives a higher index after it.
    assert figures.value("pm", 2026, "linfen") < figures.value("pm", 2025, "linfen")
    assert figures.value("ci", 2026, "linfen") > figures.value("ci", 2025, "linfen")
