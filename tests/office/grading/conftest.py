"""An enterprise with its own account, people at every level, and an application moved as far as is wanted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from lantian.office.frame import clock

DAY = date(2025, 6, 2)  # a Monday
PHOTO = b"\xff\xd8\xff\xe0 a photo of the site \xff\xd9"
# As good as a foundry can be, by the general indicators and its own.
GOOD = {
    "eq_catalogue": "allowed", "eq_energy": "clean", "tr_dust": "membrane", "tr_running": "yes",
    "em_pm": "8", "em_so2": "20", "em_nox": "60", "em_nmhc": "15", "em_share": "99", "fu_storage": "closed",
    "fu_conveying": "yes", "fu_roads": "yes", "fu_visible": "yes", "fu_pouring": "yes", "mo_capture": "95",
    "mo_records": "12", "mo_video": "yes", "ma_papers": "yes", "ma_ledger": "yes", "ma_staff": "yes",
    "tp_trucks": "100", "tp_machines": "100", "su_gate": "yes", "su_video": "12", "su_ledger": "24",
    "su_upload": "97",
}  # fmt: skip


def moment(day: date, hour: int = 4) -> datetime:
    """Noon in China, or another hour of UTC."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.fixture
def on() -> Callable[[int], Any]:
    """`with on(3):` three days after the first."""
    return lambda days: clock.at(moment(DAY + timedelta(days=days)))


@pytest.fixture
def make_firm(province: dict[str, Any]) -> Any:
    """`make_firm("乙铸造", "141024")`: an enterprise of the register, without its own people."""
    from lantian.office.registers import actions
    from lantian.office.registers.declaring.base import ledger
    from lantian.office.registers.reader import Reader

    def make(name: str, code: str = "141002", industry: str = "铸造") -> Any:
        raw = {"name": name, "industry": industry, "region": province[code].name}
        return actions.add(None, Reader(ledger("enterprises"), None).read(raw), confirmed=True)

    return make


@pytest.fixture
def firm(make_firm: Any, province: dict[str, Any]) -> Any:
    """A foundry in 141002 with its own people."""
    from lantian.office.people.models import Unit

    made = make_firm("甲铸造有限公司")
    made.account = Unit.objects.create(name="甲铸造有限公司", region=province["141002"], kind="enterprise")
    made.save()
    return made


@pytest.fixture
def folk(person: Any, firm: Any, province: dict[str, Any]) -> SimpleNamespace:
    """The enterprise's own, two county officers of two units, the city's and the province's dispatchers."""
    from lantian.office.people.models import Unit

    def unit(name: str, code: str) -> Any:
        return Unit.objects.create(name=name, region=province[code])

    return SimpleNamespace(
        own=person("own", "141002", unit=firm.account),
        county=person("county", "141002", unit=unit("尧都分局", "141002")),
        second=person("second", "141002", unit=unit("尧都执法队", "141002")),
        other=person("other", "141024", unit=unit("洪洞分局", "141024")),
        city=person("city", "141000", role="dispatcher", unit=unit("临汾局", "141000")),
        province=person("prov", "140000", role="dispatcher", unit=unit("省厅", "140000")),
    )


@pytest.fixture
def photo() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return lambda: SimpleUploadedFile("site.jpg", PHOTO)


@pytest.fixture
def apply(firm: Any, folk: SimpleNamespace, on: Any, photo: Any) -> Any:
    """`apply("notice", claimed="A")`: an application moved on to a state, one step a day."""
    from lantian.office.grading import applying

    def go(
        to: str, *, claimed: str = "A", answers: Any = None, checked: Any = None, enterprise: Any = None
    ) -> Any:
        steps = ("draft", "declared", "site", "checked", "notice", "granted")
        far = steps.index(to)
        owner = enterprise or firm
        who = folk.own if owner == firm else folk.county
        reviewer = folk.county if owner == firm else folk.city
        with on(0):
            row = applying.start(who, owner, claimed)
            applying.keep_answers(row, who, GOOD | (answers or {}))
            if far >= 1:
                applying.declare(row, who)
        if far >= 2:
            with on(1):
                applying.act(row, "pass_review", reviewer)
        if far >= 3:
            with on(2):
                applying.record_site_check(row, reviewer, checked or {}, "核实", [photo()], checkers="张、王")
        if far >= 4:
            with on(3):
                applying.put_on_notice(row, folk.city)
        if far >= 5:
            with on(10):
                applying.decide(row, folk.province, row.found, "公示无异议", document="省公告1号")
        return row

    return go


@pytest.fixture
def give(province: dict[str, Any]) -> Any:
    """`give(firm, "B", date(2025, 3, 1))`: a grade entered from its document, for a year."""
    from lantian.office.grading import holding

    def make(enterprise: Any, grade: str, first: date, last: date | None = None, industry: str = "") -> Any:
        return holding.record_given(
            None, enterprise, industry=industry or enterprise.industry, grade=grade, first=first,
            last=last or first + timedelta(days=364), document="省公告",
        )  # fmt: skip

    return make


@pytest.fixture
def office(request: pytest.FixtureRequest, folk: SimpleNamespace) -> SimpleNamespace:
    """The people and everything above by its name, for tests that need much of it."""
    names = ("firm", "make_firm", "apply", "give", "on", "signed_in")
    return SimpleNamespace(**vars(folk), **{name: request.getfixturevalue(name) for name in names})
