"""Calendars, rounds as tables, bulletins, orders raised from them, reminders, indicators."""

from __future__ import annotations

import asyncio
import io
import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils.translation import override
from docx import Document

from lantian.errors import LantianError
from lantian.office import indicators
from lantian.office.dispatch import ordering, reminding, reporting, table
from lantian.office.dispatch.models import Reminder, Round, RoundBulletin, SupervisionOrder
from lantian.office.dispatch.opening import declare_calendar, open_round, open_rounds, opening
from lantian.office.dispatch.reporting import Content
from lantian.office.dispatch.round_bulletins import issue_round_bulletin
from lantian.office.frame import clock
from lantian.office.indicators import Period, Subject
from lantian.office.loops import move
from lantian.office.plans.loading import kept_path

IN_TIME = datetime(2026, 3, 1, 2, tzinfo=UTC)
LATE = datetime(2026, 3, 3, 2, tzinfo=UTC)
HALF = Content("in_progress", 50, "改造一半")


def on(day: str) -> Any:
    return clock.at(datetime.fromisoformat(f"{day}T02:00:00+00:00"))


# --- calendars


def test_monthly_rounds_open_once_and_never_after_the_fact(plan: Any, people: Any) -> None:
    calendar = declare_calendar(
        people["chief"], plan.region, name="月调度", kind="monthly", day=31, first=date(2026, 2, 1), plan=plan
    )
    opened = {}
    for day in ("2026-02-27", "2026-02-28", "2026-02-28", "2026-03-02", "2026-03-20", "2026-04-03"):
        with on(day):
            opened.setdefault(day, []).extend(str(r) for r in open_rounds())
    assert {k: v for k, v in opened.items() if v} == {
        "2026-02-28": ["月调度 2026-02"],  # the last day of a short month
        "2026-04-03": ["月调度 2026-03"],  # the job did not run on the day: reports can still be in time
    }
    assert [r.opens for r in calendar.rounds.order_by("pk")] == [date(2026, 2, 28), date(2026, 3, 31)]


def test_weekly_rounds_stay_within_their_campaign(plan: Any, people: Any) -> None:
    calendar = declare_calendar(
        people["chief"], plan.region, name="攻坚", kind="weekly", day=1, first=date(2026, 1, 5),
        last=date(2026, 1, 20), plan=plan, days_to_report=2,
    )  # fmt: skip
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(40)]
    assert {d for day in days if (d := opening(calendar, day))} == {
        date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 19)
    }  # fmt: skip
    with on("2026-01-13"):
        assert [r.period for r in open_rounds()] == ["2026-W03"]


@pytest.mark.parametrize(
    "wrong",
    [{"day": 0}, {"day": 32}, {"kind": "weekly", "day": 8}, {"kind": "weekly", "day": 1}, {"kind": "daily"},
     {"last": date(2025, 1, 1)}, {"name": " "}, {"days_to_report": 0}],
)  # fmt: skip
def test_a_calendar_that_makes_no_sense(plan: Any, people: Any, wrong: dict[str, Any]) -> None:
    given = {"name": "月调度", "kind": "monthly", "day": 25, "first": date(2026, 1, 1), "plan": plan}
    with pytest.raises(LantianError):
        declare_calendar(people["chief"], plan.region, **(given | wrong))


def test_only_who_runs_dispatch_there_opens_rounds(plan: Any, people: Any) -> None:
    for nobody in ("yaodu", "taiyuan", "energy"):
        with pytest.raises(PermissionDenied):
            open_round(people[nobody], plan.region, [plan], name="调度", last_day=date(2099, 1, 1))


def test_done_tasks_are_not_asked_about_again(plan: Any, people: Any, report_of: Any) -> None:
    share = report_of("1", "141002")
    with clock.at(IN_TIME):
        reporting.submit(share, people["yaodu"], Content("done", None, "完成"))
        reporting.verify(share, people["energy"])
    with on("2026-03-25"):
        again = open_round(people["chief"], plan.region, [plan], name="三月", last_day=date(2026, 3, 28))
    assert sorted(r.holder_label for r in again.reports.filter(task=share.task)) == ["临汾市能源局", "洪洞县"]


# --- the hand-worked round: five reports asked
#     尧都区 in time, verified; 洪洞县 late, waiting; 能源局 in time, found false;
#     生态环境局 task 2 missing, task 3 in time and sent back


