"""The one door through which the office asks the kernel: the open lake, and every answer kept by data
version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Required, TypedDict, TypeVar, Unpack
from zoneinfo import ZoneInfo

from django.conf import settings

from lantian import ambient
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.office.monitoring.kept import kept
from lantian.rulebook import Rulebook
from lantian.rulebook import load as load_rulebook

if TYPE_CHECKING:
    from lantian.ambient import DayRecord, Evaluation, Explanation, HourRecord, Period
    from lantian.ambient.events import DayList
    from lantian.ambient.period import Years

T = TypeVar("T")
SHANGHAI = ZoneInfo("Asia/Shanghai")
AIR = "ambient_"
CITY_HOUR, STATION_HOUR, CITY_DAY = "ambient_city_hour", "ambient_station_hour", "ambient_city_day"


def lake_path() -> Path:
    """Where the observations of this office live."""
    return Path(settings.DATA) / "lake"


@lru_cache(maxsize=4)
def _open(path: str) -> Lake:
    return Lake.open(Path(path), create=True)


def lake() -> Lake:
    """The office's lake, opened once per process; an empty one is made where there is none."""
    return _open(str(lake_path()))


@lru_cache(maxsize=4)
def _rules(folder: Path) -> Rulebook:
    return load_rulebook(sorted(folder.glob("*.yaml")))


def rulebook() -> Rulebook:
    """The packaged rules with the office's own laid over them: the files of DATA/rules, by name.

    Read once a process: a changed file counts after the office was started again. Figures kept under other
    rules are never shown for these.

    Raises
    ------
    LantianError
        a rule file is wrong: file, line and what to do
    """
    return _rules(Path(settings.DATA) / "rules")


def data_version() -> int:
    """The newest version that brought hours or days of ambient air: what every figure of the air rests on.

    A dustfall month or a road sample makes a later version of the store and no other figure of the air.
    """
    commits = reversed(lake().commits())
    return next((commit.version for commit in commits if commit.kind.startswith(AIR) and not commit.joins), 0)


def store_version() -> int:
    """The newest version of the store, whatever it brought."""
    return lake().version


def _digest(groups: Mapping[str, str] | None, places: Sequence[str] | None) -> str:
    text = repr((sorted(groups.items()) if groups is not None else None, sorted(places) if places else None))
    return hashlib.sha256(text.encode()).hexdigest()


def _key(
    period: Period,
    level: str,
    regime: str,
    *,
    groups: Mapping[str, str] | None,
    places: Sequence[str] | None,
    as_of: int | None,
) -> tuple[object, ...]:
    return (period.first, period.last, period.kind, level, regime, _digest(groups, places), as_of)


def _kept(name: str, arguments: object, compute: Callable[[], T]) -> T:
    """Kept under the data version and the rules of this office."""
    return kept(name, data_version(), (rulebook().digest, arguments), compute)


class Asked(TypedDict, total=False):
    """What `evaluate` and `daily` are both asked, besides the period."""

    level: Required[str]
    regime: Required[str]
    groups: Mapping[str, str] | None
    places: Sequence[str] | None
    as_of: int | None


def evaluation(period: Period, **asked: Unpack[Asked]) -> Evaluation:
    """`lantian.ambient.evaluate` on the office's lake, kept."""
    return _asked("evaluate", ambient.evaluate, period, asked)


def days(period: Period, **asked: Unpack[Asked]) -> list[DayRecord]:
    """`lantian.ambient.daily` on the office's lake, kept."""
    return _asked("daily", ambient.daily, period, asked)


def ask(
    name: str,
    question: Callable[..., T],
    period: Period | Years,
    told: Mapping[str, object] | None = None,
    *,
    day_list: DayList | None = None,
    **asked: Unpack[Asked],
) -> T:
    """Another question of `lantian.ambient` on the office's lake, kept: `compare`, `evaluate_attainment` …

    Parameters
    ----------
    name
        under which the answer is kept, one a question
    question
        takes the lake, a period (or years) and the options of `evaluate`
    told
        what else the question is asked by keyword; told apart by its `repr`
    day_list
        dust and event days to take out; None takes none
    """
    more = dict(told or {})
    excluded = {"day_list": day_list} if day_list is not None else {}
    key = (
        repr(period),
        tuple(sorted((argument, repr(value)) for argument, value in more.items())),
        asked["level"],
        asked["regime"],
        _digest(asked.get("groups"), asked.get("places")),
        asked.get("as_of"),
        day_list.digest if day_list is not None else "",
    )
    return _kept(
        name, key, lambda: question(lake(), period, **more, **asked, **excluded, rulebook=rulebook())
    )


