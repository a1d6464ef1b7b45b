"""Hours of a stack on its page, declared otherwise, reviewed, and counted into days and months."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.telemetry import declaring, lines, measured
from lantian.office.telemetry.daily import steps
from lantian.office.telemetry.models import DeviceDay

from .conftest import DAY, local


def test_the_page_shows_hours_limit_state_and_the_way_to_each_explanation(plant: Any, office: Any) -> None:
    office.tell(plant, 0, [40.0, 60.5, *[30.0] * 22])
    office.tell(plant, 0, [41.0] * 6, cn="2051", step=10)
    browser = office.signed_in(office.folk.city)
    with office.on():
        url = f"/telemetry/stacks/{plant.device.pk}/"
        text = browser.get(f"{url}?span=day&day=2026-03-02").content.decode()
        assert "60.5" in text and "超低排放" in text and "tl-over" in text
        hour = f"{url}a21002/2026030201/"
        assert hour in text
        explained = browser.get(hour).content.decode()
        assert "60.5" in explained and "超过限值" in explained and "telemetry.validity" in explained
        minutes = browser.get(f"{url}a21002/2026030200/minutes/").content.decode()
        assert minutes.count("<tr") == 7 and "41.0" in minutes
        for odd in ("2026030", "2026023025", "99990101xx"):
            assert browser.get(f"{url}a21002/{odd}/").status_code == 404
        for query in ("span=year", "day=2026-99-99", "factor=<b>", "page=x", "day=1500-01-01"):
            assert browser.get(f"{url}?{query}").status_code == 200, query
        browser.cookies["lantian_language"] = "en"
        assert "State of the hour" in browser.get(f"{url}?span=day&day=2026-03-02").content.decode()


def test_an_accepted_mark_takes_the_hours_out_and_what_was_sent_stays(
    plant: Any, office: Any, declared: Any
) -> None:
    office.tell(plant, 0, [40.0] * 24)
    row = declared()
    with office.on():
        before = measured.of(plant.device, *[office_day(plant)] * 2).hours["a21002"]
        assert [hour.state for hour in before[2:4]] == ["valid", "valid"], "it counts once it is accepted"
        with pytest.raises(PermissionDenied):
            declaring.decide(row, office.folk.own, "accept_declaration")
        declaring.decide(row, office.folk.county, "accept_declaration")
        after = measured.of(plant.device, *[office_day(plant)] * 2).hours["a21002"]
        assert [hour.state for hour in after[1:5]] == ["valid", "invalid", "invalid", "valid"]
        assert [hour.sent for hour in after[2:4]] == [40, 40]


def office_day(_plant: Any) -> Any:
    """The local day of the tests' hours."""
    return (clock.now() - timedelta(days=1)).date()


def test_a_correction_gives_one_hour_another_value(plant: Any, office: Any, declared: Any) -> None:
    office.tell(plant, 0, [40.0] * 24)
    row = declared(kind="correction", factor="a21002", value="33.5", last="2026-03-02T02:00")
    with office.on():
        declaring.decide(row, office.folk.county, "accept_declaration")
        hour = measured.of(plant.device, *[office_day(plant)] * 2).hours["a21002"][2]
        assert hour.method == "corrected" and hour.exact == Decimal("33.5")


@pytest.mark.parametrize(
    "raw",
    [
        {"first": "2026-03-02T05:00", "last": "2026-03-02T04:00"},
        {"first": "2026-02-01T05:00", "last": "2026-03-02T04:00"},
        {"last": "2026-03-03T23:00"},
        {"first": "never"},
        {"reason": "  "},
        {"mark": "sleeping"},
        {"kind": "wish"},
        {"kind": "correction", "value": "3"},
        {"kind": "correction", "factor": "a21002", "value": "NaN"},
        {"kind": "correction", "factor": "a21002", "value": "-1"},
        {"kind": "correction", "factor": "a21002"},
        {"factor": "a21002'; --"},
    ],
)
def test_what_makes_no_sense_is_not_declared(plant: Any, declared: Any, raw: dict[str, str]) -> None:
    with pytest.raises(LantianError):
        declared(**raw)
    assert not plant.device.declarations.exists()


