"""`lantian telemetry request`: ask a site for something, through the server that holds its connection."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lantian.cli.telemetry.options import DATA, SHANGHAI, Instant, local
from lantian.errors import LantianError

if TYPE_CHECKING:
    from lantian.lake.reading import Moment
    from lantian.telemetry.store import Line, Request

HISTORY = ("2011", "2031", "2041", "2051", "2061", "3020")
LOOK = 0.2
WORDS = {
    "queued": "waits until the site is connected and has nothing else to do",
    "sent": "sent, not answered yet",
    "accepted": "the site is at it",
    "refused": "the site refused",
    "done": "done",
    "failed": "the site failed",
    "timed_out": "the site did not answer",
}


class Asked:
    """Which line, which device, who asks, and how long to wait for the end."""

    def __init__(self, data: Path, mn: str, asked_by: str, st: str, wait: float) -> None:
        self.data = data
        self.mn = mn
        self.asked_by = asked_by
        self.st = st
        self.wait = wait

    def send(self, cn: str, params: dict[str, str] | None = None) -> int:
        """Put the request into the outbox; follow it as long as asked."""
        with_line(self.data, lambda line: self._send(line, cn, params or {}))
        return 0

    def _send(self, line: Line, cn: str, params: dict[str, str]) -> None:
        if line.devices.get(self.mn) is None:
            raise LantianError(
                f"no device '{self.mn}'", remedy=f"See: lantian telemetry devices list --data {self.data}"
            )
        found = line.requests.ask(self.mn, cn, params, asked_by=self.asked_by, st=self.st)
        end = time.monotonic() + self.wait
        while found.state in ("queued", "sent", "accepted") and time.monotonic() < end:
            time.sleep(LOOK)
            found = line.requests.get(found.id) or found
        click.echo(told(found))
        if self.wait and found.state in ("refused", "failed", "timed_out"):
            raise LantianError(f"request {found.id}: {WORDS[found.state]}")


@click.group()
@DATA
@click.option("--mn", required=True, help="The device.")
@click.option("--st", default="", help="Kind of system asked; without it the one the device sent last.")
@click.option("--by", "asked_by", default="command line", show_default=True, help="Who asks.")
@click.option("--wait", type=click.FloatRange(min=0), default=0, help="Seconds to wait for the end of it.")
@click.pass_context
def request(ctx: click.Context, *, data: Path, mn: str, st: str, asked_by: str, wait: float) -> None:
    """Ask a site for something. The request waits in the outbox until its site is connected.

    \b
    lantian telemetry request --data office --mn MN history --cn 2061 --from 2026-11-20 --to 2026-11-21
    lantian telemetry request --data office --mn MN --wait 60 set-time
    lantian telemetry request --data office --mn MN set-interval rtd 30
    lantian telemetry request --data office --mn MN list
    """
    ctx.obj = Asked(data, mn, asked_by, st, wait)


@request.command()
@click.option("--cn", type=click.Choice(HISTORY), required=True, help="2051 minutes, 2061 hours, 2031 days …")
@click.option("--from", "since", type=Instant(), required=True, help="First local day or time.")
@click.option("--to", "until", type=Instant(), required=True, help="Last local day or time, included.")
@click.pass_obj
def history(asked: Asked, *, cn: str, since: Moment, until: Moment) -> int:
    """What the site has stored of a time: it sends it as packets of their own."""
    begin, end = _local(since), _local(until, last=True)
    if begin > end:
        raise LantianError("the time ends before it begins", remedy="Give --from first, then --to.")
    return asked.send(cn, {"BeginTime": f"{begin:%Y%m%d%H%M%S}", "EndTime": f"{end:%Y%m%d%H%M%S}"})


@request.command("set-time")
@click.option("--instrument", help="Code of one instrument (PolId); without it the logger.")
@click.pass_obj
def set_time(asked: Asked, *, instrument: str | None) -> int:
    """Set the site's clock to the server's."""
    return asked.send("1012", _instrument(instrument))


@request.command("get-time")
@click.option("--instrument", help="Code of one instrument (PolId); without it the logger.")
@click.pass_obj
def get_time(asked: Asked, *, instrument: str | None) -> int:
    """What time the site thinks it is."""
    return asked.send("1011", _instrument(instrument))


@request.command("set-interval")
@click.argument("kind", type=click.Choice(["rtd", "min"]))
@click.argument("value", type=int)
@click.pass_obj
def set_interval(asked: Asked, *, kind: str, value: int) -> int:
    """How often it sends: real-time data (rtd) in seconds, minute data (min) in minutes."""
    from lantian.telemetry.server import Settings

    if kind == "rtd":
        Settings(rtd_interval=value)
        return asked.send("1062", {"RtdInterval": str(value)})
    Settings(min_interval=value)
    return asked.send("1064", {"MinInterval": str(value)})


@request.command("get-interval")
@click.argument("kind", type=click.Choice(["rtd", "min"]))
@click.pass_obj
def get_interval(asked: Asked, *, kind: str) -> int:
    """How often it sends now."""
    return asked.send("1061" if kind == "rtd" else "1063")


@request.command("set-timeout")
@click.argument("seconds", type=click.IntRange(1, 99))
@click.argument("repeats", type=click.IntRange(1, 99))
@click.pass_obj
def set_timeout(asked: Asked, *, seconds: int, repeats: int) -> int:
    """How long the site waits for an answer, and how often it repeats."""
    return asked.send("1000", {"OverTime": str(seconds), "ReCount": str(repeats)})


@request.command("set-password")
@click.option(
    "--new", "password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for if absent."
)
@click.pass_obj
def set_password(asked: Asked, *, password: str) -> int:
    """Give the site a new password; the register follows when the site has taken it."""
    if len(password) != 6 or not password.isascii() or not password.isalnum():
        raise LantianError("a password has six letters or digits", remedy="Give another one.")
    return asked.send("1072", {"NewPW": password})


@request.command()
@click.argument("what", type=click.Choice(["start", "stop"]))
@click.pass_obj
def realtime(asked: Asked, *, what: str) -> int:
    """Start or stop real-time data."""
    return asked.send("2011" if what == "start" else "2012")


@request.command()
@click.argument("instrument")
@click.option(
    "--what", type=click.Choice(["zero-span", "sample", "clean"]), default="zero-span", show_default=True
)
@click.pass_obj
def calibrate(asked: Asked, *, instrument: str, what: str) -> int:
    """Zero and span calibration, an immediate sample, or cleaning of one instrument (PolId)."""
    return asked.send({"zero-span": "3011", "sample": "3012", "clean": "3013"}[what], {"PolId": instrument})


@request.command("list")
@click.pass_obj
def list_(asked: Asked) -> int:
    """What the device was asked for, newest first, and what became of it."""
    with_line(asked.data, lambda line: click.echo("\n".join(map(told, line.requests.all(mn=asked.mn)))))
    return 0


def told(found: Request) -> str:
    """A request on one line; a new password is not shown."""
    shown = {name: "***" if name in ("NewPW", "NewSK") else words for name, words in found.params.items()}
    params = " ".join(f"{name}={words}" for name, words in shown.items())
    codes = "".join(
        f", {name} {value}"
        for name, value in (("QnRtn", found.qn_rtn), ("ExeRtn", found.exe_rtn))
        if value is not None
    )
    return (
        f"{found.id}  {local(found.asked_at)}  {found.mn}  {found.cn} {params or '-'}  {found.state}: "
        f"{WORDS[found.state]}{codes} (sent {found.tries}×, by {found.asked_by})"
    )


def with_line(data: Path, work: Callable[[Line], object]) -> None:
    """Do something with a line and close it."""
    from lantian.telemetry.store import Line

    line = Line.open(data)
    try:
        work(line)
    finally:
        line.close()


def _instrument(code: str | None) -> dict[str, str]:
    return {} if code is None else {"PolId": code}


def _local(moment: Moment, *, last: bool = False) -> datetime:
    """A moment as the site's clock shows it; the last second of a day that is meant as an end."""
    if isinstance(moment, datetime):
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(SHANGHAI)
    day: date = moment
    begin = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    return begin + timedelta(days=1, seconds=-1) if last else begin