@pytest.fixture
def worked(round_: Any, report_of: Any, people: Any) -> Round:
    yaodu, hongtong = report_of("1", "141002"), report_of("1", "141024")
    energy, third = report_of("1", "能源局"), report_of("3", "生态环境局")
    with clock.at(IN_TIME):
        reporting.submit(yaodu, people["yaodu"], HALF)
        reporting.verify(yaodu, people["energy"])
        reporting.submit(energy, people["energy"], HALF)
        reporting.find_false(energy, people["chief"], "数据不实")
        reporting.submit(third, people["epb"], HALF)
        reporting.send_back(third, people["chief"], "缺佐证")
    with clock.at(LATE):
        reporting.submit(hongtong, people["hongtong"], HALF)
    return round_


WORKED = {"asked": 5, "in_time": 3, "late": 1, "missing": 1, "waiting": 1, "returned": 1, "verified": 1,
          "false": 1, "done": 0}  # fmt: skip


def test_the_table_counts_by_unit_and_region(worked: Round) -> None:
    with clock.at(LATE):
        units, regions = table.rows_of(worked, table.reports_of(worked))
    assert table.total_of([*units, *regions]) == WORKED
    assert [r.label for r in regions] == ["尧都区", "洪洞县"]
    epb = next(r for r in units if r.label.endswith("生态环境局"))
    assert (epb.counts["asked"], epb.counts["missing"], epb.counts["returned"]) == (2, 1, 1)


def test_a_county_sees_its_own_rows(worked: Round, people: Any) -> None:
    rows = table.reports_of(worked, people["yaodu"])
    assert [r.holder_label for r in rows] == ["尧都区"]
    assert sorted(r.holder_label for r in table.reports_of(worked, people["energy"]))[:1] == [
        "临汾市生态环境局"
    ]


def test_a_bulletin_is_frozen_with_its_papers(worked: Round, people: Any) -> None:
    with clock.at(IN_TIME), pytest.raises(LantianError):
        issue_round_bulletin(worked, people["chief"])  # not due yet
    with clock.at(LATE):
        with pytest.raises(PermissionDenied):
            issue_round_bulletin(worked, people["yaodu"])
        made = issue_round_bulletin(worked, people["chief"], remark="请抓紧")
        second = issue_round_bulletin(worked, people["chief"])
    assert (made.number, second.number, made.year) == (1, 2, 2026)
    assert made.body["total"] == WORKED and made.is_whole
    assert {(t["holder"], tuple(t["why"])) for t in made.body["lagging"]} == {
        ("临汾市生态环境局", ("missing",)), ("临汾市能源局", ("false",)),
    }  # fmt: skip
    read = Document(io.BytesIO(kept_path(made.papers["zh.docx"], ".docx").read_bytes()))
    text = "\n".join(p.text for p in read.paragraphs)
    assert "应报5项：按时报送3项，逾期报送1项，未报1项" in text and "请抓紧" in text
    cells = {cell.text for t in read.tables for row in t.rows for cell in row.cells}
    assert {"尧都区", "洪洞县", "临汾市能源局"} <= cells
    with pytest.raises(TypeError):
        made.save()
    RoundBulletin.objects.filter(pk=made.pk).update(remark="改")
    assert not RoundBulletin.objects.get(pk=made.pk).is_whole


def test_orders_are_raised_from_a_round_in_one_step(worked: Round, people: Any) -> None:
    keys = [r.holder for r in table.reports_of(worked)]
    by = date(2026, 3, 10)
    with clock.at(LATE):
        with pytest.raises(LantianError):  # 尧都区 has nothing to answer for: no order at all is issued
            ordering.raise_from_round(worked, people["chief"], keys, reply_by=by)
        assert not SupervisionOrder.objects.exists()
        units, regions = table.rows_of(worked, table.reports_of(worked))
        behind = [r.key for r in [*units, *regions] if r.is_behind]
        made = ordering.raise_from_round(worked, people["chief"], behind, reply_by=by)
        with pytest.raises(LantianError):
            ordering.raise_from_round(worked, people["chief"], behind[:1], reply_by=by)
    assert [o.number for o in made] == [1, 2, 3]
    hongtong = next(o for o in made if o.to_region)
    assert hongtong.addressee == "洪洞县" and hongtong.subjects.count() == 1
    assert "逾期报送1项" in hongtong.text
    with clock.at(LATE):
        ordering.reply(hongtong, people["hongtong"], "已整改")
        ordering.return_reply(hongtong, people["chief"], "不具体", reply_by=date(2026, 3, 12))
        ordering.reply(hongtong, people["hongtong"], "逐户整改")
        ordering.accept_reply(hongtong, people["chief"])
        ordering.close_order(hongtong, people["chief"])
    assert hongtong.is_closed and [r.text for r in hongtong.replies.all()] == ["已整改", "逐户整改"]


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"text": " "}, {"to_region": None}, {"reply_by": date(2026, 3, 1)}, {"outside": True}],
)
def test_an_order_that_cannot_be_issued(plan: Any, people: Any, province: Any, wrong: dict[str, Any]) -> None:
    given: dict[str, Any] = {
        "title": "扬尘", "text": "整改", "to_region": province["141002"], "reply_by": date(2026, 3, 9)
    }  # fmt: skip
    if wrong.pop("outside", False):
        wrong = {"to_region": province["140105"]}
    with clock.at(LATE), pytest.raises(LantianError):
        ordering.issue_order(people["chief"], plan.region, **(given | wrong))


