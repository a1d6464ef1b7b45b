"""The rounds of one plan, day by day, by people through the office's own actions."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from types import ModuleType
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.errors import LantianError
from lantian.office.dispatch import ordering, reporting, table
from lantian.office.dispatch.models import Report, Round
from lantian.office.dispatch.reporting import Content
from lantian.office.dispatch.round_bulletins import issue_round_bulletin
from lantian.office.frame import clock
from lantian.office.loops import move
from lantian.office.plans.models import Plan

LOCAL = timezone(timedelta(hours=8))
PROOF = b"%PDF-1.4 proof of the simulated year, "


def at(day: date, hour: int = 10) -> Any:
    """The office's clock stands on an hour of a local day."""
    return clock.at(datetime.combine(day, time(hour), LOCAL))


def proof(name: str) -> SimpleUploadedFile:
    """A paper that proves something, each with its own words."""
    return SimpleUploadedFile(f"{name}.pdf", PROOF + name.encode())


class Rounds:
    """One plan's rounds: what is done in them on which day."""

    def __init__(self, plan: Plan, course: Any, cast: Any, behaviour: ModuleType) -> None:
        self.plan, self.course, self.cast, self.behaviour = plan, course, cast, behaviour
        self.dispatcher = cast.dispatchers[plan.region.code]
        self.numbers = {task.pk: n for n, task in enumerate(plan.tasks.order_by("start"), 1)}
        self.by_month: dict[int, Round] = {}
        self.asked: dict[int, set[tuple[int, str]]] = {}
        self.bulletins: dict[int, Any] = {}
        self.orders: list[tuple[int, str, Any]] = []
        self.refused = {"own": 0, "other": 0, "closed": 0}

    def live(self, day: date) -> None:
        """What happens on a day, after the daily job."""
        month, b = day.month, self.behaviour
        opened = Round.objects.filter(plans=self.plan, opens=day).first()
        if opened is not None:
            self._begin(month, opened)
        if month in self.by_month:
            if day.day in (b.SUBMITS, b.AGAIN) or b.DUE < day.day <= b.DUE + 3:
                self._submit(month, day)
            if day.day in (b.CHECKS, b.CHECKS_AGAIN, b.LATE_CHECKS):
                self._check(month, day)
            if day.day == b.CLOSES:
                self._close(month, day)
        if day.day == 10:
            self._come_out(day)
        self._reply(day)

    def _begin(self, month: int, opened: Round) -> None:
        self.by_month[month] = opened
        rows = Report.objects.filter(round=opened).select_related("unit__region", "region")
        self.rows = {(self.numbers[r.task_id], self.holder(r)): r for r in rows}
        self.asked[month] = set(self.rows)

    @staticmethod
    def holder(report: Report) -> str:
        """As the oracle names it: the path of a region, the name of a unit."""
        return report.region.path if report.region is not None else report.unit.name

    def _report(self, one: Any) -> Report:
        key = (one.duty.task.number, one.duty.holder)
        return self.rows[key] if one.month == max(self.by_month) else self._of(one)

    def _of(self, one: Any) -> Report:
        found = Report.objects.filter(round=self.by_month[one.month]).select_related("unit", "region")
        return next(
            r for r in found
            if (self.numbers[r.task_id], self.holder(r)) == (one.duty.task.number, one.duty.holder)
        )  # fmt: skip

    def _reporter(self, report: Report) -> Any:
        return self.cast.of_region(report.region) if report.region else self.cast.of_unit(report.unit)

    def _verifier(self, report: Report, one: Any) -> Any:
        """The lead's person for what others report; the supervision office for all else."""
        lead = one.duty.lead
        return self.cast.of_unit(report.lead) if lead and lead != one.duty.unit else self.dispatcher

    def _submit(self, month: int, day: date) -> None:
        """Everything that is sent on this day: for the first time, late, or again."""
        b = self.behaviour
        for one in self.course.rounds[month]:
            first = one.returned and day.day == b.SUBMITS
            if one.on == day or first:
                report = self._report(one)
                with at(day):
                    reporting.submit(report, self._reporter(report), self._content(one, report), sure=True)

    def _content(self, one: Any, report: Report) -> Content:
        if one.done:
            progress, percent = "done", 100
        else:
            progress, percent = "in_progress", 5 * one.month
        done = {
            q.pk: q.value if one.done else (q.value * percent / 100).quantize(Decimal(1))
            for q in report.task.quantities.all()
            if one.duty.speaks and q.value is not None and q.value >= 0
        }
        return Content(progress, percent, f"{one.month}月进展（模拟）。", done, one.met)

    def _check(self, month: int, day: date) -> None:
        """Verified, sent back or found false, by someone who did not send it."""
        b = self.behaviour
        for one in self.course.rounds[month]:
            if one.on is None:
                continue
            due = b.LATE_CHECKS if one.late else b.CHECKS_AGAIN if one.returned else b.CHECKS
            if day.day != due and not (one.returned and day.day == b.CHECKS):
                continue
            report = self._report(one)
            with at(day, 15):
                verifier = self._verifier(report, one)
                self._try_own(report)
                if one.returned and day.day == b.CHECKS:
                    reporting.send_back(report, verifier, "缺少现场照片（模拟）")
                elif one.false == "at once":
                    paper = proof(f"核查{report.pk}")
                    reporting.find_false(report, verifier, "现场未完成（模拟）", files=[paper])
                else:
                    reporting.verify(report, verifier)

    def _try_own(self, report: Report) -> None:
        """Who sent a report tries to verify it; once for every state of affairs is enough."""
        if self.refused["own"] >= 40:
            return
        try:
            reporting.verify(report, self._reporter(report))
        except PermissionDenied:
            self.refused["own"] += 1
        else:
            raise AssertionError(f"{report} was verified by who sent it")

    def _close(self, month: int, day: date) -> None:
        """The bulletin, the orders to who reported nothing, the end of the round; and a report after it."""
        round_ = self.by_month[month]
        with at(day, 9):
            self.bulletins[month] = issue_round_bulletin(round_, self.dispatcher)
            rows = [row for part in table.rows_of(round_, table.reports_of(round_)) for row in part]
            silent = [row for row in rows if row.counts["missing"]]
            by_key = {row.key: self.holder(row.reports[0]) for row in silent}
            made = ordering.raise_from_round(
                round_, self.dispatcher, list(by_key),
                reply_by=day + timedelta(days=self.behaviour.REPLY_DAYS),
            )  # fmt: skip
            self.orders += [(month, by_key[key], order) for key, order in zip(by_key, made, strict=True)]
        with at(day, 17):
            move(round_, "close_round", self.dispatcher)
            for row in silent[:1]:
                report = row.reports[0]
                try:
                    reporting.submit(report, self._reporter(report), Content("done", 100, "补报（模拟）"))
                except LantianError:
                    self.refused["closed"] += 1

    def _come_out(self, day: date) -> None:
        """Lies of the last round that were verified are found out."""
        last = (day.replace(day=1) - timedelta(days=1)).month
        for one in self.course.rounds.get(last, ()):
            if one.false == "later" and last in self.by_month:
                report = self._of(one)
                with at(day, 11):
                    who = self._verifier(report, one)
                    reporting.find_false(report, who, "复核未完成（模拟）", files=[proof(f"复核{report.pk}")])

    def _reply(self, day: date) -> None:
        """Orders answered five days after they came, or twelve, or never."""
        b = self.behaviour
        for month, holder, order in self.orders:
            habit = b.reply(self.course.index(holder), month)
            after = {b.REPLIES_IN_TIME: 5, b.REPLIES_LATE: 12}.get(habit)
            if after is None or day != date(b.YEAR, month, b.CLOSES) + timedelta(days=after):
                continue
            with at(day, 14):
                who = self.cast.of_region(order.to_region) if order.to_region else None
                who = who or self.cast.of_unit(order.to_unit)
                ordering.reply(order, who, "已补报并说明原因（模拟）")
                ordering.accept_reply(order, self.dispatcher)
                ordering.close_order(order, self.dispatcher)
