"""The desk, an alarm's page, dual control: doors, steps, bad input, what an enterprise answers."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from lantian.office.findings.models import Finding
from lantian.office.loops.audit import audit
from lantian.office.telemetry.alarms.models import Alarm, DualControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def alarm(plant: Any, tell: Any, run: Any, on: Any, keep: Any) -> Alarm:
    """Two hours above the limit, two days ago."""
    keep("permit_totals", enterprise=plant.firm, factor="氮氧化物", year="2026", tonnes="100")
    tell(plant, 0, [40.0] * 10 + [60.0, 66.0] + [40.0] * 12)
    with on(1):
        run()
    return Alarm.objects.get(kind="hour")


@pytest.fixture
def own(person: Any, plant: Any) -> Any:
    """Somebody of the enterprise."""
    return person("own", "141002", unit=plant.firm.account)


def words_of(answer: Any) -> str:
    """The words of a workbook."""
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return book.read("xl/sharedStrings.xml").decode()


def test_alarms_stay_in_their_county(alarm: Alarm, folk: Any, scope_doors: Any, plant: Any) -> None:
    scope_doors(
        thing=alarm, secret=plant.firm.name, inside=folk.county, outside=folk.other,
        pages=[f"/telemetry/alarms/{alarm.pk}/", f"/api/telemetry/alarms/{alarm.pk}"],
        lists=[
            "/telemetry/alarms/", "/telemetry/alarms/?q=铸造&state=any", "/telemetry/alarms/live/",
            f"/telemetry/alarms/?enterprise={plant.firm.pk}", "/telemetry/alarms/?region=141002",
        ],
    )  # fmt: skip
    scope_doors(
        thing=alarm, secret=plant.mn, inside=folk.county, outside=folk.other, lists=["/api/telemetry/alarms"]
    )


def test_dual_control_stays_in_its_county(alarm: Alarm, folk: Any, scope_doors: Any, plant: Any) -> None:
    scope_doors(
        thing=DualControl.objects.get(outlet=None), secret=plant.firm.name, inside=folk.county,
        outside=folk.other,
        lists=[
            "/telemetry/dual-control/?year=2026", "/telemetry/dual-control/?year=2026&outlets=1&q=铸造",
            "/api/telemetry/dual-control?year=2026",
        ],
    )  # fmt: skip


def test_workbooks_keep_the_scope(alarm: Alarm, folk: Any, signed_in: Any, plant: Any) -> None:
    for door in ("/telemetry/alarms/export.xlsx", "/telemetry/dual-control/export.xlsx?year=2026"):
        assert plant.firm.name in words_of(signed_in(folk.county).get(door))
        assert plant.firm.name not in words_of(signed_in(folk.other).get(door))


def test_an_enterprise_sees_its_own_and_explains_with_a_file(
    alarm: Alarm, own: Any, works: Any, person: Any, office: Any
) -> None:
    folk, signed_in, photo, on = office.folk, office.signed_in, office.photo, office.on
    other = works("乙铸造有限公司")
    stranger = person("stranger", "141002", unit=other.firm.account)
    door = f"/telemetry/alarms/{alarm.pk}/"
    assert signed_in(stranger).get(door).status_code == 404
    officer, firm = signed_in(folk.county), signed_in(own)
    with on(1, 12):
        page = officer.post(
            f"{door}do/ask_explanation/", {"reason": "请说明超标原因", "version": alarm.version}
        )
        assert page.status_code == 302
        seen = firm.get(door).content.decode()
        assert "请说明超标原因" in seen and "do/explain/" in seen and "do/handle/" not in seen
        assert "do/void_alarm/" not in seen and "登记为发现问题" not in seen
        assert firm.post(f"{door}do/handle/", {"reason": "自行处置", "version": 2}).status_code == 403
        assert firm.post("/telemetry/alarms/acknowledge/", {"alarm": alarm.pk}).status_code == 403
        answer = {"reason": "脱硝喷枪堵塞，已更换", "files": photo(), "version": 2}
        assert firm.post(f"{door}do/explain/", answer).status_code == 302
    alarm.refresh_from_db()
    assert (alarm.state, alarm.explanation) == ("explained", "脱硝喷枪堵塞，已更换")
    file = alarm.files.get()
    assert firm.get(f"/telemetry/alarms/files/{file.pk}/").status_code == 200
    assert signed_in(folk.other).get(f"/telemetry/alarms/files/{file.pk}/").status_code == 404
    with on(1, 13):
        assert officer.post(f"{door}do/close_alarm/", {"reason": "", "version": 3}).status_code == 302
    alarm.refresh_from_db()
    assert alarm.state == "closed" and audit() == []


def test_steps_refuse_what_makes_no_sense(alarm: Alarm, folk: Any, signed_in: Any, on: Any) -> None:
    browser, door = signed_in(folk.county), f"/telemetry/alarms/{alarm.pk}/do/"
    with on(1, 12):
        assert browser.post(f"{door}withdraw_alarm/", {"reason": "x"}).status_code == 403
        assert browser.post(f"{door}nonsense/").status_code == 403
        assert browser.get(f"{door}acknowledge/").status_code == 405
        assert browser.post(f"{door}void_alarm/", {"reason": " "}).status_code == 422
        assert browser.post(f"{door}ask_explanation/", {"reason": "长" * 2001}).status_code == 422
        assert browser.post(f"{door}acknowledge/", {"version": "99"}).status_code == 422
        assert browser.post(f"{door}void_alarm/", {"version": "9" * 5000}).status_code == 422
        assert browser.post(f"{door}acknowledge/", {"version": "abc"}).status_code == 302
        assert browser.post(f"{door}acknowledge/", {"version": "1"}).status_code == 422
    alarm.refresh_from_db()
    assert alarm.state == "acknowledged"


def test_many_are_acknowledged_and_one_that_is_gone_costs_none(
    alarm: Alarm, works: Any, limit: Any, tell: Any, office: Any
) -> None:
    folk, signed_in, run, on = office.folk, office.signed_in, office.run, office.on
    second = works("乙铸造有限公司")
    limit(second, "50")
    tell(second, 1, [40.0] * 5 + [60.0] + [40.0] * 18)
    with on(2):
        run()
        rows = list(Alarm.objects.filter(kind="hour", state="new").values_list("pk", flat=True))
        browser = signed_in(folk.city)
        sent = {"alarm": [*rows, 999_999, "x"], "back": "//evil.example/"}
        answer = browser.post("/telemetry/alarms/acknowledge/", sent)
    assert answer.status_code == 302 and answer["Location"] == "/telemetry/alarms/"
    assert set(Alarm.objects.filter(kind="hour").values_list("state", flat=True)) == {"acknowledged"}
    assert browser.post("/telemetry/alarms/acknowledge/").status_code == 302


def test_a_problem_is_opened_once_and_linked_both_ways(
    alarm: Alarm, folk: Any, signed_in: Any, on: Any
) -> None:
    browser = signed_in(folk.county)
    with on(1, 12):
        for _time in range(2):
            answer = browser.post(f"/telemetry/alarms/{alarm.pk}/find/")
            assert answer.status_code == 302
    found = Finding.objects.get()
    assert answer["Location"] == found.get_absolute_url()
    assert found.get_absolute_url() in browser.get(alarm.get_absolute_url()).content.decode()
    assert alarm.get_absolute_url() in browser.get(found.get_absolute_url()).content.decode()


def test_odd_questions_are_answered(alarm: Alarm, folk: Any, signed_in: Any) -> None:
    browser = signed_in(folk.county)
    odd = "?state=x&kind=1&level=9&factor=' or 1&region=zz&enterprise=-1&device=9999999999&late=%00"
    for door in ("alarms/", "dual-control/", "leads/", "alarms/export.xlsx"):
        assert browser.get(f"/telemetry/{door}{odd}".replace("%00", "")).status_code == 200
    assert browser.get("/telemetry/dual-control/?year=99999&over=x&page=-3").status_code == 200
    assert browser.get("/telemetry/alarms/99999999999999999999/").status_code == 404
    assert browser.get("/api/telemetry/alarms?limit=0").status_code in (200, 422)


def test_the_live_part_is_silent_until_something_moves(
    alarm: Alarm, folk: Any, signed_in: Any, on: Any
) -> None:
    browser = signed_in(folk.county)
    seen = browser.get("/telemetry/alarms/").context["seen"]
    assert browser.get("/telemetry/alarms/live/", {"seen": seen}).status_code == 204
    with on(1, 12):
        browser.post(f"/telemetry/alarms/{alarm.pk}/do/acknowledge/", {"version": "1"})
    fresh = browser.get("/telemetry/alarms/live/", {"seen": seen})
    assert fresh.status_code == 200 and "已确认" in fresh.content.decode()


def test_panels_show_the_open_alarms(alarm: Alarm, own: Any, plant: Any, office: Any) -> None:
    folk, signed_in, on = office.folk, office.signed_in, office.on
    panel = "/regions/141002/panels/alarms/"
    assert plant.firm.name in signed_in(folk.county).get(panel).content.decode()
    assert signed_in(folk.other).get(panel).status_code == 404
    with on(1, 12):
        for user in (own, folk.county):
            page = signed_in(user).get(f"/enterprises/{plant.firm.pk}/").content.decode()
            assert alarm.get_absolute_url() in page and "双控清单" in page
    assert signed_in(folk.other).get(f"/enterprises/{plant.firm.pk}/").status_code == 404
