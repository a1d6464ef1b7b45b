"""Limits of an outlet never overlap, totals stand once, and neither is the enterprise's to write."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from lantian.errors import LantianError
from lantian.office.ledgers.industry.outlet_limit import OutletLimit
from lantian.office.registers import actions
from lantian.office.registers.reader import Reader

pytestmark = pytest.mark.django_db


def test_days_of_a_limit_do_not_overlap(works: Any, limit: Any) -> None:
    made = works()
    first = limit(made, "50", valid_from="2025-01-01", valid_to="2025-12-31")
    limit(made, "35", valid_from="2026-01-01")
    limit(made, "100", basis="国家标准")
    limit(made, "40", averaging="日均值")
    for since, until in (("2025-12-31", ""), ("2024-01-01", "2025-01-01"), ("2027-01-01", "2027-02-01")):
        with pytest.raises(LantianError, match="重叠"):
            limit(made, "30", valid_from=since, valid_to=until)
    limit(made, "80", valid_from="2024-01-01", valid_to="2024-12-31")
    read = Reader(first.ledger, None).read({"valid_to": "2026-01-01"}, copy.copy(first))
    with pytest.raises(LantianError, match="重叠"):
        actions.change(None, read, version=first.version, confirmed=True)
    first.refresh_from_db()
    assert str(first.valid_to) == "2025-12-31" and OutletLimit.objects.count() == 5


def test_a_withdrawn_limit_is_in_nobodys_way(works: Any, limit: Any) -> None:
    made = works()
    first = limit(made, "50")
    actions.withdraw(None, first, "录错")
    assert limit(made, "35").value == 35


def test_limits_are_judged_by_the_office(works: Any, limit: Any, person: Any) -> None:
    made = works()
    row = limit(made, "50")
    own = person("own", "141002", unit=made.firm.account)
    read = Reader(row.ledger, own).read({"value": "500"}, copy.copy(row))
    assert read.faults or not actions.may_keep(own, row)
    with pytest.raises((LantianError, PermissionDenied)):
        actions.change(own, read, version=row.version, confirmed=True)
    row.refresh_from_db()
    assert row.value == 50


def test_a_total_stands_once_for_the_works_and_once_for_an_outlet(works: Any, keep: Any) -> None:
    made = works()
    raw = {"enterprise": made.firm, "factor": "氮氧化物", "year": "2026", "tonnes": "10"}
    whole = keep("permit_totals", **raw)
    keep("permit_totals", **raw, outlet=made.outlet)
    keep("permit_totals", **{**raw, "year": "2027"})
    for more in ({}, {"outlet": made.outlet}):
        with pytest.raises(actions.AlreadyThereError):
            keep("permit_totals", **raw, **more)
    assert str(whole).startswith("2026 氮氧化物 10")


@pytest.mark.parametrize(
    ("field", "value"), [("value", "0"), ("value", "-1"), ("valid_to", "2024-12-31"), ("factor", "PM2.5")]
)
def test_what_makes_no_limit_is_refused(works: Any, field: str, value: str) -> None:
    made = works()
    raw = {
        "enterprise": made.firm, "outlet": made.outlet, "factor": "氮氧化物", "basis": "超低排放",
        "averaging": "小时均值", "value": "50", "valid_from": "2025-01-01", "document": "证", field: value,
    }  # fmt: skip
    assert [fault.field for fault in Reader(OutletLimit.ledger, None).read(raw).faults] == [field]
