"""No page of alarms asks more often when there are more of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from .addresses import Alarms

pytestmark = pytest.mark.django_db
MOST = 28


@pytest.mark.slow
def test_pages_ask_as_often_for_many_as_for_few(works: Any, on: Any, folk: Any, signed_in: Any) -> None:
    with on(1):
        things = Alarms(works)
        first = things.addresses
        pages = [
            "/telemetry/alarms/", "/telemetry/alarms/live/", "/telemetry/alarms/export.xlsx",
            "/telemetry/dual-control/?year=2026", "/telemetry/dual-control/export.xlsx?year=2026",
            "/telemetry/leads/", "/telemetry/leads/export.xlsx", "/regions/141002/panels/alarms/",
            f"/telemetry/alarms/{first['telemetry:alarm']['pk']}/",
            f"/telemetry/leads/{first['telemetry:lead']['pk']}/",
            "/api/telemetry/alarms", "/api/telemetry/dual-control?year=2026", "/api/telemetry/leads",
        ]  # fmt: skip
        browser = signed_in(folk.county)

        def counts() -> dict[str, int]:
            found = {}
            for page in pages:
                assert browser.get(page).status_code == 200, page
                with CaptureQueriesContext(
                    connection,
                ) as asked:
                    browser.get(page)
                found[page] = len(asked)
            return found

        few = counts()
        things.make()
        things.make()
        assert counts() == few
        assert max(few.values()) <= MOST, few
