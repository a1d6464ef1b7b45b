"""Leads: raised once from screens, grown, checked, confirmed into a problem; seen by officers only."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from lantian.errors import LantianError
from lantian.office.findings.models import Finding
from lantian.office.loops.audit import audit
from lantian.office.telemetry.alarms import recording, screening
from lantian.office.telemetry.alarms.models import Lead
from lantian.telemetry.truth import Said, Score

from .conftest import DAY, local

pytestmark = pytest.mark.django_db


def flat(day: int) -> list[float]:
    """A stuck analyser."""
    return [41.25] * 24


def live(day: int) -> list[float]:
    return [round(30 + 7 * ((day * 24 + hour) * 0.618 % 1), 1) for hour in range(24)]


@pytest.fixture
def stuck(plant: Any, tell: Any, run: Any, on: Any) -> SimpleNamespace:
    """Six days of one value after four days of life, screened."""
    for day in range(10):
        tell(plant, day, live(day) if day < 4 else flat(day))
    with on(10, 1):
        run()
    plant.lead = Lead.objects.filter(screen="frozen").first()
    return plant  # type: ignore[no-any-return]


def test_a_stuck_analyser_is_a_lead_with_its_evidence(stuck: Any, run: Any, on: Any) -> None:
    lead = stuck.lead
    assert lead is not None and lead.state == "new" and lead.score >= Decimal("0.5")
    assert lead.last == date(2026, 3, 11) and lead.first >= DAY
    assert set(lead.evidence[0]["said"]) == {"zh", "en"} and len(lead.evidence) > 1
    assert set(lead.picture) == {"zh", "en"} and lead.picture["zh"]["panels"]
    before = list(Lead.objects.values_list("pk", flat=True))
    with on(10, 5):
        run(everything=True)
        screening.screen(stuck.device, date(2026, 3, 11))
    assert list(Lead.objects.values_list("pk", flat=True)) == before and audit() == []


def test_what_was_decided_is_not_raised_again(stuck: Any, on: Any, folk: Any) -> None:
    with on(10, 6):
        recording.act_lead(stuck.lead, "dismiss_lead", folk.county, "核对原始数据，检修期间未标记")
        screening.screen(stuck.device, date(2026, 3, 11))
    assert Lead.objects.filter(screen="frozen").count() == 1


def test_a_confirmed_lead_opens_a_problem(stuck: Any, on: Any, folk: Any, photo: Any) -> None:
    with on(10, 6):
        recording.act_lead(stuck.lead, "check_lead", folk.county)
        with pytest.raises(LantianError):
            recording.act_lead(stuck.lead, "confirm_lead", folk.county)
        recording.act_lead(stuck.lead, "confirm_lead", folk.county, "采样管被拔出", files=[photo()])
    found = Finding.objects.get(kind="false_data")
    assert stuck.lead.finding == found and list(found.leads.all()) == [stuck.lead]
    assert (found.source, found.severity, found.enterprise) == ("data_check", "serious", stuck.firm)
    assert "采样管被拔出" in found.words and stuck.lead.files.count() == 1 and audit() == []


def test_a_lead_whose_ground_is_gone_is_withdrawn(stuck: Any, on: Any) -> None:
    from lantian.office.monitoring.kernel import rulebook

    rule = rulebook().rule("telemetry.truth.frozen", on=date(2026, 3, 11))
    calm = Score("frozen", 0.1, False, Said("nothing"), 0.3, 3.0, rule)
    with on(10, 6):
        screening._keep(stuck.device, calm, date(2026, 2, 10), date(2026, 3, 11), Decimal("0.5"))
    stuck.lead.refresh_from_db()
    assert stuck.lead.state == "withdrawn" and audit() == []


def test_leads_stay_with_the_officers_of_the_county(
    stuck: Any, office: Any, person: Any, scope_doors: Any
) -> None:
    folk, signed_in, on, photo = office.folk, office.signed_in, office.on, office.photo
    with on(10, 6):
        recording.act_lead(stuck.lead, "check_lead", folk.county, files=[photo()])
    file = stuck.lead.files.get()
    pages = [f"/telemetry/leads/{stuck.lead.pk}/", f"/api/telemetry/leads/{stuck.lead.pk}"]
    lists = ["/telemetry/leads/", "/telemetry/leads/?q=铸造", "/api/telemetry/leads"]
    doors = {"inside": folk.county, "outside": folk.other}
    scope_doors(thing=stuck.lead, secret=stuck.firm.name, pages=pages, lists=lists[:2], **doors)
    scope_doors(thing=stuck.lead, secret=stuck.mn, pages=pages, lists=lists[2:], **doors)
    scope_doors(thing=file, secret="site.jpg", pages=[f"/telemetry/leads/files/{file.pk}/"], **doors)
    # The enterprise's own people and analysts have no such page, and nothing of it elsewhere.
    own = person("own", "141002", unit=stuck.firm.account)
    assert not Lead.objects.visible_to(own).exists() and not Lead.objects.visible_to(folk.analyst).exists()
    for door in (*pages, f"/telemetry/leads/files/{file.pk}/"):
        assert signed_in(own).get(door).status_code in (403, 404)
        assert signed_in(folk.analyst).get(door).status_code in (403, 404)
    for door in (f"/registers/enterprises/{stuck.firm.pk}/", f"/telemetry/lines/{stuck.device.pk}/"):
        assert stuck.lead.get_absolute_url() not in signed_in(own).get(door).content.decode()


def test_the_page_shows_picture_rows_and_the_words(stuck: Any, folk: Any, signed_in: Any) -> None:
    browser = signed_in(folk.county)
    text = browser.get(stuck.lead.get_absolute_url()).content.decode()
    assert "线索，不是结论" in text and "al-lead-0" in text and stuck.lead.screen_label in text
    english = browser.get(stuck.lead.get_absolute_url(), headers={"accept-language": "en"})
    assert english.status_code == 200
    xlsx = browser.get("/telemetry/leads/export.xlsx")
    assert xlsx.status_code == 200 and xlsx["Content-Type"].startswith("application/vnd.openxml")


def test_a_case_holds_what_the_line_told(plant: Any, tell: Any, on: Any) -> None:
    from lantian.office.telemetry.alarms.casing import case_of
    from lantian.telemetry.store import Arrival

    tell(plant, 0, [40.0] * 24)
    from lantian.office.telemetry import door

    for minute, slope in ((0, "1.0"), (300, "0.8")):
        time = local(DAY) + timedelta(minutes=minute)
        stamp = (time + timedelta(hours=8)).strftime("%Y%m%d%H%M%S")
        cp = f"DataTime={stamp};PolId=a21002;InfoId=i13008;i13008-Info=//{slope}//"
        segment = f"QN={stamp}000;ST=31;CN=3020;PW=123456;MN={plant.mn};Flag=4;CP=&&{cp}&&".encode()
        door.line().write([Arrival(plant.mn, time, "31", "3020", f"{stamp}000", None, False, time, segment)])
    with on(1):
        case = case_of(plant.device, DAY, DAY)
    assert len(case.hours) == 24 and case.hours.of("a21002-Avg")[5] == 40
    assert case.limits == {"a21002": 50.0} and case.reference_o2 is None and case.power is None
    change = case.parameters[0]
    assert (change.code, change.old, change.new) == ("a21002-i13008", 1.0, 0.8)


def test_a_device_whose_screens_fail_costs_the_others_nothing(
    plant: Any, works: Any, on: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lantian.office.telemetry.alarms import casing
    from lantian.office.telemetry.alarms.models import Judged

    other = works("乙铸造有限公司")
    whole = casing.case_of

    def odd(device: Any, first: date, last: date) -> Any:
        if device.mn == plant.mn:
            raise ValueError("odd data")
        return whole(device, first, last)

    monkeypatch.setattr(casing, "case_of", odd)
    with on(1):
        assert screening.screen_changed([plant.mn, other.mn]) == (1, 0)
        assert list(Judged.objects.values_list("mn", flat=True)) == [other.mn]