def test_the_window_of_ten_days_is_kept(plant: Any, office: Any) -> None:
    raw = {"kind": "mark", "mark": "maintenance", "first": "2026-03-02T02:00", "last": "2026-03-02T02:00",
           "reason": "更换滤芯"}  # fmt: skip
    with office.on(10, 2):
        declaring.declare(office.folk.own, plant.device, raw, [office.photo()])
    with office.on(10, 4), pytest.raises(LantianError):
        declaring.declare(office.folk.own, plant.device, raw, [office.photo()])
    with office.on(1), pytest.raises(PermissionDenied):
        declaring.declare(office.folk.other, plant.device, raw)


def test_two_marks_of_a_group_do_not_overlap(declared: Any, office: Any, plant: Any) -> None:
    declared()
    with pytest.raises(LantianError, match="重叠"):
        declared(mark="calibration", first="2026-03-02T03:00")


def test_days_are_counted_once_whatever_comes_how_often(plant: Any, office: Any) -> None:
    office.tell(plant, 0, [40.0] * 10 + [None] * 4 + [60.0] * 10)
    with office.on():
        office.run()
        day = DeviceDay.objects.get(device=plant.device, day="2026-03-02")
        assert (day.due, day.received, day.valid, day.stopped, day.exceeding) == (24, 20, 20, 0, 10)
        assert day.parts["a21002"]["states"] == {"valid": 20, "not_received": 4}
        # 40 and 60 mg/m³ at 10 m³/s: 1.44 and 2.16 kg an hour; four hours stand in by the table.
        assert Decimal(day.parts["a21002"]["raw_kg"]) == Decimal("36.000000")
        kept = {row.day: row.parts for row in DeviceDay.objects.all()}
        office.run()
        office.run(everything=True)
        assert {row.day: row.parts for row in DeviceDay.objects.all()} == kept
    office.tell(plant, 0, [None] * 10 + [40.0] * 4)
    with office.on():
        office.run()
        day.refresh_from_db()
        assert (day.received, day.valid) == (24, 24)


