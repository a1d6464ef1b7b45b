"""Consequences at the end of each month, decided by a person; score cards when the year is over."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from lantian.errors import LantianError
from lantian.office.assessment import actions as assessing
from lantian.office.consequences import actions, proposing, supervising
from lantian.office.consequences.models import Proposal
from lantian.office.dispatch import ordering
from lantian.office.loops import move
from lantian.office.regions.models import Region

REGION, UNIT = "assessment.schemes.region_year", "assessment.schemes.unit_year"
LINGCHUAN, LINFEN = "140524", "141000"
# The city's rules are judged when something can have come of it: its duties of March and May, its rounds.
CITY_MONTHS = frozenset({1, 4, 6, 10, 11, 12})


class Consequences:
    """The rules judged on the last day of each month, and once more when the last lies came out."""

    def __init__(self, cast: Any, at: Any, proof: Any) -> None:
        self.cast, self.at, self.proof = cast, at, proof
        self.decided: dict[int, str] = {}
        self.refused = 0
        self.after = 0

    def live(self, day: date, year: int) -> None:
        """Judge and decide on a day, if it is one to judge on."""
        self.after = year + 1
        is_last = (day + timedelta(days=1)).day == 1
        if not (is_last and day.year == year) and day != date(year + 1, 1, 11):
            return
        for code in (LINGCHUAN, LINFEN):
            if code == LINFEN and day.month not in CITY_MONTHS:
                continue
            chief = self.cast.dispatchers[code]
            with self.at(day, 18):
                proposing.propose(chief, on=day)
                rows = Proposal.objects.filter(state="proposed", raised_on=day, region__path__contains=code)
                for row in rows.order_by("pk"):
                    self._decide(row, chief)

    def _decide(self, row: Proposal, chief: Any) -> None:
        """Of three, one is imposed and carried out, one waived, one still waits; money needs an amount.
        Supervision is waived in the year (its orders would count in it) and imposed after it."""
        is_supervision = row.kind == "supervision"
        turn = len(self.decided) % 3 if not is_supervision else int(row.raised_on.year < self.after)
        self.decided[row.pk] = ("imposed", "waived", "waits")[turn]
        if turn == 1:
            actions.decide(row, "waive", chief, "情节轻微（模拟）")
        elif is_supervision and turn == 0:
            self._supervise(row, chief)
        elif turn == 0:
            try:
                actions.decide(row, "impose", chief, "同意（模拟）")
            except LantianError:
                self.refused += 1
                amount = actions.Decision(amount=Decimal(2))
                actions.decide(row, "impose_changed", chief, "每个火点2万元（模拟）", decision=amount)
            actions.carry_out(row, chief, "已落实（模拟）", [self.proof(f"落实{row.pk}")])

    def _supervise(self, row: Proposal, chief: Any) -> None:
        """What is imposed is an order at once; answered and closed, it is the proof."""
        actions.decide(row, "impose", chief, "同意（模拟）")
        order = supervising.orders_of(row).get()
        ordering.reply(order, self.cast.of_unit(row.unit), "已补报（模拟）")
        ordering.accept_reply(order, chief)
        ordering.close_order(order, chief)
        actions.carry_out(row, chief, "已补报（模拟）", [])


def assess(cast: Any, at: Any, year: int) -> dict[str, Any]:
    """The cards of the year: begun in January, open to objections for a week, frozen and published."""
    runs = {}
    for name, code, path in (("county units", LINGCHUAN, UNIT), ("city units", LINFEN, UNIT),
                             ("counties", LINFEN, REGION)):  # fmt: skip
        region = Region.objects.get(code=code)
        with at(date(year + 1, 1, 12)):
            runs[name] = assessing.start(cast.analyst, region, path, str(year))
            move(runs[name], "open_objections", cast.analyst)
        with at(date(year + 1, 1, 20)):
            assessing.freeze(cast.analyst, runs[name])
            move(runs[name], "publish_results", cast.analyst)
    return runs
