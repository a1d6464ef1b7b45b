"""Problems of gates: one a day and enterprise, one a silence, linked both ways, in scope, never twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lantian.office.findings.models import Finding
from lantian.office.frame import clock
from lantian.office.indicators import Period, Subject, ask
from lantian.office.people.actions import verify_chain
from lantian.office.regions.models import Region
from lantian.office.telemetry.gates import rules, troubles
from lantian.office.telemetry.gates.models import GateKey, GatePass, GateTrouble

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 4, tzinfo=UTC)  # noon in Shanghai


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with clock.at(NOW):
        yield


@pytest.fixture
def make_gate(keep: Any) -> Any:
    def make(gate: str = "1号门", firm: str = "临汾示例铸造有限公司（模拟）", *, key: bool = True) -> Any:
        row = keep(
            "gate_systems", enterprise=firm, gate=gate, status="已联网", region="尧都区", since="2025-11-01",
            lanes="2", video_months="12", ledger_months="24", upload_rate="98", shows_stage="是",
            ledgers="是",
        )  # fmt: skip
        if key:
            GateKey.objects.create(gate=row, name=f"k{row.pk}", sealed="x", made_at=NOW - timedelta(days=5))
        return row

    return make


def passed(gate: Any, ago: timedelta, *faults: str, number: str = "") -> GatePass:
    at = NOW - ago
    return GatePass.objects.create(
        gate=gate, number=number or f"{at:%d%H%M%S}{len(faults)}", at=at, direction="in", plate="晋L00001",
        stage="4", faults=list(faults), allowed=not faults, digest="d", tonnes=Decimal(10),
    )  # fmt: skip


def test_passes_of_an_enterprise_on_a_day_are_one_problem_from_the_rules_number_on(make_gate):
    one, two = make_gate(), make_gate("2号门")
    passed(one, timedelta(hours=1), "stage_below")
    passed(two, timedelta(hours=2), "stage_below")
    passed(two, timedelta(hours=3))
    passed(one, timedelta(hours=13), "stage_below")  # the day before
    assert troubles.refresh().opened == 0
    passed(two, timedelta(hours=4), "stage_below", "black_listed")
    assert troubles.refresh().opened == 1
    finding = Finding.objects.get()
    assert (finding.kind, finding.enterprise, finding.register) == (
        "vehicles",
        one.enterprise,
        "gate_systems",
    )
    assert "排放阶段低于要求 3；黑名单 1（晋L00001）" in finding.words
    trouble = finding.gate_troubles.get()
    assert (trouble.count, trouble.gate, str(trouble.day)) == (3, two, "2026-03-10")
    # The same again opens nothing; a further pass is noted in the same problem.
    assert troubles.refresh() == troubles.Done()
    passed(one, timedelta(minutes=5), "stage_below")
    assert troubles.refresh() == troubles.Done(grown=1)
    assert (Finding.objects.count(), GateTrouble.objects.get().count) == (1, 4)
    assert verify_chain() == []


def test_problem_and_gate_name_each_other(make_gate, person):
    gate = make_gate()
    for minute in range(3):
        passed(gate, timedelta(minutes=minute), "stage_below")
    troubles.refresh()
    finding = Finding.objects.get()
    client = Client()
    client.force_login(person("in", "141002", role="dispatcher"))
    assert (
        f'href="{finding.get_absolute_url()}"' in client.get(f"/telemetry/gates/{gate.pk}/").content.decode()
    )
    shown = client.get(finding.get_absolute_url()).content.decode()
    back = f"/telemetry/gates/{gate.pk}/?wrong=1&amp;day=2026-03-10"
    assert back in shown
    assert client.get(back.replace("&amp;", "&")).content.decode().count("晋L00001") == 3
    other = client.get(f"/telemetry/gates/{gate.pk}/?wrong=1&day=2026-03-09").content.decode()
    assert "晋L00001" not in other


def test_a_trouble_stays_in_its_county(make_gate, person, scope_doors):
    gate = make_gate()
    for minute in range(3):
        passed(gate, timedelta(minutes=minute), "stage_below")
    troubles.refresh()
    scope_doors(
        thing=GateTrouble.objects.get(), secret="不准入通行",
        inside=person("in", "141002", role="dispatcher"),
        outside=person("out", "141024", role="dispatcher"), pages=[f"/telemetry/gates/{gate.pk}/"],
    )  # fmt: skip


def test_a_silent_gate_is_one_problem_until_it_is_back(make_gate):
    gate = make_gate()
    make_gate("旁门", key=False)  # nothing is expected of a gate that cannot send
    passed(gate, timedelta(hours=23))
    assert troubles.refresh().opened == 0
    with clock.at(NOW + timedelta(hours=2)):
        assert troubles.refresh().opened == 1
        assert troubles.refresh() == troubles.Done()
    finding = Finding.objects.get()
    assert finding.kind == "monitoring"
    passed(gate, timedelta(hours=-3))
    with clock.at(NOW + timedelta(hours=4)):
        assert troubles.refresh() == troubles.Done(back=1)
        assert troubles.refresh() == troubles.Done()
    assert GateTrouble.objects.get().ended_at == NOW + timedelta(hours=3)
    # The next silence is another one.
    with clock.at(NOW + timedelta(days=3)):
        assert troubles.refresh().opened == 1
    assert Finding.objects.count() == 2


def test_a_gate_with_a_key_that_never_sent_is_waited_for_from_its_key_on(make_gate):
    gate = make_gate()
    assert troubles.refresh().opened == 1
    GateKey.objects.filter(gate=gate).update(made_at=NOW - timedelta(hours=3))
    GateTrouble.objects.all().delete()
    assert troubles.refresh().opened == 0


def test_the_indicators_count_what_was_allowed_and_who_sends(make_gate):
    one, _two = make_gate(), make_gate("2号门")
    passed(one, timedelta(hours=1))
    passed(one, timedelta(hours=2))
    passed(one, timedelta(hours=3), "stage_below")
    subject, period = (
        Subject(region=Region.objects.get(code="141000")),
        Period(date(2026, 3, 1), date(2026, 3, 31)),
    )
    assert ask("gate_passes_allowed", subject, period).value == Decimal("66.7")
    assert ask("gates_online", subject, period).value == Decimal("50.0")
    assert ask("gates_online", Subject(region=Region.objects.get(code="141024")), period).value is None


def test_the_list_of_gates_asks_the_same_for_more_gates_and_sorts_trouble_first(make_gate, person):
    quiet, busy = make_gate(), make_gate("2号门")
    passed(busy, timedelta(hours=1), "stage_below")
    passed(quiet, timedelta(hours=1))
    asker = person("in", "141002", role="dispatcher")
    found = list(rules.gates_of(asker))
    assert [(g.pk, g.passes_today, g.wrong_today, bool(g.silent)) for g in found] == [
        (busy.pk, 1, 1, False), (quiet.pk, 1, 0, False),
    ]  # fmt: skip
    client = Client()
    client.force_login(asker)
    counts = []
    for more in range(2):
        if more:
            passed(make_gate("3号门"), timedelta(hours=30))
        client.get("/telemetry/gates/")
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/telemetry/gates/").content.decode()
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert page.index("3号门") < page.index("2号门") < page.index("1号门")
