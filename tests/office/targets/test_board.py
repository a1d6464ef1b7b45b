"""The board of one region: air, verified reports, stated figures, contradictions; its two indicators."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.errors import LantianError
from lantian.office import indicators
from lantian.office.frame import clock
from lantian.office.indicators import Period, Subject
from lantian.office.plans.status import Goal, Reading, judge_reading
from lantian.office.targets import actions, board, letters, rules
from lantian.office.targets.models import Allotment, StatedFigure

pytestmark = pytest.mark.django_db
D = Decimal
TODAY = date(2025, 7, 1)
YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))


def rows(region: Any, user: Any = None, on: date = TODAY) -> dict[str, board.Row]:
    return {f"{row.label} {row.asks}": row for row in board.rows_of(region, user, on)}


def only(region: Any, indicator: str, on: date = TODAY) -> board.Row:
    (row,) = [one for one in board.rows_of(region, None, on) if one.goal.indicator == indicator]
    return row


@pytest.fixture
def issued(air: Any, divided: Any, people: Any) -> Any:
    """The province's letter: Linfen 42, Taiyuan 34."""
    letters.issue(people["province"], divided.region, list(rules.ready(divided.region)), doc_no="晋函1号")
    return divided


def test_two_plans_contradict_and_the_stricter_stands_first(issued: Any, people: Any, province: Any) -> None:
    found = [
        row for row in board.rows_of(province["141000"], people["linfen"], TODAY)
        if row.goal.indicator == "pm2_5"
    ]  # fmt: skip
    # Its own plan says 44, the province's letter 42; both are held against 45, the mean of 36 and 54.
    assert [(row.asks, row.strictest) for row in found] == [("≤ 42 µg/m³", True), ("≤ 44 µg/m³", False)]
    assert ["44" in found[0].conflicts[0], "42" in found[1].conflicts[0]] == [True, True]
    assert [(row.status.reading.value, row.status.gap) for row in found if row.status.reading] == [
        (45, 3),
        (45, 1),
    ]
    assert {row.status.code for row in found} == {"at_risk"}


def test_a_city_named_by_the_plan_gets_the_letter_s_value(
    air: Any, plans: Any, people: Any, province: Any, at_work: None
) -> None:
    target = plans["140000"].targets.get(indicator="pm2_5")
    target.regions.set([province["140100"], province["141000"]])
    division = actions.divide(people["province"], province["140000"], target)
    actions.same_for_all(people["province"], division, D(30))
    asked = {
        row.asks for row in board.rows_of(province["140100"], None, TODAY) if row.goal.indicator == "pm2_5"
    }
    assert asked == {"≤ 38 µg/m³", ""}  # the plan's own value until the letter comes
    letters.issue(people["province"], province["140000"], list(rules.ready(province["140000"])))
    row = only(province["140100"], "pm2_5")
    assert (row.asks, row.status.gap, row.allotment is not None) == ("≤ 30 µg/m³", -5, True)


def test_verified_quantities_add_up(plans: Any, people: Any, province: Any, at_work: None) -> None:
    linfen = province["141000"]
    task = plans["141000"].tasks.get()
    quantity = task.quantities.get(unit="户")
    division = actions.divide(people["linfen"], linfen, quantity)
    keys = {"141002": D(18242), "141024": D(10000)}
    actions.assign(people["linfen"], division, {province[code].pk: value for code, value in keys.items()})
    letters.issue(people["linfen"], linfen, list(rules.ready(linfen)))
    (row,) = [one for one in board.rows_of(province["141002"], None, TODAY) if one.allotment]
    assert (row.status.reason, row.source) == ("no_reports", "report")
    _reported(task, quantity, province["141002"], 9000, day=10)
    _reported(task, quantity, province["141002"], 12000, day=20)  # done so far: not added to the former
    _reported(task, quantity, province["141024"], 3000, day=20)
    _reported(task, quantity, province["141024"], 9999, day=25, state="found_false")
    (row,) = [one for one in board.rows_of(province["141002"], None, TODAY) if one.allotment]
    # By 1 July 182 of 304 days to 31 October: 18242 x 182/304 = 10921 are the pace, 12000 keep it.
    assert (row.status.reading.value, row.status.code, row.status.gap) == (12000, "on_track", 6242)
    (other,) = [one for one in board.rows_of(province["141024"], None, TODAY) if one.allotment]
    assert (other.status.reading.value, other.status.code) == (3000, "at_risk")
    from lantian.office.targets.reported import verified

    whole = verified([quantity], linfen, TODAY)
    assert whole is not None
    assert (whole.value, whole.count) == (15000, 2)


def _reported(task: Any, quantity: Any, region: Any, done: int, *, day: int, state: str = "verified") -> None:
    from lantian.office.dispatch.models import Report, ReportQuantity, Round

    moment = datetime(2025, 6, day, 2, tzinfo=UTC)
    call = Round.objects.create(
        region=task.plan.region, kind="monthly", name="r", period="2025-06", opens=moment.date(), due=moment
    )
    report = Report.objects.create(
        round=call, task=task, holder=f"r{region.pk}", region=region, state=state, submitted_at=moment
    )
    ReportQuantity.objects.create(report=report, quantity=quantity, done=done)


@pytest.mark.parametrize(
    ("value", "on", "final", "code"),
    [
        (28242, "2025-07-01", False, "achieved"),
        (14200, "2025-07-01", False, "on_track"),  # 182/365 of the year: 14082.3 are the pace
        (14000, "2025-07-01", False, "at_risk"),
        (28241, "2026-01-01", True, "missed"),
    ],
)
def test_the_pace_of_a_count(value: int, on: str, final: bool, code: str) -> None:
    goal = Goal("clean_heating_households", "=", D(28242), "户", "", date(2025, 12, 31))
    day = date.fromisoformat(on)
    status = judge_reading(goal, day, Reading(D(value), "户"), (day, day), final=final, adds_up=True)
    assert status.code == code