# --- indicators, by hand on the round above


MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def test_indicators_of_reports(worked: Round, province: Any, unit: Any) -> None:
    city, county = Subject(region=province["141000"]), Subject(region=province["141024"])
    epb = Subject(unit=unit("生态环境局"))
    with on("2026-04-02"):
        # City: 5 asked, 3 in time → 60.0 %. 洪洞县: its one came late. 生态环境局: 1 of 2.
        for subject, ratio, missing, returned, false in (
            (city, "60.0", 1, 1, 1), (county, "0.0", 0, 0, 0), (epb, "50.0", 1, 1, 0)
        ):  # fmt: skip
            answer = indicators.ask("reports_on_time_ratio", subject, MARCH)
            assert answer.value == Decimal(ratio) and len(answer.lines) == answer.count - int(
                answer.value * answer.count / 100
            )
            assert indicators.ask("reports_missing", subject, MARCH).value == missing
            assert indicators.ask("reports_returned", subject, MARCH).value == returned
            assert indicators.ask("reports_false", subject, MARCH).value == false
        none = indicators.ask("reports_on_time_ratio", Subject(region=province["140105"]), MARCH)
        assert none.value is None and none.reason
    with clock.at(IN_TIME):  # nothing is late before its day
        assert indicators.ask("reports_missing", city, MARCH).value is None


def test_indicators_of_tasks(worked: Round, report_of: Any, people: Any, province: Any, unit: Any) -> None:
    """Task 2 is due on 31 March; task 1, held by the energy bureau and two counties, on 31 October."""
    city, epb = Subject(region=province["141000"]), Subject(unit=unit("生态环境局"))
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    with on("2026-04-02"):
        assert indicators.ask("tasks_done_ratio", epb, MARCH).value == 0
        assert indicators.ask("tasks_overdue", city, year).value == 1
        boiler = report_of("2", "生态环境局")
        reporting.submit(boiler, people["epb"], Content("done", None, "拆除"))
        assert indicators.ask("tasks_done_ratio", epb, year).value == 0, "not verified"
        reporting.verify(boiler, people["chief"])
        # Of the city's four duties with a deadline this year one is done: 25.0 %.
        assert indicators.ask("tasks_done_ratio", city, year).value == Decimal("25.0")
        assert indicators.ask("tasks_done_ratio", epb, year).value == 100
        assert indicators.ask("tasks_overdue", city, year).value == 0
        # It was reported on 2 April: at the end of March it was not done.
        assert indicators.ask("tasks_done_ratio", epb, MARCH).value == 0
    with on("2026-11-02"):
        county = Subject(region=province["141002"])
        assert indicators.ask("tasks_overdue", county, year).value == 1
        assert indicators.ask("tasks_overdue", city, year).value == 3


def test_indicators_of_orders(worked: Round, people: Any, province: Any) -> None:
    with clock.at(LATE):
        one, other = (
            ordering.issue_order(
                people["chief"], worked.region, title="扬尘", text="整改", to_region=province[code],
                reply_by=date(2026, 3, 6),
            )
            for code in ("141002", "141024")
        )  # fmt: skip
        ordering.reply(one, people["yaodu"], "已办")
    with on("2026-03-09"):
        ordering.reply(other, people["hongtong"], "迟复")
    with on("2026-04-02"):
        found = {
            code: tuple(
                indicators.ask(name, Subject(region=province[code]), MARCH).value
                for name in ("order_count", "orders_overdue")
            )
            for code in ("141000", "141002", "141024")
        }
    assert found == {"141000": (2, 1), "141002": (1, 0), "141024": (1, 1)}


