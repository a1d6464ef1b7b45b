"""One alarm, total and lead after another, for counting the queries of their pages; with what these need."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any


class Alarms:
    """Makes an enterprise with an alarm, a line of dual control and a lead at each call.

    `addresses` names what the pages of the first one need, as `query_counts` takes it.
    """

    def __init__(self, works: Callable[..., Any]) -> None:
        self.works, self.made = works, 0
        alarm, lead = self.make()
        self.addresses: dict[str, dict[str, Any]] = {
            "telemetry:alarm": {"pk": alarm.pk},
            "telemetry:alarm-file": {"pk": alarm.files.get().pk},
            "telemetry:lead": {"pk": lead.pk},
            "telemetry:lead-file": {"pk": lead.files.get().pk},
            "telemetry:dual-control": {"?": "year=2026"},
            "telemetry:dual-control-xlsx": {"?": "year=2026"},
            "api:alarm": {"pk": alarm.pk},
            "api:lead": {"pk": lead.pk},
            "api:dual_control": {"?": "year=2026"},
        }

    def make(self) -> tuple[Any, Any]:
        """One more of each; the alarm and the lead."""
        from datetime import UTC, datetime, timedelta

        from django.core.files.uploadedfile import SimpleUploadedFile

        from lantian.office.dispatch.evidence import keep
        from lantian.office.telemetry.alarms.models import Alarm, AlarmFile, DualControl, Lead, LeadFile
        from lantian.office.telemetry.alarms.raising import begin, of_device

        self.made += 1
        plant = self.works(f"第{self.made}铸造厂")
        since = datetime(2026, 3, 2, 2, tzinfo=UTC)
        alarm = begin(
            Alarm(
                key=f"hour|{plant.mn}", kind="hour", mn=plant.mn, factor="a21002", basis="permit", level=2,
                limit=Decimal(50), peak=Decimal(60), ratio=Decimal("1.2"), count=2, since=since,
                until=since + timedelta(hours=2), **of_device(plant.device),
            )
        )  # fmt: skip
        lead = Lead.objects.create(
            key=f"frozen|{plant.mn}", screen="frozen", mn=plant.mn, score=Decimal("0.8"),
            first=date(2026, 3, 1), last=date(2026, 3, 2), **of_device(plant.device),
        )  # fmt: skip
        DualControl.objects.create(
            enterprise=plant.firm, region=plant.firm.region, factor="a21002", year=2026, total=Decimal(10),
            used=Decimal(4), hours_valid=24,
        )  # fmt: skip
        paper = keep(SimpleUploadedFile("a.pdf", b"%PDF-1.7 a paper"))
        AlarmFile.objects.create(alarm=alarm, **paper.fields)
        LeadFile.objects.create(lead=lead, **paper.fields)
        return alarm, lead
