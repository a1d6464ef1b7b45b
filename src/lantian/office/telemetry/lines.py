"""The state of lines: which devices are heard, which are late or silent, and what the list is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.office.frame import clock
from lantian.office.ledgers.industry.line_device import LineDevice, LineKind
from lantian.office.monitoring.kernel import rulebook
from lantian.office.people.scope import get_visible_or_404, is_outsider
from lantian.office.regions.models import Region
from lantian.office.registers.listing.asking import matching
from lantian.office.telemetry import door

if TYPE_CHECKING:
    from lantian.telemetry.store import Device

STATES = {
    "online": pgettext_lazy("a line", "online"),
    "late": pgettext_lazy("a line", "late"),
    "silent": pgettext_lazy("a line", "silent"),
    "never": pgettext_lazy("a line", "never heard"),
    "blocked": pgettext_lazy("a line", "blocked"),
}
TONES = {"online": "good", "late": "warn", "silent": "bad", "never": "", "blocked": "bad"}
WORST_FIRST = ("silent", "late", "never", "blocked", "online")
IN_USE = ("building", "working")
SORTS = ("", "mn", "name", "-heard", "heard")
PLAIN = "any"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the list of lines is asked for; `page` is read apart."""

    q: str = ""
    region: str = ""
    kind: str = ""
    state: str = ""
    waiting: bool = False
    sort: str = ""


def wish_of(params: Mapping[str, str]) -> Wish:
    """Read an address; what is no known word is left out."""
    return Wish(
        q=str(params.get("q", "")).strip()[:100],
        region=str(params.get("region", "")).strip()[:12],
        kind=_one_of(params.get("kind"), LineKind.values),
        state=_one_of(params.get("state"), STATES),
        waiting=params.get("waiting") == "1",
        sort=_one_of(params.get("sort"), SORTS),
    )


def _one_of(text: Any, known: Iterable[str]) -> str:
    return str(text) if text in known else ""


@lru_cache(maxsize=32)
def _minutes(on: date, digest: str) -> dict[str, tuple[int, int]]:
    rule = rulebook().rule("telemetry.lines.state", on=on)
    return {kind: (int(row["late"]), int(row["silent"])) for kind, row in dict(rule.value).items()}


def limits_of(kind: str, on: date | None = None) -> tuple[int, int]:
    """After how many minutes a line of this kind is late, then silent, by the rule of the day."""
    known = _minutes(on or clock.today(), rulebook().digest)
    return known.get(kind) or known[PLAIN]


def state_of(kind: str, heard: Device | None, now: datetime) -> str:
    """One of `STATES`: by the last packet that came, whatever it said."""
    if heard is not None and heard.state == "blocked":
        return "blocked"
    if heard is None or heard.last_seen is None:
        return "never"
    late, silent = limits_of(kind, clock.today())
    waited = now - heard.last_seen
    if waited > timedelta(minutes=silent):
        return "silent"
    return "late" if waited > timedelta(minutes=late) else "online"


@dataclass(frozen=True, slots=True)
class Key:
    """A device of the list, before its record is read."""

    pk: int
    mn: str
    kind: str
    name: str
    state: str
    heard: Device | None


@dataclass(frozen=True, slots=True)
class Found:
    """The devices that suit a wish, the worst first, and how many there are of each state around it."""

    keys: list[Key]
    counts: Mapping[str, int]
    all: int
    waiting: int
    region: Region | None = None


@dataclass(slots=True)
class Row:
    """A device as the list shows it."""

    device: LineDevice
    heard: Device | None
    state: str
    rates: Any = None
    clock: int | None = None
    refused: int = 0

    @property
    def state_label(self) -> str:
        """The state of the line in words."""
        return str(STATES[self.state])

    @property
    def tone(self) -> str:
        """How a badge of this state looks."""
        return TONES[self.state]

    @property
    def clock_is_off(self) -> bool:
        """Whether the device's clock is off by more than the rule allows; `clock` is the last day's [s]."""
        allowed = int(rulebook().rule("telemetry.lines.clock", on=clock.today()).number)
        return self.clock is not None and abs(self.clock) > allowed


