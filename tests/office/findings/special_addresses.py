"""One thing of each specialised opening, and more of them, for counting the queries of their pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.office.frame import clock

NOON = datetime(2026, 5, 20, 4, tzinfo=UTC)
HEAD = "latitude,longitude,brightness,acq_date,acq_time,satellite,confidence,frp"


class Things:
    """Makes a fire, complaint, test and check at each call; `addresses` names the first of each."""

    def __init__(self, province: dict[str, Any], folder: Path) -> None:
        self.region, self.folder = province["141002"], folder
        self.numbers: Iterator[int] = iter(range(100))
        made = self.make()
        fire, complaint, test, check = (one.pk for one in made)
        days = "since=2026-05-01&until=2026-05-31"
        self.addresses: dict[str, dict[str, Any]] = {
            "findings:fire": {"pk": fire},
            "api:fire": {"pk": fire},
            "findings:fires": {"?": days},
            "findings:fires-xlsx": {"?": days},
            "api:fires": {"?": days},
            "findings:complaint": {"pk": complaint},
            "api:complaint": {"pk": complaint},
            "findings:complaint-file": {"pk": made[1].files.get().pk},
            "findings:roadside-test": {"pk": test},
            "api:roadside_test": {"pk": test},
            "findings:check": {"pk": check},
            "api:check": {"pk": check},
            "findings:check-new": {"kind": "six_items"},
            "findings:check-file": {"pk": made[3].files.get().pk},
            "findings:heavy": {"?": "period=2026-05"},
        }

    def make(self) -> tuple[Any, Any, Any, Any]:
        """One of each, with the log rows, findings and listings that follow."""
        from lantian.office.findings.special.checks.actions import NewCheck, record_check
        from lantian.office.findings.special.complaints.actions import NewComplaint, receive
        from lantian.office.findings.special.fires.heat import register_source
        from lantian.office.findings.special.fires.importing import take_fires
        from lantian.office.findings.special.fires.models import FireSpot
        from lantian.office.findings.special.roadside.actions import NewTest, record_test

        number = next(self.numbers)
        photo = b"\xff\xd8\xff\xfe\x00\x0aspecial" + bytes([number]) + b"\xff\xd9"
        path = self.folder / f"{number}.csv"
        path.write_text(f"{HEAD}\n36.{number:02d},111.2,320,2026-05-20,0312,T,60,5\n", encoding="utf-8")
        with clock.at(NOON + timedelta(minutes=number)):
            take_fires(None, path, path.name, ground=self)
            register_source(
                None,
                name=f"{number}号窑",
                region=self.region,
                lon=Decimal(112),
                lat=Decimal(30 + number),
                why="窑",
            )
            complaint = receive(
                None,
                NewComplaint(
                    kind="odour",
                    region=self.region,
                    place=f"{number}号",
                    words="异味",
                    files=[SimpleUploadedFile("a.jpg", photo)],
                ),
            ).complaint
            test = record_test(
                None,
                NewTest(
                    plate=f"晋L1000{number}",
                    colour="yellow",
                    method="obd",
                    normal=False,
                    region=self.region,
                    place="路口",
                    tested_on=date(2026, 5, 20),
                ),
            )
            check = record_check(
                None,
                NewCheck(
                    kind="six_items",
                    region=self.region,
                    place=f"{number}号工地",
                    checked_on=date(2026, 5, 20),
                    answers={"wet": "no"},
                    photos={"wet": [SimpleUploadedFile("b.jpg", photo + b"b")]},
                ),
            )
        return FireSpot.objects.order_by("-pk").first(), complaint, test, check

    def at(self, lon: Decimal, lat: Decimal) -> Any:
        """Every point lies in the county."""
        return self.region
