"""What the host asks of sites: one request a device at a time, repeated until answered, followed to its end.

A request goes out with a QN of its own; the site says 9011 (will do it or not), sends what was asked for as
packets with numbers of their own, and closes with 9012. Nothing here waits: `tick` looks at the clock,
`heard` and `answers` are called when a site speaks.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from lantian.errors import LantianError
from lantian.telemetry.hj212 import instant, request, stamp
from lantian.telemetry.server.access import Known
from lantian.telemetry.server.settings import Rules, Settings
from lantian.telemetry.store.requests import Request, RequestState

log = logging.getLogger("lantian.telemetry.server")

NOTICES = frozenset({"2012", "2022"})
"""Told, not asked: the site answers with 9013 and nothing else."""
DONE = "1"
_FLAGS = {2005: 1, 2017: 5, 2025: 9}
_SYSTEM = "31"


class Outbox(Protocol):
    """Where the states of requests are kept."""

    def turn(
        self,
        number: int,
        state: RequestState,
        *,
        at: datetime,
        qn: str | None = None,
        qn_rtn: int | None = None,
        exe_rtn: int | None = None,
    ) -> None: ...

    def changed(self, mn: str, params: Mapping[str, str]) -> None:
        """A site took a new password or key."""


@dataclass(slots=True)
class Exchange:
    """One request under way. `number` is None for what the server asks by itself."""

    mn: str
    cn: str
    params: Mapping[str, str]
    number: int | None = None
    st: str = ""
    state: RequestState = "queued"
    qn: str = ""
    tries: int = 0
    deadline: float = 0.0
    span: tuple[datetime, datetime] | None = field(default=None)

    @classmethod
    def of(cls, request: Request) -> Exchange:
        """A request of the outbox, in whatever state a server before left it."""
        found = cls(request.mn, request.cn, request.params, request.id, request.st)
        if request.state == "accepted" and request.qn:
            found.state, found.qn, found.tries = "accepted", request.qn, request.tries
        found.span = _span(request.params)
        return found


class Dialogue:
    """The requests of all devices.

    Parameters
    ----------
    known
        the devices, as the server holds them
    outbox
        told of every change of a request
    settings, rules
        what a site is told when it connects; timeouts and repeats
    steady, wall
        the loop's clock [s], and the instant now (None while the clock cannot be trusted)
    """

    def __init__(
        self,
        known: Mapping[str, Known],
        outbox: Outbox,
        settings: Settings,
        rules: Rules,
        *,
        steady: Callable[[], float],
        wall: Callable[[], datetime | None],
    ) -> None:
        self._known = known
        self._outbox = outbox
        self._settings = settings
        self._rules = rules
        self._steady = steady
        self._wall = wall
        self._under_way: dict[str, Exchange] = {}
        self._waiting: dict[str, deque[Exchange]] = {}
        self._numbers: set[int] = set()
        self._last_qn = 0
        self.counts: dict[str, int] = {}

    # -- from the outbox

    def offer(self, requests: Iterable[Request]) -> None:
        """Take requests of the outbox; those taken before are passed over: it may be a step behind."""
        for one in requests:
            if one.id not in self._numbers:
                self._numbers.add(one.id)
                self._enqueue(Exchange.of(one))

    def _enqueue(self, exchange: Exchange) -> None:
        self._waiting.setdefault(exchange.mn, deque()).append(exchange)
        self._next(exchange.mn)

    def _next(self, mn: str) -> None:
        """Begin the device's next request, if it is connected and has none under way."""
        known, line = self._known.get(mn), self._waiting.get(mn)
        if mn in self._under_way or not line or known is None or not known.links or known.pending:
            return
        exchange = line.popleft()
        if not line:
            del self._waiting[mn]
        self._under_way[mn] = exchange
        if exchange.state == "accepted":
            exchange.deadline = self._steady() + self._rules.execution
        else:
            self._send(exchange, known)

    def _send(self, exchange: Exchange, known: Known) -> None:
        now = self._wall()
        if now is None:
            exchange.deadline = self._steady() + 1.0
            return
        exchange.tries += 1
        exchange.qn = exchange.qn or self._number(now)
        params = dict(exchange.params)
        if exchange.cn == "1012":
            # The time it is when it goes out, not when it was asked for.
            params["SystemTime"] = stamp(now)
        generation = known.device.generation
        flag = _FLAGS[generation] if generation in _FLAGS else _flag(known.flag)
        system = exchange.st or known.st or _SYSTEM
        try:
            packet = request(
                exchange.mn, known.device.password, system, exchange.cn, params, qn=exchange.qn, flag=flag
            )
        except LantianError as error:
            log.warning("request %s to %s cannot be sent: %s", exchange.cn, exchange.mn, error.line)
            self._end(exchange, "failed")
            return
        exchange.deadline = self._steady() + self._rules.timeout
        exchange.state = "sent"
        self._turn(exchange, "sent", qn=exchange.qn)
        known.links[-1].send(packet)

    def _number(self, now: datetime) -> str:
        qn = max(int(stamp(now, 17)), self._last_qn + 1)
        self._last_qn = qn
        return str(qn)

    # -- from sites

    def arrived(self, known: Known) -> None:
        """A device spoke on a connection for the first time."""
        greet = self._settings.greet
        if greet == "always" or (greet == "first" and not known.greeted):
            self._greet(known)
        known.greeted = True
        exchange = self._under_way.get(known.device.mn)
        if exchange is not None and exchange.state == "accepted":
            exchange.deadline = self._steady() + self._rules.execution
        elif exchange is not None:
            # Its connection may have been lost with the request on it.
            exchange.deadline = min(exchange.deadline, self._steady() + 1.0)
        self._next(known.device.mn)

    def _greet(self, known: Known) -> None:
        rules, settings = self._rules, self._settings
        params: dict[str, dict[str, str]] = {
            "1012": {},
            "1000": {"OverTime": str(round(rules.timeout)), "ReCount": str(rules.repeats)},
        }
        if settings.rtd_interval is not None:
            params["1062"] = {"RtdInterval": str(settings.rtd_interval)}
        if settings.min_interval is not None:
            params["1064"] = {"MinInterval": str(settings.min_interval)}
        for cn in rules.greeting:
            if cn in params:
                self._enqueue(Exchange(known.device.mn, cn, params[cn]))

    def calibrate(self, known: Known) -> None:
        """The site asked for the time: tell it, unless it was told just now."""
        now = self._steady()
        if now - known.calibrated < self._rules.calibration_every:
            return
        known.calibrated = now
        self._enqueue(Exchange(known.device.mn, "1012", {}))

    def offered(self, known: Known, password: str) -> bool:
        """Whether this is the new password the site is just being given."""
        exchange = self._under_way.get(known.device.mn)
        return exchange is not None and exchange.cn == "1072" and exchange.params.get("NewPW") == password

    def answers(self, known: Known, cn: str, time: datetime | None) -> bool:
        """Whether data of this command and time are what the site was asked for; its time runs anew then."""
        exchange = self._under_way.get(known.device.mn)
        if exchange is None or exchange.cn != cn:
            return False
        if exchange.span is not None and (time is None or not exchange.span[0] <= time <= exchange.span[1]):
            return False
        if exchange.state == "accepted":
            exchange.deadline = self._steady() + self._rules.execution
        return True

    def heard(self, known: Known, qn: str | None, cn: str, params: Mapping[str, str]) -> None:
        """The site said 9011, 9012, 9013 or 9014."""
        exchange = self._under_way.get(known.device.mn)
        if exchange is None or qn != exchange.qn:
            self._count("answers_to_nothing")
            return
        if cn == "9011":
            code = params.get("QnRtn", "")
            if code == DONE:
                exchange.state = "accepted"
                exchange.deadline = self._steady() + self._rules.execution
                self._turn(exchange, "accepted", qn_rtn=1)
            else:
                self._end(exchange, "refused", qn_rtn=_code(code))
        elif cn == "9012":
            code = params.get("ExeRtn", "")
            done = code == DONE
            if done and exchange.cn in ("1072", "1014"):
                self._outbox.changed(exchange.mn, exchange.params)
            self._end(exchange, "done" if done else "failed", exe_rtn=_code(code))
        elif exchange.cn in NOTICES:
            self._end(exchange, "done")

    def tick(self) -> None:
        """Repeat what was not answered in time; give up what was repeated often enough."""
        now = self._steady()
        for mn, exchange in list(self._under_way.items()):
            if now < exchange.deadline:
                continue
            known = self._known.get(mn)
            if known is None or not known.links:
                # Nobody to ask: it waits until the site is back, and no try is lost.
                exchange.deadline = now + 1.0
            elif exchange.state == "accepted" or exchange.tries > self._rules.repeats:
                self._end(exchange, "timed_out")
            else:
                self._send(exchange, known)

    def _end(
        self,
        exchange: Exchange,
        state: RequestState,
        *,
        qn_rtn: int | None = None,
        exe_rtn: int | None = None,
    ) -> None:
        exchange.state = state
        self._turn(exchange, state, qn_rtn=qn_rtn, exe_rtn=exe_rtn)
        self._under_way.pop(exchange.mn, None)
        self._next(exchange.mn)

    def _turn(
        self,
        exchange: Exchange,
        state: RequestState,
        *,
        qn: str | None = None,
        qn_rtn: int | None = None,
        exe_rtn: int | None = None,
    ) -> None:
        self._count(state)
        now = self._wall()
        if exchange.number is not None and now is not None:
            self._outbox.turn(exchange.number, state, at=now, qn=qn, qn_rtn=qn_rtn, exe_rtn=exe_rtn)

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    @property
    def open(self) -> int:
        """Requests under way or waiting for their site."""
        return len(self._under_way) + sum(map(len, self._waiting.values()))


def _flag(last: int | None) -> int | None:
    """The Flag of a request to a device whose last packet had this one; 2005 devices may know none."""
    return None if last is None else (last >> 2 << 2) | 1


def _code(words: str) -> int | None:
    return int(words) if words.isascii() and words.isdigit() and len(words) <= 3 else None


def _span(params: Mapping[str, str]) -> tuple[datetime, datetime] | None:
    begin, end = instant(params.get("BeginTime")), instant(params.get("EndTime"))
    if begin is None or end is None:
        return None
    return begin, end