def test_a_step_that_fails_is_asked_again_by_the_next_run(
    plant: Any, office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[frozenset[Any]] = []

    def step(changed: steps.Changed) -> str:
        asked.append(changed.days.get(plant.mn, frozenset()))
        if len(asked) == 1:
            raise RuntimeError
        return "done"

    monkeypatch.setattr(steps, "_steps", {"one": (5, step)})
    office.tell(plant, 0, [40.0] * 3)
    with office.on():
        with pytest.raises(RuntimeError):
            office.run()
        office.run()
        assert asked[0] == asked[1] and asked[0]


def test_the_month_is_told_alike_by_page_word_excel_and_api(plant: Any, office: Any) -> None:
    office.tell(plant, 0, [40.0] * 12)
    browser = office.signed_in(office.folk.county)
    with office.on(0, 23):
        office.run()
        row = browser.get("/api/telemetry/months?month=2026-03").json()[0]
        assert (row["due"], row["received"], row["valid"]) == (24 + 23, 12, 12)
        shown = f"{Decimal(row['effective'])}"
        page = browser.get("/telemetry/reports/?month=2026-03").content.decode()
        assert shown in page and plant.mn in page
        assert "有效数据捕集率（本季度至今）" in page
        assert f"{Decimal(1200) / 47:.1f}" in page
        for name in ("report.xlsx", "report.docx"):
            answer = browser.get(f"/telemetry/reports/{name}?month=2026-03")
            assert answer.status_code == 200 and answer.content[:2] == b"PK"
        for query in ("month=2026-13", "month=x", "kind=x", "region=", "q=%"):
            assert browser.get(f"/telemetry/reports/?{query}").status_code == 200
        assert browser.get("/telemetry/reports/?region=140105").status_code == 404


def test_a_line_is_online_late_silent_or_never_heard(plant: Any, works: Any, office: Any) -> None:
    works("乙铸造有限公司")
    office.tell(plant, 0, [40.0])
    states = []
    for minutes in (20, 100, 400):
        with clock.at(measured.midnight(office_date()) + timedelta(hours=1, minutes=minutes)):
            found = lines.found(office.folk.city, lines.Wish(sort="mn"))
            states.append([key.state for key in found.keys])
    # It was heard half a minute after one o'clock.
    assert states == [["online", "never"], ["late", "never"], ["silent", "never"]]


def office_date() -> Any:
    """The first local day of the tests' hours."""
    from datetime import date

    return date(2026, 3, 2)


def test_hours_between_a_good_check_and_the_next_good_one_after_a_failed_one_do_not_count(
    plant: Any, office: Any
) -> None:
    from lantian.office.telemetry import door
    from lantian.telemetry.store import Arrival

    def check(day: int, hour: int, verdict: int) -> None:
        time, came = local(DAY + timedelta(days=day), hour), clock.now()
        stamp = f"{measured.local(time):%Y%m%d%H%M%S}"
        cp = f"DataTime={stamp};a21002-SampleRd=82,a21002-StandardValue=80,a21002-ResultType={verdict}"
        segment = f"QN={stamp}000;ST=31;CN=2062;PW=123456;MN={plant.mn};Flag=9;CP=&&{cp}&&".encode()
        arrival = Arrival(plant.mn, time, "31", "2062", f"{stamp}000", None, False, came, segment)
        assert door.line().write([arrival]) == ["stored"]

    for day in range(2):
        office.tell(plant, day, [40.0] * 24)
    with office.on(2):
        check(0, 6, 1)
        office.run()
        before = DeviceDay.objects.filter(device=plant.device).order_by("day")
        assert [row.parts["a21002"]["valid"] for row in before[:2]] == [24, 24]
        check(1, 6, 0)  # nobody knew what it told since the first
        check(1, 12, 1)
        office.run()
        hours = measured.of(plant.device, DAY, DAY + timedelta(days=1)).hours["a21002"]
    lost = [number for number, hour in enumerate(hours) if hour.state != "valid"]
    assert lost == list(range(6, 36)) and {hours[n].why for n in lost} == {"out_of_control"}
    assert [hours[n].sent for n in lost[:2]] == [40, 40], "what was sent stays"
    found = DeviceDay.objects.filter(device=plant.device).order_by("day")
    assert [row.parts["a21002"]["valid"] for row in found[:2]] == [6, 12]
    assert [row.parts["a21002"]["reasons"].get("out_of_control") for row in found[:2]] == [18, 12]


def test_a_device_that_sends_micrograms_is_judged_in_milligrams_and_doubted_where_nobody_said_so(
    plant: Any, office: Any
) -> None:
    from lantian.office.telemetry import actions, door

    office.tell(plant, 0, [40000.0] * 24)
    browser = office.signed_in(office.folk.county)
    page, stack = f"/telemetry/devices/{plant.device.pk}/", f"/telemetry/stacks/{plant.device.pk}/"
    with office.on():
        text = browser.get(page).content.decode()
        assert "单位存疑" in text and "现按mg/m³计" in text and "以µg/m³计" in text
        actions.set_terms(office.folk.city, plant.device, {"units": "a21002 = µg/m³"})
        assert "单位存疑" not in browser.get(page).content.decode()
        hours = measured.of(plant.device, DAY, DAY).hours["a21002"]
        assert {hour.raw for hour in hours} == {Decimal(40)}
        assert "mg/m³" in browser.get(f"{stack}?span=day&day={DAY}").content.decode()
    assert door.device(plant.mn).units == {"a21002": "µg/m³"}
