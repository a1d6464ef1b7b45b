"""How often the pages of dispatch ask: see tests/office/query_counts.py."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.office.dispatch import ordering, reporting
from lantian.office.dispatch.opening import open_round
from lantian.office.dispatch.reporting import Content
from lantian.office.dispatch.round_bulletins import issue_round_bulletin
from lantian.office.frame import clock

PHOTO = b"\xff\xd8\xff" + b"0" * 9


def test_pages_ask_as_often_as_written(
    query_counts: Any, round_: Any, report_of: Any, people: Any, province: Any
) -> None:
    share, plan = report_of("1", "141002"), round_.plans.get()
    with clock.at(datetime(2026, 3, 3, 2, tzinfo=UTC)):
        photo = SimpleUploadedFile("a.jpg", PHOTO)
        reporting.submit(share, people["yaodu"], Content("in_progress", 50, "一半"), files=[photo])
        open_round(people["chief"], plan.region, [plan], name="补报", last_day=date(2026, 3, 30))
        bulletin = issue_round_bulletin(round_, people["chief"])
        order = ordering.issue_order(
            people["chief"], plan.region, title="扬尘", text="整改", to_region=province["141002"],
            reply_by=date(2026, 3, 9),
        )  # fmt: skip
        answer = ordering.reply(order, people["yaodu"], "已办", files=[SimpleUploadedFile("b.jpg", PHOTO)])

    def grow() -> None:
        for day in (25, 26, 27):
            with clock.at(datetime(2026, 3, day, 2, tzinfo=UTC)):
                open_round(people["chief"], plan.region, [plan], name="调度", last_day=date(2026, 3, 30))

    query_counts(
        "dispatch",
        {
            "api:round": {"number": round_.pk},
            "api:round-reports": {"number": round_.pk},
            "api:report": {"number": share.pk},
            "api:round-bulletin": {"number": bulletin.pk},
            "api:order": {"number": order.pk},
            "dispatch:round": {"pk": round_.pk},
            "dispatch:round-xlsx": {"pk": round_.pk},
            "dispatch:round-history": {"pk": round_.pk},
            "dispatch:report": {"pk": share.pk},
            "dispatch:report-history": {"pk": share.pk},
            "dispatch:file": {"pk": share.files.get().pk},
            "dispatch:bulletin": {"pk": bulletin.pk},
            "dispatch:bulletin-docx": {"pk": bulletin.pk},
            "dispatch:order": {"pk": order.pk},
            "dispatch:order-docx": {"pk": order.pk},
            "dispatch:order-history": {"pk": order.pk},
            "dispatch:reply-file": {"pk": answer.files.get().pk},
        },
        grow,
    )
