"""Pages of the queue: who may see and decide, filters, counts, exports, parts."""

from __future__ import annotations

import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from lantian.ambient.screens.between import SAME
from lantian.office.monitoring import kernel
from lantian.office.monitoring.models import Station
from lantian.office.people.models import ActionLog
from lantian.office.quality import actions, screening
from lantian.office.quality.models import Decision, Screening, Suspicion
from lantian.office.quality.rules import Wish


@pytest.fixture
def chief(signed_in: Any, analyst: Any) -> Any:
    return signed_in(analyst)


def test_a_suspicion_is_seen_through_no_door_from_outside(
    suspect: Any, scope_doors: Any, person: Any
) -> None:
    Station.objects.filter(code="1001A").update(name="尧都一号站")
    row = suspect("1001A")
    doors = [f"/quality/{row.pk}/", f"/api/quality/suspicions/{row.pk}", "/stations/1001A/quality/"]
    scope_doors(
        thing=row,
        secret="尧都一号站",
        inside=person("in", "141002"),
        outside=person("out", "141024"),
        pages=doors,
        lists=["/quality/", "/quality/?state=all&q=1001A", "/api/quality/suspicions"],
    )


def test_a_decision_is_seen_through_no_door_from_outside(
    suspect: Any, scope_doors: Any, person: Any, analyst: Any
) -> None:
    row = suspect("1001A")
    (decision,) = actions.decide(analyst, [row], Wish("void", "secret of the inlet"))
    scope_doors(
        thing=decision,
        secret="secret of the inlet",
        inside=person("in", "141002"),
        outside=person("out", "141024"),
        pages=[f"/quality/decisions/{decision.pk}/effect/", f"/quality/{row.pk}/"],
    )


def test_a_station_outside_is_not_named(suspect: Any, signed_in: Any, person: Any) -> None:
    """The other of two stations with one series, and the neighbours in the picture."""
    Station.objects.filter(code="1003A").update(name="洪洞三号站")
    row = suspect(
        "1001A",
        code="duplicate_station",
        template=SAME,
        words={"name": "1001A", "other": "洪洞三号站", "hours": 40, "shared": 48},
        evidence={"other": "1003A", "neighbours": ["1003A"]},
    )
    inside, above = signed_in(person("in", "141002")), signed_in(person("city", "141000"))
    for door in (
        f"/quality/{row.pk}/",
        "/quality/",
        "/quality/export.xlsx",
        f"/api/quality/suspicions/{row.pk}",
    ):
        assert "洪洞三号站" not in _text(inside.get(door)), door
        assert "洪洞三号站" in _text(above.get(door)), door
    assert "辖区外的一个点位" in inside.get(f"/quality/{row.pk}/").content.decode()


def _text(answer: Any) -> str:
    assert answer.status_code == 200
    if "spreadsheet" in answer["Content-Type"]:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        return "\n".join(str(cell) for row in rows for cell in row)
    return str(answer.content.decode())


def test_filters_and_counts(suspect: Any, chief: Any, analyst: Any) -> None:
    suspect("1001A")
    suspect("1003A", first=400, items=("pm10",))
    row = suspect("1010A", code="spike", hours=1)
    actions.decide(analyst, [row], Wish("accept", "fireworks"))

    def shown(query: str) -> int:
        return int(chief.get(f"/quality/?{query}").content.decode().count("data-row"))

    assert [shown(f"state={state}") for state in ("open", "accepted", "voided", "all")] == [2, 1, 0, 3]
    assert shown("state=nonsense") == 2
    assert [shown(f"state=all&region={code}") for code in ("141000", "140100", "141002")] == [2, 1, 1]
    assert shown("item=pm10") == 1 and shown("item=pm2_5") == 1 and shown("code=spike") == 0
    assert shown("since=2025-06-10") == 1 and shown("until=2025-06-10") == 1
    assert shown("until=not-a-day") == 2 and shown("q=1003") == 1


