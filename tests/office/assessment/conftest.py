"""An office whose every indicator answers what the test says; two counties and two units to assess."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from lantian.assessment import scheme_on
from lantian.rulebook import load

REGION, UNIT = "assessment.schemes.region_year", "assessment.schemes.unit_year"
NOW = datetime(2026, 2, 10, 4, tzinfo=UTC)
ALL = {
    "target_attainment_ratio": 90, "composite_index_change": -5, "composite_index": "4.50",
    "composite_rank": 40,
    "composite_rank_change": -1, "tasks_done_ratio": 80, "reports_on_time_ratio": 75,
    "findings_rectified_ratio": 100, "dustfall": 6, "pm2_5_change": "-12.5", "fire_spots": 2,
    "reports_false": 0,
    "findings_repeated": 0, "targets_missed": 0,
}  # fmt: skip


@pytest.fixture(autouse=True)
def forget_figures() -> Iterator[None]:
    """No test sees what another one kept."""
    from lantian.office.monitoring.kept import forget

    yield
    forget()


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    """February 2026: the year 2025 is over."""
    from lantian.office.frame import clock

    with clock.at(NOW):
        yield


@pytest.fixture
def answers(province: Any) -> Iterator[dict[tuple[str, str], Any]]:
    """`answers["dustfall", "region:141002"] = 6`; what is not there cannot be computed."""
    from lantian.office import indicators
    from lantian.office.assessment.models import key_of
    from lantian.office.indicators import Answer, Indicator, Line

    table: dict[tuple[str, str], Any] = {}
    before = indicators.known()

    def compute_of(code: str) -> Any:
        def compute(subject: Any, period: Any) -> Any:
            value = table.get((code, key_of(subject)))
            if value is None:
                return Answer(None, "no figure in this test")
            return Answer(Decimal(str(value)), "", (Line("made of this", Decimal(1), "/x/"),), f"/of/{code}/")

        return compute

    codes = {*ALL, "pm10", "pm2_5", "so2", "good_days"}
    for path in (REGION, UNIT):
        codes |= set(scheme_on(load(), path, NOW.date()).indicators)
    for code in codes - {"road_dust"}:
        indicators.register(Indicator(code, code, "%", compute_of(code), {"region", "unit"}))
    yield table
    for one in before.values():
        indicators.register(one)


@pytest.fixture
def counties(answers: dict[tuple[str, str], Any]) -> dict[tuple[str, str], Any]:
    """尧都区 with good figures, 洪洞县 with worse ones and a missed target."""
    for code, value in ALL.items():
        answers[code, "region:141002"] = value
        answers[code, "region:141024"] = value
    answers["composite_index", "region:141024"] = "5.50"
    answers["targets_missed", "region:141024"] = 1
    answers["tasks_done_ratio", "region:141024"] = None
    return answers


@pytest.fixture
def analyst(person: Any) -> Any:
    """Who assesses for 临汾."""
    return person("lu", "141000", role="analyst")


@pytest.fixture
def run(analyst: Any, counties: Any, province: Any) -> Any:
    """The counties of 临汾, 2025, as a draft."""
    from lantian.office.assessment import actions

    return actions.start(analyst, province["141000"], REGION, "2025")


@pytest.fixture
def opened(run: Any, analyst: Any) -> Any:
    """The same, open to objections."""
    from lantian.office.loops import move

    move(run, "open_objections", analyst)
    return run


@pytest.fixture
def frozen(opened: Any, analyst: Any) -> Any:
    """The same, frozen."""
    from lantian.office.assessment import actions

    actions.freeze(analyst, opened)
    return opened


@pytest.fixture
def card(run: Any, province: Any) -> Any:
    """The card of 尧都区."""
    return run.cards.get(region=province["141002"])