def devices_of(user: Any, wish: Wish) -> tuple[Any, Region | None]:
    """The records a person sees that suit the wish, whatever their lines do, and the region asked for."""
    rows = LineDevice.objects.visible_to(user).filter(withdrawn=False, status__in=IN_USE)
    region = None
    if wish.region:
        seen = Region.objects.defer("geometry")
        region = get_visible_or_404(seen, user, code=wish.region)
        rows = rows.filter(region__path__startswith=region.path)
    if wish.kind:
        rows = rows.filter(kind=wish.kind)
    if wish.q:
        rows = rows.filter(matching(LineDevice.ledger, wish.q) or Q(pk__in=()))
    return rows, region


def found(user: Any, wish: Wish) -> Found:
    """The devices of a person's scope that suit a wish, with the state of their lines."""
    rows, region = devices_of(user, wish)
    heard, now = door.heard(), door.now()
    keys = []
    waiting = 0
    counts: Counter[str] = Counter()
    outside = is_outsider(user)
    for pk, mn, kind, name, on_line in rows.order_by().values_list("pk", "mn", "kind", "name", "on_line"):
        # Who enters a number is not told what comes under it until the office says that it is theirs.
        one = None if outside and not on_line else heard.get(mn)
        state = state_of(kind, one, now)
        counts[state] += 1
        unconfirmed = one is not None and one.state == "unconfirmed"
        waiting += unconfirmed
        if (wish.state in ("", state)) and (unconfirmed or not wish.waiting):
            keys.append(Key(pk, mn, kind, name, state, one))
    return Found(_sorted(keys, wish.sort), counts, sum(counts.values()), waiting, region)


def _sorted(keys: list[Key], sort: str) -> list[Key]:
    if sort in ("mn", "name"):
        return sorted(keys, key=lambda key: (getattr(key, sort), key.mn))
    if sort in ("heard", "-heard"):
        newest = sort == "-heard"
        return sorted(keys, key=lambda key: (_heard_at(key, newest), key.mn), reverse=newest)
    order = {state: place for place, state in enumerate(WORST_FIRST)}
    return sorted(keys, key=lambda key: (order[key.state], -_heard_at(key, True), key.mn))


def _heard_at(key: Key, newest: bool) -> float:
    if key.heard is None or key.heard.last_seen is None:
        return 0.0 if newest else float("inf")
    return key.heard.last_seen.timestamp()


def rows_of(keys: Iterable[Key]) -> list[Row]:
    """The records of some devices, in their order, with region, enterprise and outlet."""
    keys = list(keys)
    records = (
        LineDevice.objects.filter(pk__in=[key.pk for key in keys])
        .select_related("region", "enterprise", "outlet")
        .defer("region__geometry")
        .in_bulk()
    )
    return [
        Row(records[key.pk], key.heard, key.state, refused=door.refused(key.heard))
        for key in keys
        if key.pk in records
    ]


@dataclass(frozen=True, slots=True)
class Online:
    """How many lines of a region are heard: `rate` [%] of those that are confirmed and not blocked."""

    all: int
    online: int
    late: int
    silent: int
    never: int
    rows: list[Row] = field(default_factory=list)

    @property
    def rate(self) -> str | None:
        """Online and late ones of all, one decimal; None where there are none."""
        return f"{100 * self.online / self.all:.1f}" if self.all else None


def online_of(user: Any, region: Region, most: int = 6) -> Online:
    """The lines of a region for its panel: counts, and the silent ones, the longest silent first."""
    answer = found(user, Wish(region=region.code))
    silent = [key for key in answer.keys if key.state in ("silent", "never")]
    n = answer.counts
    return Online(
        answer.all - n.get("blocked", 0), n.get("online", 0), n.get("late", 0), n.get("silent", 0),
        n.get("never", 0), rows_of(silent[:most]),
    )  # fmt: skip


WAITING = _("to be confirmed")