def test_deciding_on_the_page(suspect: Any, chief: Any) -> None:
    row = suspect("1001A", hours=3)
    wrong = chief.post(f"/quality/{row.pk}/decide/", {"verdict": "void", "items": ["pm2_5"], "reason": " "})
    assert wrong.status_code == 422 and "审核须写明理由" in wrong.content.decode()
    form = {
        "verdict": "correct", "items": ["pm2_5"], "range": "all", "method": "factor", "factor-pm2_5": "× 2",
        "reason": "流量减半",
    }  # fmt: skip
    answer = chief.post(f"/quality/{row.pk}/decide/", form, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200 and "流量减半" in page and "PM₂.₅ ×2" in page
    decision = Decision.objects.get()
    part = chief.get(f"/quality/decisions/{decision.pk}/effect/").content.decode()
    assert "临汾" in part and "尧都" in part and "2025-06" in part


def test_hours_by_hand_come_as_they_stand_in_the_form(suspect: Any, chief: Any, values: Any) -> None:
    row = suspect("1001A", hours=3)
    stamp = row.since.isoformat()
    form = {
        "verdict": "correct", "items": ["pm2_5"], "range": "all", "method": "hours",
        f"hour-pm2_5@{stamp}": "44", "hour-pm2_5@nonsense": "1", "reason": "看记录纸",
    }  # fmt: skip
    assert stamp in chief.get(f"/quality/{row.pk}/").content.decode()
    assert chief.post(f"/quality/{row.pk}/decide/", form).status_code == 302
    assert values("1001A", "pm2_5") == [44, 30, 30]


def test_several_are_decided_from_the_list(suspect: Any, chief: Any, signed_in: Any, person: Any) -> None:
    rows = [suspect("1001A"), suspect("1003A")]
    form = {"chosen": [row.pk for row in rows], "verdict": "void", "reason": "停电", "back": "/quality/"}
    officer = signed_in(person("officer", "141002"))
    assert officer.post("/quality/decide/", form).status_code == 403
    assert kernel.data_version() == 1
    answer = chief.post("/quality/decide/", form | {"back": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/quality/"
    assert set(Suspicion.objects.values_list("state", flat=True)) == {"voided"}
    empty = chief.post("/quality/decide/", {"verdict": "void", "reason": "x"}, follow=True)
    assert "没有选择" in empty.content.decode()


def test_a_reviewer_of_a_city_cannot_decide_elsewhere(suspect: Any, signed_in: Any, person: Any) -> None:
    row = suspect("1010A")
    linfen = signed_in(person("lin", "141000", role="analyst"))
    form = {"verdict": "void", "items": ["pm2_5"], "reason": "why"}
    assert linfen.post(f"/quality/{row.pk}/decide/", form).status_code == 404
    linfen.post("/quality/decide/", {"chosen": [row.pk], "verdict": "void", "reason": "why"})
    assert kernel.data_version() == 1


def test_a_station_says_what_is_invalid(suspect: Any, analyst: Any, chief: Any) -> None:
    row = suspect("1001A", first=30 * 24 - 2, hours=3)
    assert "无效</abbr>" not in chief.get("/stations/1001A/").content.decode()
    actions.decide(analyst, [row], Wish("void", "泵停转"))
    page = chief.get("/stations/1001A/").content.decode()
    assert page.count("无效</abbr>") == 3 and "/stations/1001A/quality/" in page
    part = chief.get("/stations/1001A/quality/").content.decode()
    assert "泵停转" in part and "chief" in part and "数值不变" in part


def test_runs_are_started_shown_and_stopped(
    air: Any, chief: Any, signed_in: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Screening] = []
    monkeypatch.setattr(screening, "launch", started.append)
    officer = signed_in(person("officer", "141002"))
    assert officer.post("/quality/screen/", {}).status_code == 403
    chief.post("/quality/screen/", {"since": "2025-06-01", "until": "2025-06-03"})
    (run,) = started
    assert (str(run.since), str(run.until), run.started_by.get_username()) == (
        "2025-06-01",
        "2025-06-03",
        "chief",
    )
    assert "正在筛查" in officer.get("/quality/screen/progress/").content.decode()
    again = chief.post("/quality/screen/", {}, follow=True).content.decode()
    assert len(started) == 1 and "筛查正在进行" in again
    assert officer.post(f"/quality/screen/{run.pk}/stop/").status_code == 403
    chief.post(f"/quality/screen/{run.pk}/stop/")
    screening.work(run, run.started_by)
    assert Screening.objects.get().state == "stopped" and not Suspicion.objects.exists()
    assert chief.get("/quality/screen/progress/").headers["HX-Refresh"] == "true"
    wrong = chief.post("/quality/screen/", {"since": "2030-01-01"}, follow=True).content.decode()
    assert "没有这段时间" in wrong and len(started) == 1


def test_an_empty_office_says_what_to_do(province: Any, chief: Any) -> None:
    assert "lantian office load ambient" in chief.get("/quality/").content.decode()
    for door in ("/quality/capture/", "/dust-days/effect/", "/dust-days/candidates/"):
        assert "lantian office load ambient" in chief.get(door).content.decode(), door


def test_the_log_tells_who_ran_the_screens(air: Any, analyst: Any) -> None:
    run = screening.screen_hours(analyst)
    assert (run.state, run.places) == ("done", 3)
    assert ActionLog.objects.get(verb="screen").actor == analyst