def _asked(name: str, question: Callable[..., T], period: Period, asked: Asked) -> T:
    key = _key(
        period,
        asked["level"],
        asked["regime"],
        groups=asked.get("groups"),
        places=asked.get("places"),
        as_of=asked.get("as_of"),
    )
    return _kept(name, key, lambda: question(lake(), period, **asked, rulebook=rulebook()))


def realtime(
    *,
    level: str,
    groups: Mapping[str, str] | None = None,
    at: datetime | None = None,
    regime: str = "by-date",
) -> list[HourRecord]:
    """`lantian.ambient.realtime` on the office's lake, kept."""
    return _kept(
        "realtime",
        (level, at, regime, _digest(groups, None)),
        lambda: ambient.realtime(
            lake(), level=level, groups=groups, at=at, regime=regime, rulebook=rulebook()
        ),
    )


def explanation(
    place: str,
    indicator: str,
    period: Period,
    *,
    level: str,
    regime: str,
    groups: Mapping[str, str] | None = None,
    as_of: int | None = None,
) -> Explanation:
    """`lantian.ambient.explain` on the office's lake, kept."""
    return _kept(
        "explain",
        (place, indicator, *_key(period, level, regime, groups=groups, places=None, as_of=as_of)),
        lambda: ambient.explain(
            lake(),
            place,
            indicator,
            period,
            level=level,
            regime=regime,
            groups=groups,
            as_of=as_of,
            rulebook=rulebook(),
        ),
    )


def explanation_with_rows(
    place: str,
    indicator: str,
    period: Period,
    *,
    level: str,
    regime: str,
    groups: Mapping[str, str] | None = None,
    as_of: int | None = None,
) -> Explanation:
    """The same with the store's own hours, to be replayed elsewhere; too large to be kept."""
    return ambient.explain(
        lake(),
        place,
        indicator,
        period,
        level=level,
        regime=regime,
        groups=groups,
        as_of=as_of,
        rulebook=rulebook(),
        rows=True,
    )


def latest_hour(kinds: Sequence[str] = (CITY_HOUR, STATION_HOUR)) -> datetime | None:
    """End of the newest hour held, in Asia/Shanghai; None where there are no hours yet."""
    ends = [span[1] for kind in kinds if kind in lake().kinds() and (span := lake().span(kind)) and span[1]]
    return max(ends).astimezone(SHANGHAI) if ends else None


def latest_day() -> date | None:
    """The newest local day whose last hour is held. The hour that ends at 00:00 belongs to the day before."""
    end = latest_hour()
    if end is None:
        return None
    day = (end - timedelta(hours=1)).date()
    return day if end.hour == 0 else day - timedelta(days=1)


def first_day() -> date | None:
    """The oldest local day whose first hour is held, the one that ends at 01:00."""
    starts = [
        span[0]
        for kind in (CITY_HOUR, STATION_HOUR)
        if kind in lake().kinds() and (span := lake().span(kind)) and span[0]
    ]
    if not starts:
        return None
    begin = min(starts).astimezone(SHANGHAI) - timedelta(hours=1)
    return begin.date() if begin.hour == 0 else begin.date() + timedelta(days=1)


def regime_on(day: date) -> str:
    """The regime in force on a day, by name; the oldest one for days before any was in force nationwide."""
    try:
        return rulebook().regime_on(day)
    except LantianError:
        return regimes()[0]


def settled(regime: str, first: date) -> str:
    """`regime`, or the oldest one where `by-date` has none to offer on the first day of a period."""
    if regime != "by-date":
        return regime
    try:
        rulebook().regime_on(first)
    except LantianError:
        return regimes()[0]
    return regime


def regimes() -> list[str]:
    """The regimes the rulebook knows, oldest first."""
    return list(rulebook().regimes())