def test_an_empty_register_says_so_until_a_document_states_it(
    plans: Any, people: Any, province: Any, at_work: None, signed_in: Any
) -> None:
    linfen = province["141000"]
    row = only(linfen, "nev_share")
    assert (row.status.code, row.status.reason, row.source) == (
        "not_computable",
        "register_empty",
        "register",
    )
    assert "台账" in row.status.words
    client = signed_in(people["linfen"])
    pdf = SimpleUploadedFile("通报.pdf", b"%PDF-1.4 x")
    door = f"/targets/held/{row.target_pk}/"
    sent = {"region": "141000", "value": "82.5", "day": "2025-06-30", "document": "临交函3号", "file": pdf}
    client.post(f"{door}state/", sent)
    row = only(linfen, "nev_share")
    assert (row.source, row.status.code, row.status.gap) == ("stated", "on_track", D("-2.5"))
    figure = StatedFigure.objects.get()
    kept = figure.files.get()
    assert client.get(f"/targets/stated/files/{kept.pk}/").status_code == 200
    assert signed_in(people["taiyuan"]).get(f"/targets/stated/files/{kept.pk}/").status_code == 404
    assert signed_in(people["taiyuan"]).get(f"/targets/stated/{figure.pk}/").status_code == 404
    with pytest.raises(PermissionDenied):
        actions.state_figure(
            people["yaodu"], linfen, indicator="nev_share", value=D(90), unit="%", day=TODAY, document="x"
        )
    with pytest.raises(LantianError):
        actions.state_figure(
            people["linfen"], linfen, indicator="nev_share", value=D(90), unit="%",
            day=TODAY + timedelta(days=1), document="x",
        )  # fmt: skip
    actions.withdraw(people["linfen"], figure, "有误")
    assert only(linfen, "nev_share").status.code == "not_computable"


def test_a_stated_figure_never_takes_the_place_of_a_computed_one(
    issued: Any, people: Any, province: Any
) -> None:
    linfen = province["141000"]
    actions.state_figure(
        people["linfen"], linfen, indicator="pm2_5", value=D(40), unit="µg/m³", day=TODAY, document="通报"
    )
    found = [row for row in board.rows_of(linfen, None, TODAY) if row.goal.indicator == "pm2_5"]
    assert {(row.source, row.status.code, row.stated) for row in found} == {
        ("evaluation", "at_risk", "40 µg/m³")
    }


def test_the_share_of_targets_attained(issued: Any, people: Any, province: Any) -> None:
    # Linfen, 2025: 42 and 44 at risk, nev_share not computable. Taiyuan: 34 on track (25).
    linfen, taiyuan = Subject(region=province["141000"]), Subject(region=province["140100"])
    answer = indicators.ask("target_attainment_ratio", linfen, YEAR)
    assert (answer.value, answer.count) == (D("0.0"), 2)
    assert len(answer.lines) >= 3
    assert indicators.ask("target_attainment_ratio", taiyuan, YEAR).value == D("100.0")
    assert indicators.ask("targets_missed", linfen, YEAR).value == 0
    with clock.at(datetime(2026, 2, 1, tzinfo=UTC)):
        none = indicators.ask("targets_missed", linfen, YEAR)
        assert none.value is None  # the data end in June: the year cannot be judged
        assert none.reason
    past = indicators.ask("target_attainment_ratio", taiyuan, Period(date(2019, 1, 1), date(2019, 12, 31)))
    assert past.value is None and "2019" in past.reason


def test_a_quantity_is_linked_to_a_target(plans: Any, people: Any, province: Any, at_work: None) -> None:
    target = plans["141000"].targets.get(indicator="nev_share")
    quantity = plans["141000"].tasks.get().quantities.get(unit="户")
    with pytest.raises(LantianError, match="户"):
        actions.link(people["linfen"], target, quantity)
    target.unit = "户"
    target.save()
    source = actions.link(people["linfen"], target, quantity)
    with pytest.raises(LantianError):
        actions.link(people["linfen"], target, quantity)
    actions.unlink(people["linfen"], source)
    assert not target.sources.exists()


def test_pages_filters_and_files(issued: Any, people: Any, province: Any, signed_in: Any) -> None:
    client = signed_in(people["linfen"])
    for door in (
        "/targets/", "/targets/?below=1", "/targets/?standing=at_risk&year=2025", "/targets/?source=register",
        "/targets/?indicator=pm2_5&on=x", "/targets/export.xlsx", "/targets/divisions/", "/targets/letters/",
        "/targets/trend/141000/pm2_5/", "/regions/141000/panels/allotments/",
        "/regions/141000/panels/targets/",
        f"/targets/divisions/{issued.pk}/", "/api/regions/141000/goals",
    ):  # fmt: skip
        assert client.get(door).status_code == 200, door
    page = client.get("/targets/?source=register").content.decode()
    assert "新能源" in page and "≤ 44" not in page
    assert "polyline" in client.get("/targets/trend/141000/pm2_5/").content.decode()
    for door in ("/targets/?region=140100", "/targets/trend/140100/pm2_5/", "/api/regions/140100/goals"):
        assert client.get(door).status_code == 404, door
    told = client.get("/api/regions/141000/goals").json()
    assert {
        (row["limit"], row["status"], row["stricter"]) for row in told if row["indicator"] == "pm2_5"
    } == {
        ("42", "at_risk", True),
        ("44", "at_risk", False),
    }
    assert not Allotment.objects.visible_to(people["linfen"]).exclude(region=province["141000"]).exists()
