"""`lantian telemetry simulate`: a province of plants, true and forged, on the line or in a file."""

from __future__ import annotations

import heapq
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from lantian.errors import LantianError

if TYPE_CHECKING:
    from lantian.telemetry.simulator.cast import Role
    from lantian.telemetry.simulator.orders import Summary
    from lantian.telemetry.simulator.sender import Draft

_HOURS = 24.0


@click.command()
@click.option("--devices", type=click.IntRange(0, 20_000), default=10, show_default=True, help="Outlets.")
@click.option("--sites", multiple=True, metavar="KIND=N", help="Beside them dust=N or ambient=N sites.")
@click.option(
    "--rate",
    type=click.FloatRange(0.1),
    default=10.0,
    show_default=True,
    help="Packets a second of all together.",
)
@click.option(
    "--faults", default="", metavar="RATES", help="0.02 for all kinds in sum, or split=0.1,half=0.01."
)
@click.option(
    "--forge", multiple=True, metavar="KIND=SHARE", help="Share of outlets that forge so; again for more."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Of the server.")
@click.option("--port", type=click.IntRange(1, 65535), help="Of the server; with it the run is live.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed, the same province.")
@click.option("--hours", type=click.FloatRange(1), help="Hours of history each logger sends.")
@click.option("--for", "seconds", type=click.FloatRange(0.1), help="Stop sending after so many seconds.")
@click.option(
    "--timeout", type=click.FloatRange(0.1), help="Seconds until a packet is repeated; else by rule."
)
@click.option(
    "--window",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Packets a logger may have unacknowledged.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    help="Write the packets to a file instead; - for the screen.",
)
@click.option(
    "--ledger",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write down every acknowledged packet, a JSON line each.",
)
@click.option(
    "--list",
    "listing",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the loggers down, a JSON line each, passwords and keys among them.",
)
@click.option(
    "--register",
    type=click.Path(file_okay=False, path_type=Path),
    help="Enter the loggers as confirmed devices of this data folder.",
)
def simulate(
    *,
    devices: int,
    sites: tuple[str, ...],
    rate: float,
    faults: str,
    forge: tuple[str, ...],
    host: str,
    port: int | None,
    seed: int,
    hours: float | None,
    seconds: float | None,
    timeout: float | None,
    window: int,
    out: Path | None,
    ledger: Path | None,
    listing: Path | None,
    register: Path | None,
) -> int:
    """Simulated plants, nothing of them real: live to a server, or as packets in a file.

    \b
    lantian telemetry simulate --devices 20 --hours 24 --out packets.txt
    lantian telemetry simulate --devices 20 --rate 50 --port 9212 --for 60
    lantian telemetry simulate --devices 50 --forge clipped=0.1 --faults 0.02 --port 9212
    """
    from lantian.telemetry.simulator.cast import cast, hours_for
    from lantian.telemetry.simulator.transport import rates

    if port is None and out is None and listing is None and register is None:
        raise LantianError(
            "nowhere to send to",
            remedy="Give --port of a server (`lantian telemetry listen --port 9212 …`) or --out FILE.",
        )
    if port is not None and out is not None:
        raise LantianError("both --port and --out", remedy="Leave one out.")
    by_kind = rates(faults)
    asked = hours or (hours_for(rate, seconds, devices) if seconds and port else _HOURS)
    found = cast(
        devices,
        seed=seed,
        hours=asked,
        forge=_shares(forge),
        beside={kind: round(count) for kind, count in _pairs(sites, "dust=3").items()},
        # Nobody can read what is encrypted with keys that nobody was told.
        sealed=register is not None or listing is not None,
    )
    if listing is not None:
        _list(found, listing)
    if register is not None:
        _register(found, register)
    if out is not None:
        return _write(found, out, by_kind, seed)
    if port is None:
        return 0
    from lantian.telemetry.simulator.live import run_devices
    from lantian.telemetry.simulator.orders import Orders

    orders = Orders(
        host=host,
        port=port,
        rate=rate,
        seconds=seconds,
        window=window,
        timeout=timeout,
        faults=by_kind,
        seed=seed,
        ledger=ledger,
    )
    return _tell(run_devices(orders, [role.pair for role in found]))


def _pairs(words: tuple[str, ...], example: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for word in words:
        name, equals, number = word.partition("=")
        try:
            found[name] = float(number)
        except ValueError:
            equals = ""
        if not equals or found[name] < 0:
            raise LantianError(f"'{word}' is no NAME=NUMBER", remedy=f"Write {example}.")
    return found


def _shares(words: tuple[str, ...]) -> dict[str, float]:
    return _pairs(words, "clipped=0.1")


def _list(found: list[Role], path: Path) -> None:
    rows = [
        {
            "mn": role.speaker.mn,
            "name": role.speaker.name,
            "generation": role.speaker.generation,
            "st": role.speaker.st,
            "password": role.speaker.password,
            "sm4_key": role.speaker.sm4_key.hex().upper() if role.speaker.sm4_key else "",
            "forgery": role.forgery,
        }
        for role in found
    ]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")
    click.echo(f"{len(found)} simulated loggers, written to {path}", err=True)


def _register(found: list[Role], data: Path) -> None:
    from lantian.telemetry.simulator.sites import Site
    from lantian.telemetry.store import Device, Line

    line = Line.open(data, create=True)
    try:
        line.devices.put(
            *(
                Device(
                    mn=role.speaker.mn,
                    name=role.speaker.name,
                    password=role.speaker.password,
                    generation=role.speaker.generation,
                    sm4_key=role.speaker.sm4_key,
                    units=role.speaker.units if isinstance(role.speaker, Site) else {},
                )
                for role in found
            )
        )
    finally:
        line.close()
    click.echo(f"{len(found)} simulated loggers are confirmed devices of {data}", err=True)


def _write(found: list[Role], out: Path, by_kind: dict[str, float], seed: int) -> int:
    """Every packet in order of sending, with the faults asked for."""
    from lantian.telemetry.simulator.sender import Sender
    from lantian.telemetry.simulator.transport import HOSTILE, Troubles

    troubles = Troubles(by_kind, seed)
    written = faulty = 0
    with ExitStack() as stack:
        file: BinaryIO = sys.stdout.buffer if str(out) == "-" else stack.enter_context(out.open("wb"))
        senders = [Sender(role.speaker) for role in found]
        kept = b""
        for number, said in _in_order(found):
            kind = troubles.draw()
            faulty += bool(kind)
            draft = troubles.misdate(said, said.site) if kind == "clock_off" else said
            for message in senders[number].send(draft, unflagged=kind == "no_flag"):
                written += 1
                if kind in HOSTILE:
                    file.write(troubles.stranger(message.raw, senders[number].password, kind))
                spoiled = troubles.spoil(message.raw, kind)
                if spoiled.hold:
                    kept += message.raw
                    continue
                file.write(b"".join(spoiled.writes) + kept)
                kept = b""
        file.write(kept)
    words = f", {faulty} of them with a fault" if faulty else ""
    click.echo(f"{written} packets of {len(found)} simulated loggers{words}", err=True)
    return 0


def _in_order(found: list[Role]) -> Iterator[tuple[int, Draft]]:
    """What everybody says, by time: the number of the logger, and the draft."""
    streams = [_numbered(number, role) for number, role in enumerate(found)]
    for _, number, draft in heapq.merge(*streams, key=lambda row: row[:2]):
        yield number, draft


def _numbered(number: int, role: Role) -> Iterator[tuple[datetime, int, Draft]]:
    return ((draft.at, number, draft) for draft in role.drafts)


def _tell(summary: Summary) -> int:
    """What was sent and what became of it, one line a thing; JSON last."""
    figures = summary.figures()
    click.echo(
        f"{summary.devices} loggers, {summary.connected} connected; {summary.sent} packets sent in "
        f"{summary.seconds:.1f} s, {summary.acknowledged} acknowledged "
        f"({figures['acknowledged_per_s']} a second, half within {figures['p50_ack_ms']} ms, "
        f"99 % within {figures['p99_ack_ms']} ms), {summary.repeated} repeated, {summary.refused} refused, "
        f"{summary.unanswerable} that ask for no answer"
    )
    if summary.faults:
        click.echo(
            "faults: " + ", ".join(f"{kind} {count}" for kind, count in sorted(summary.faults.items()))
        )
    if summary.strangers:
        click.echo(
            f"strangers: {summary.strangers}; acknowledged with a wrong password "
            f"{summary.strangers_acknowledged}, with a number nobody knew {summary.newcomers_acknowledged}"
        )
    if summary.requests:
        click.echo(
            "asked by the host: " + ", ".join(f"{cn} {n}" for cn, n in sorted(summary.requests.items()))
        )
    click.echo(json.dumps(figures, ensure_ascii=False))
    return 0 if not summary.strangers_acknowledged else 1
