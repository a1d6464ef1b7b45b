"""What a logger answers when the host asks: parameters, history, log, checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from lantian.telemetry import hj212
from lantian.telemetry.hj212 import Head, encoding
from lantian.telemetry.simulator.sender import Speaker

READY, WRONG_PASSWORD, WRONG_MN, WRONG_COMMAND = "1", "3", "4", "8"
"""QnRtn (HJ 212-2017 table 6)."""
DONE, BAD_CONDITION, NO_DATA = "1", "3", "100"
"""ExeRtn (table 7)."""
HISTORY = ("2031", "2041", "2051", "2061")
_NOTICES = ("2012", "2022")
_CONTROLS = ("3011", "3012", "3013", "3014", "3016", "3021", "3022", "3024")


@dataclass(slots=True)
class Settings:
    """What a host may set of a logger."""

    password: str
    over_time: int = 10
    repeats: int = 3
    rtd_interval: int = 60
    min_interval: int = 10
    clock_off: timedelta = timedelta(0)
    reals: bool = True


@dataclass(slots=True)
class Reply:
    """What the logger does about a packet of the host.

    Parameters
    ----------
    packets
        to be written at once, in order; they ask for no answer
    uploads
        (cn, params and items as content of CP): data that get numbers of their own and ask for an answer
    last
        written after the uploads
    asked
        the command, "" where the packet was no request
    """

    packets: list[bytes] = field(default_factory=list)
    uploads: list[tuple[str, str, str]] = field(default_factory=list)
    last: list[bytes] = field(default_factory=list)
    asked: str = ""


History = Callable[[str, datetime, datetime], list[tuple[str, str]]]
"""(command, first, last) → (data time, groups) of what was sent or kept in that time."""


class Logger:
    """The answering side of one simulated logger.

    Parameters
    ----------
    speaker
        whose logger it is
    history
        looks up what the logger keeps
    now
        the true time
    """

    def __init__(self, speaker: Speaker, history: History, now: Callable[[], datetime]) -> None:
        self.speaker = speaker
        self.history = history
        self.now = now
        self.settings = Settings(speaker.password)

    def site_time(self) -> datetime:
        """What the logger's clock shows."""
        return self.now() + self.settings.clock_off

    def answer(self, head: Head, segment: bytes) -> Reply:
        """The reply to a packet of the host that is no acknowledgement."""
        reply = Reply(asked=head.cn)
        if head.cn in _NOTICES:
            self.settings.reals = False
            reply.packets.append(self._say(head, "9013", {}))
            return reply
        code = self._ready(head)
        if code != READY:
            reply.packets.append(self._say(head, "9011", {"QnRtn": code}))
            return reply
        start, end = head.cp
        params = _params(segment[start:end])
        done = self._do(head.cn, params, reply)
        reply.packets.append(self._say(head, "9011", {"QnRtn": READY}))
        reply.last.append(self._say(head, "9012", {"ExeRtn": done}))
        return reply

    def _ready(self, head: Head) -> str:
        if head.pw != self.settings.password:
            return WRONG_PASSWORD
        if head.mn != self.speaker.mn:
            return WRONG_MN
        if head.cn in HISTORY or head.cn in _CONTROLS or head.cn in _COMMANDS:
            return READY
        return WRONG_COMMAND

    def _do(self, cn: str, params: Mapping[str, str], reply: Reply) -> str:
        """Carry a request out: changes settings, adds uploads; gives the ExeRtn."""
        if cn in HISTORY:
            first = hj212.instant(params.get("BeginTime")) or datetime(1970, 1, 1, tzinfo=UTC)
            last = hj212.instant(params.get("EndTime")) or self.now()
            found = self.history(cn, first, last)
            reply.uploads += [(cn, time, groups) for time, groups in found]
            return DONE if found else NO_DATA
        if cn in _COMMANDS:
            return _COMMANDS[cn](self, params, reply)
        return DONE

    def _say(self, head: Head, cn: str, params: Mapping[str, str]) -> bytes:
        return encoding.answer(head, cn, params)

    def _timeouts(self, params: Mapping[str, str], reply: Reply) -> str:
        return self._set(params, {"OverTime": "over_time", "ReCount": "repeats"})

    def _set(self, params: Mapping[str, str], names: Mapping[str, str]) -> str:
        """Take the numbers that are given; refuse all when one of them is none."""
        told = {field: params[name] for name, field in names.items() if name in params}
        if not told or not all(text.isascii() and text.isdigit() for text in told.values()):
            return BAD_CONDITION
        for field_name, text in told.items():
            setattr(self.settings, field_name, int(text))
        return DONE

    def _tell_time(self, params: Mapping[str, str], reply: Reply) -> str:
        reply.uploads.append(("1011", "", f"SystemTime={hj212.stamp(self.site_time())}"))
        return DONE

    def _set_time(self, params: Mapping[str, str], reply: Reply) -> str:
        told = hj212.instant(params.get("SystemTime"))
        if told is None:
            return BAD_CONDITION
        self.settings.clock_off = told - self.now()
        return DONE

    def _tell_realtime(self, params: Mapping[str, str], reply: Reply) -> str:
        reply.uploads.append(("1061", "", f"RtdInterval={self.settings.rtd_interval}"))
        return DONE

    def _set_realtime(self, params: Mapping[str, str], reply: Reply) -> str:
        return self._set(params, {"RtdInterval": "rtd_interval"})

    def _tell_minutes(self, params: Mapping[str, str], reply: Reply) -> str:
        reply.uploads.append(("1063", "", f"MinInterval={self.settings.min_interval}"))
        return DONE

    def _set_minutes(self, params: Mapping[str, str], reply: Reply) -> str:
        return self._set(params, {"MinInterval": "min_interval"})

    def _set_password(self, params: Mapping[str, str], reply: Reply) -> str:
        new = params.get("NewPW", "")
        if len(new) != 6:
            return BAD_CONDITION
        self.settings.password = new
        return DONE

    def _start(self, params: Mapping[str, str], reply: Reply) -> str:
        self.settings.reals = True
        return DONE

    def _serial(self, params: Mapping[str, str], reply: Reply) -> str:
        factor = params.get("PolId", self.speaker.pollutants[0])
        reply.uploads.append(("3019", "", f"PolId={factor};{factor}-SN={self.speaker.mn[:24]:0<24}"))
        return DONE

    def _information(self, params: Mapping[str, str], reply: Reply) -> str:
        factor = params.get("PolId", self.speaker.pollutants[0])
        code = params.get("InfoId", "i12001")
        text = "1.000" if code == "i13008" else "0"
        now = hj212.stamp(self.site_time())
        reply.uploads.append(("3020", now, f"PolId={factor};{code}-Info=//{text}//"))
        return DONE


_COMMANDS: dict[str, Callable[[Logger, Mapping[str, str], Reply], str]] = {
    "1000": Logger._timeouts,
    "1011": Logger._tell_time,
    "1012": Logger._set_time,
    "1061": Logger._tell_realtime,
    "1062": Logger._set_realtime,
    "1063": Logger._tell_minutes,
    "1064": Logger._set_minutes,
    "1072": Logger._set_password,
    "2011": Logger._start,
    "2021": Logger._start,
    "3019": Logger._serial,
    "3020": Logger._information,
}


def _params(content: bytes) -> dict[str, str]:
    pairs = (piece.partition("=") for piece in content.decode("utf-8", "replace").split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}
