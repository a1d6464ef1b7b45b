"""Screens, decisions and a simulated list of dust days, so that those pages have something to show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from lantian.office.demo.simulate import Simulation
    from lantian.office.people.models import User

SIMULATED = "模拟"
LOCAL = timezone(timedelta(hours=8))
AROUND = timedelta(days=7)
LAST_DAYS = 28
# Which reaches of the valley a storm of the demonstration was told for; not every city is named every time.
NAMED = ("太原市", "大同市", "朔州市", "忻州市", "晋中市", "吕梁市", "临汾市", "运城市")


def fill(made: Simulation, people: Mapping[str, User], today: date) -> None:
    """Screen a few stretches that hold defects, decide about two findings, keep a list of dust days."""
    from lantian.ambient.screens import CODES
    from lantian.errors import LantianError
    from lantian.office.quality import actions, screening
    from lantian.office.quality.models import Suspicion
    from lantian.office.quality.rules import Wish

    for first, last in _stretches(made, today):
        try:
            screening.screen_hours(None, first, last)
        except LantianError:
            continue  # a small build may hold nothing of those days
    found = sorted(Suspicion.objects.all(), key=lambda row: (list(CODES).index(row.code), row.since))
    frozen = [row for row in found if row.code == "frozen"]
    others = [row for row in found if row.code == "spike" and row.since.date() < today - timedelta(days=60)]
    if frozen:
        reason = f"现场核查：采样泵停转，读数不变，该时段无效。（{SIMULATED}）"
        actions.decide(people["analyst"], frozen[:1], Wish("void", reason))
    if others:
        reason = f"运维记录：当时站旁燃放烟花，数据属实。（{SIMULATED}）"
        actions.decide(people["analyst"], others[:1], Wish("accept", reason))
    _dust_days(made, people)


def _stretches(made: Simulation, today: date) -> list[tuple[date, date]]:
    """The last weeks, and the weeks around the planned defects that stand for long."""
    found = [(today - timedelta(days=LAST_DAYS), today)]
    for defect in made.defects:
        if defect.kind in {"frozen", "inverted", "closed"}:
            first = _moment(defect.first)
            last = min(_moment(defect.last), first + AROUND)
            found.append(((first - AROUND).date(), (last + AROUND).date()))
    return found


def _dust_days(made: Simulation, people: Mapping[str, User]) -> None:
    """The storms of the last year as the list a monitoring centre would send."""
    from lantian.office.quality import event_days
    from lantian.office.regions.models import Region

    newest = made.calendar.local_day()[made.hours - 1]
    storms = [storm for storm in made.storms if (newest - storm[0]).astype(int) <= 400][-6:]
    if not storms:
        return
    lines = ["城市,起始日期,结束日期,剔除项目,用于,原因"]
    for number, (first, last) in enumerate(storms):
        for place, city in enumerate(NAMED[number % 3 :: 1 + number % 2]):
            use = "浓度和AQI" if place % 3 else "浓度"
            lines.append(f"{city},{first},{min(last, first + 2)},PM10、PM2.5,{use},沙尘过程（{SIMULATED}）")
    title = f"沙尘天气过程扣除清单（{SIMULATED}）"
    event_days.keep(
        people["analyst"],
        Region.objects.get(code="140000"),
        "dust-days.csv",
        "\n".join(lines).encode(),
        title,
    )


def _moment(stamp: np.datetime64) -> datetime:
    seconds: Any = stamp.astype("datetime64[s]").astype(int)
    return datetime.fromtimestamp(int(seconds), UTC).astimezone(LOCAL)