def test_one_decimal_half_to_even() -> None:
    from lantian.office.dispatch.figures import percent

    assert [percent(*p) for p in ((1, 3), (2, 3), (1, 2000), (3, 2000), (1, 1))] == [
        Decimal(x) for x in ("33.3", "66.7", "0.0", "0.2", "100.0")
    ]


# --- reminders


def test_what_waits_for_whom(worked: Round, people: Any) -> None:
    with clock.at(LATE):
        told = {name: reminding.waiting_for(people[name]) for name in people}
    assert {n: (w.report, w.verify, w.reply) for n, w in told.items() if w.total} == {
        "epb": (2, 0, 0),  # one never written, one sent back
        "energy": (0, 1, 0),  # 洪洞县's share
    }


def test_mail_goes_out_once_a_day(worked: Round, people: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    people["epb"].email = "epb@example.org"
    people["epb"].save()
    with clock.at(LATE):
        assert reminding.remind() == (1, 0)
        assert reminding.remind() == (0, 0)
    assert [(m.to, m.subject) for m in mail.outbox] == [(["epb@example.org"], "蓝天：您有2项待办")]
    with clock.at(LATE + timedelta(days=1)):
        assert reminding.remind() == (1, 0)


class Sink(asyncio.Protocol):
    """A mail host of a few lines: it takes what is sent."""

    taken: list[bytes]

    def connection_made(self, transport: Any) -> None:
        self.transport, self.lines, self.in_data = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.lines += data
        if self.in_data:
            if self.lines.endswith(b"\r\n.\r\n"):
                self.taken.append(self.lines)
                self.in_data, self.lines = False, b""
                self.transport.write(b"250 taken\r\n")
            return
        while b"\r\n" in self.lines and not self.in_data:
            line, _, self.lines = self.lines.partition(b"\r\n")
            verb = line[:4].upper()
            self.in_data = verb == b"DATA"
            self.transport.write(
                {b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}.get(verb, b"250 ok\r\n")
            )


@pytest.fixture
def sink() -> Any:
    """(port, what was taken) of a mail host of this test."""
    taken: list[bytes] = []
    protocol = type("OwnSink", (Sink,), {"taken": taken})
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(protocol, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield server.sockets[0].getsockname()[1], taken
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    server.close()
    loop.run_until_complete(server.wait_closed())
    loop.close()


def test_a_mail_host_that_is_away_is_tried_again(
    worked: Round, people: Any, settings: Any, sink: Any
) -> None:
    from lantian.office.mail import mail as read

    people["epb"].email = "epb@example.org"
    people["epb"].save()
    for name, value in read("smtp://127.0.0.1:1").items():  # nobody listens there
        setattr(settings, name, value)
    with clock.at(LATE):
        assert reminding.remind() == (0, 1)
        kept = Reminder.objects.get()
        assert kept.sent_at is None and "refused" in kept.trouble.lower() and kept.tries == 1
        settings.EMAIL_PORT = sink[0]
        assert reminding.remind() == (1, 0)
    kept.refresh_from_db()
    assert (kept.sent_at, kept.trouble, kept.tries) == (LATE, "", 2)
    assert len(sink[1]) == 1 and b"To: epb@example.org" in sink[1][0]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}),
        ("smtp://u:p%40ss@mail.example.org:2525", {"EMAIL_PORT": 2525, "EMAIL_HOST_PASSWORD": "p@ss"}),
        ("smtps://mail.example.org", {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True, "EMAIL_USE_TLS": False}),
        ("smtp+tls://mail.example.org", {"EMAIL_PORT": 587, "EMAIL_USE_TLS": True}),
    ],
)
def test_the_address_of_a_mail_host(url: str, said: dict[str, Any]) -> None:
    from lantian.office.mail import mail as read

    assert said.items() <= read(url).items()


@pytest.mark.parametrize("url", ["http://x", "smtp://", "smtp://u:secret@h:99999", "mail.example.org"])
def test_an_address_that_is_none_says_so_without_the_password(url: str) -> None:
    from lantian.office.mail import mail as read

    with pytest.raises(LantianError) as error:
        read(url)
    assert "secret" not in error.value.line


def test_the_papers_speak_english_too(worked: Round, people: Any) -> None:
    with clock.at(LATE):
        made = issue_round_bulletin(worked, people["chief"])
        move(worked, "close_round", people["chief"])
    read = Document(io.BytesIO(kept_path(made.papers["en.docx"], ".docx").read_bytes()))
    assert any("5 reports were due" in p.text for p in read.paragraphs)
    with override("en"):
        assert made.label == "No. 1 of 2026"
