"""Roadside tests: judged by the rule of their day, the black list, tables in and out."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from python_calamine import CalamineWorkbook

from lantian.errors import LantianError
from lantian.office.findings.models import Finding, State
from lantian.office.findings.special.roadside import actions, taking
from lantian.office.findings.special.roadside.actions import NewTest
from lantian.office.findings.special.roadside.judging import judge
from lantian.office.findings.special.roadside.models import Listing, RoadsideTest
from lantian.office.frame import clock

NOON = datetime(2026, 5, 20, 4, tzinfo=UTC)
DAY = date(2026, 5, 20)


@pytest.fixture
def run(province: dict[str, Any]) -> Callable[..., RoadsideTest]:
    def make(actor: Any = None, at: datetime = NOON, **more: Any) -> RoadsideTest:
        told = {
            "plate": "晋L12345",
            "colour": "yellow",
            "method": "smoke",
            "limit_class": "a",
            "stage": "4",
            "region": province["141002"],
            "place": "河汾路口",
            "tested_on": at.date(),
            "value": Decimal("1.35"),
        }
        with clock.at(at):
            return actions.record_test(actor, NewTest(**(told | more)))

    return make


@pytest.mark.parametrize(
    ("method", "told", "passed"),
    [
        ("smoke", {"limit_class": "a", "value": "1.2"}, True),
        ("smoke", {"limit_class": "a", "value": "1.21"}, False),
        ("smoke", {"limit_class": "b", "value": "0.71"}, False),
        ("smoke", {"thing": "machine", "limit_class": "I", "power": "18.9", "value": "3.00"}, True),
        ("smoke", {"thing": "machine", "limit_class": "I", "power": "19", "value": "2.01"}, False),
        ("smoke", {"thing": "machine", "limit_class": "II", "power": "37", "value": "0.80"}, True),
        ("smoke", {"thing": "machine", "limit_class": "III", "power": "36.9", "value": "0.81"}, False),
        ("obd", {"normal": True}, True),
        ("obd", {"normal": False}, False),
        ("urea", {"value": "31.8"}, True),
        ("urea", {"value": "31.79"}, False),
        ("urea", {"value": "33.21"}, False),
        ("urea", {"normal": False}, False),
    ],
)
def test_limits(method: str, told: dict[str, Any], passed: bool) -> None:
    said = {k: Decimal(v) if k in {"value", "power"} else v for k, v in told.items()}
    verdict = judge(method, on=DAY, **said)
    assert verdict.passed is passed
    assert verdict.rule is None or verdict.told["verified"] is False


@pytest.mark.parametrize(
    "told",
    [
        {"method": "smoke", "limit_class": "a"},
        {"method": "smoke", "limit_class": "a", "value": Decimal(120)},
        {"method": "smoke", "limit_class": "I", "thing": "machine", "value": Decimal(1)},
        {"method": "smoke", "limit_class": "", "value": Decimal(1)},
        {"method": "obd"},
        {"method": "urea"},
        {"method": "smoke", "limit_class": "a", "value": Decimal(-1)},
    ],
)
def test_what_cannot_be_judged_is_told(told: dict[str, Any]) -> None:
    with pytest.raises(LantianError):
        judge(told.pop("method"), on=DAY, **told)


def test_failed_goes_on_the_list_and_passing_takes_it_off(run: Any) -> None:
    failed = run(plate=" 晋 l·12345 ")
    (row,) = Listing.objects.all()
    assert (row.plate, row.until, row.failures) == ("晋L12345", None, 1)
    assert failed.finding.state == State.ASSIGNED and "限值1.2 m⁻¹" in failed.finding.words
    again = run(at=NOON + timedelta(days=1), value=Decimal("1.9"))
    row.refresh_from_db()
    assert row.failures == 2 and Listing.objects.count() == 1 and "2次" in again.finding.words
    assert again.finding.severity == "serious"
    run(at=NOON + timedelta(days=2), method="obd", normal=True, value=None)
    row.refresh_from_db()
    assert row.until is None, "another method proves nothing"
    run(at=NOON + timedelta(days=3), value=Decimal("0.9"))
    row.refresh_from_db()
    assert row.until == date(2026, 5, 23)
    assert set(Finding.objects.values_list("state", flat=True)) == {State.RECTIFIED}
    run(at=NOON + timedelta(days=4))
    assert Listing.objects.filter(until=None).get().failures == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"plate": "L"},
        {"vin": "SHORT"},
        {"vin": "LFWSRXSJ5M1F5O123"},
        {"tested_on": date(2026, 5, 21)},
        {"tested_on": date(1926, 5, 20)},
        {"colour": "pink"},
        {"place": " "},
        {"stage": "7"},
    ],
)
def test_bad_input_is_refused_whole(run: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(LantianError):
        run(**wrong)
    assert not RoadsideTest.objects.exists() and not Finding.objects.exists()


def test_scope(run: Any, person: Any, scope_doors: Any) -> None:
    inside, outside = person("in", "141002"), person("out", "141024")
    with pytest.raises(PermissionDenied):
        run(outside)
    made = run(inside)
    scope_doors(
        thing=made,
        secret="晋L12345",
        inside=inside,
        outside=outside,
        pages=[f"/roadside/{made.pk}/", f"/api/roadside/{made.pk}"],
        lists=["/roadside/", "/roadside/?q=晋L12345", "/api/roadside"],
    )
    scope_doors(
        thing=Listing.objects.get(),
        secret="晋L12345",
        inside=inside,
        outside=outside,
        lists=["/roadside/black-list/", "/api/roadside/black-list"],
    )


def test_excel_out_and_in_again(run: Any, person: Any, signed_in: Any, tmp_path: Path) -> None:
    officer = person("in", "141002")
    run()
    run(at=NOON - timedelta(days=3), plate="晋L99999", colour="blue", method="obd", value=None, normal=False)
    content = signed_in(officer).get("/roadside/export.xlsx").content
    path = tmp_path / "out.xlsx"
    path.write_bytes(content)
    with clock.at(NOON):
        again = taking.take_tests(officer, path, path.name)
        assert (again.added, again.already, again.refusals) == (0, 2, [])
        RoadsideTest.objects.update(finding=None)
        Listing.objects.all().delete()
        RoadsideTest.objects.all().delete()
        taken = taking.take_tests(officer, path, path.name)
    assert (taken.added, taken.refusals) == (2, [])
    assert Listing.objects.filter(until=None).count() == 2
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(signed_in(officer).get("/roadside/black-list.xlsx").content)
    )
    assert "晋L12345" in str(book.get_sheet_by_index(0).to_python())


def test_json_and_bad_rows(person: Any, tmp_path: Path) -> None:
    officer = person("in", "141002")
    good = {
        "tested_on": "2026-05-19",
        "plate": "晋L55555",
        "colour": "yellow",
        "method": "smoke",
        "region": "141002",
        "place": "国道108",
        "limit_class": "b",
        "value": 0.7,
    }
    rows = [
        good,
        good | {"plate": "晋L55556", "value": "many"},
        good | {"colour": "粉"},
        good | {"region": "141024"},
        good | {"tested_on": "2026-05-32"},
        good | {"plate": ""},
        good | {"plate": "晋L55557", "limit_class": "z"},
    ]
    path = tmp_path / "t.json"
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    with clock.at(NOON):
        taken = taking.take_tests(officer, path, "t.json")
    assert taken.added == 1
    columns = [(r.row, r.column) for r in taken.refusals]
    assert columns == [(2, "value"), (3, "colour"), (4, "region"), (5, "tested_on"), (6, "plate"), (7, "")]
    path.write_text("{", encoding="utf-8")
    with pytest.raises(LantianError, match="JSON"):
        taking.take_tests(officer, path, "t.json")


def test_the_form(person: Any, signed_in: Any, province: Any) -> None:
    officer = person("in", "141002")
    form = {
        "thing": "vehicle",
        "plate": "晋L12345",
        "colour": "yellow",
        "stage": "4",
        "method": "smoke",
        "value": "1.5",
        "limit_class": "a",
        "normal": "unknown",
        "region": province["141002"].pk,
        "place": "路口",
        "tested_on": "2026-05-20",
    }
    with clock.at(NOON):
        answer = signed_in(officer).post("/roadside/new/", form)
    assert answer.status_code == 302 and Listing.objects.get().plate == "晋L12345"
    page = signed_in(officer).get(answer["Location"]).content.decode()
    assert "GB 3847-2018" in page and "未核对" in page
    with clock.at(NOON):
        wrong = signed_in(officer).post("/roadside/new/", form | {"value": ""})
    assert wrong.status_code == 422 and "缺少检测结果" in wrong.content.decode()
