"""`lantian telemetry devices`: the devices the line knows."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lantian.cli.telemetry.options import DATA, FORM, SHANGHAI, local
from lantian.errors import LantianError

if TYPE_CHECKING:
    from lantian.telemetry.store import Device, Line

MN = click.argument("mn")
HEX_KEY = 32


def _asked_password() -> str:
    """The password as typed unseen, or as the first line of what is piped in."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True))
    piped = sys.stdin.readline().rstrip("\r\n")
    if not piped:
        raise LantianError("a new device needs its password (PW)", remedy="Give --password.")
    return piped


@click.group()
def devices() -> None:
    """The devices the line knows. A running server minds changes at once.

    \b
    lantian telemetry devices add 010000A8900016F000169DC0 --password 123456 --data office
    lantian telemetry devices list --data office
    """


@contextmanager
def _opened(data: Path, *, create: bool = False) -> Iterator[Line]:
    from lantian.telemetry.store import Line

    line = Line.open(data, create=create)
    try:
        yield line
    finally:
        line.close()


@devices.command("list")
@DATA
@click.option("--state", type=click.Choice(["unconfirmed", "confirmed", "blocked"]), help="Only these.")
@FORM
def list_(data: Path, *, state: str | None, form: str) -> None:
    """Every device: state, when it was last heard, its name. Passwords are never shown."""
    with _opened(data) as line:
        found = [device for device in line.devices.all() if state in (None, device.state)]
    for device in found:
        if form == "json":
            click.echo(json.dumps(_told(device), ensure_ascii=False))
        else:
            heard = local(device.last_seen) or "never"
            link = "connected" if device.connected else ""
            click.echo(f"{device.mn:<24} {device.state:<11} {heard:<19} {link:<9} {device.name}".rstrip())
    if form == "text":
        click.echo(f"{len(found)} devices.")


@devices.command()
@MN
@DATA
@click.option("--password", help="Its password (PW); asked for where it is left out.")
@click.option("--name", help="What people call it.")
@click.option("--st", multiple=True, help="A kind of system it may send; again for more. Any when left out.")
@click.option("--generation", type=click.Choice(["2005", "2017", "2025"]), help="Which HJ 212 it speaks.")
@click.option("--address", "addresses", multiple=True, help="A network it may come from; again for more.")
@click.option("--per-minute", type=click.IntRange(1), help="Packets it may send in a minute.")
@click.option("--sm4-key", help="Its SM4 key, 32 hex digits.")
@click.option("--need-sm4", is_flag=True, help="Take only encrypted data.")
@click.option("--need-tls", is_flag=True, help="Take it only over TLS.")
@click.option("--map", "mapping", multiple=True, metavar="SENT=CODE", help="A factor code as it sends it.")
@click.option(
    "--unit", "units", multiple=True, metavar="CODE=UNIT", help="The unit in which it sends a factor."
)
def add(
    mn: str,
    *,
    data: Path,
    password: str | None,
    name: str | None,
    st: tuple[str, ...],
    generation: str | None,
    addresses: tuple[str, ...],
    per_minute: int | None,
    sm4_key: str | None,
    need_sm4: bool,
    need_tls: bool,
    mapping: tuple[str, ...],
    units: tuple[str, ...],
) -> None:
    """Add a device, or change one: what is not given stays as it was."""
    from lantian.telemetry.store import Device

    with _opened(data, create=True) as line:
        known = line.devices.get(mn)
        if known is None and password is None:
            password = _asked_password()
        old = known or Device(mn)
        line.devices.put(
            replace(
                old,
                password=old.password if password is None else password,
                name=name or old.name,
                st=frozenset(st) or old.st,
                generation=int(generation) if generation else old.generation,
                addresses=addresses or old.addresses,
                per_minute=per_minute or old.per_minute,
                sm4_key=_key(sm4_key) if sm4_key else old.sm4_key,
                need_sm4=need_sm4 or old.need_sm4,
                need_tls=need_tls or old.need_tls,
                mapping=_pairs(mapping) or old.mapping,
                units=_pairs(units) or old.units,
            )
        )
    click.echo(f"{mn} is {'changed' if known else 'added'}.")


@devices.command()
@MN
@DATA
def confirm(mn: str, *, data: Path) -> None:
    """Confirm a device that came in by its first packet, or let a blocked one in again."""
    with _opened(data) as line:
        line.devices.confirm(mn)
    click.echo(f"{mn} is confirmed.")


@devices.command()
@MN
@DATA
def block(mn: str, *, data: Path) -> None:
    """Take nothing more from a device."""
    with _opened(data) as line:
        line.devices.block(mn)
    click.echo(f"{mn} is blocked.")


@devices.command()
@MN
@DATA
def forget(mn: str, *, data: Path) -> None:
    """Strike a device off the register. What it sent stays."""
    with _opened(data) as line:
        line.devices.forget(mn)
    click.echo(f"{mn} is struck off; what it sent stays.")


def _told(device: Device) -> dict[str, object]:
    def stamp(moment: datetime | None) -> str | None:
        return None if moment is None else moment.astimezone(SHANGHAI).isoformat()

    return {
        "mn": device.mn, "name": device.name, "state": device.state, "generation": device.generation,
        "st": sorted(device.st), "sm4": device.sm4_key is not None, "need_sm4": device.need_sm4,
        "need_tls": device.need_tls, "addresses": list(device.addresses), "per_minute": device.per_minute,
        "mapping": dict(device.mapping), "units": dict(device.units), "first_seen": stamp(device.first_seen),
        "last_seen": stamp(device.last_seen), "last_data_time": stamp(device.last_data_time),
        "connected": device.connected, "peer": device.peer, "counters": dict(device.counters),
    }  # fmt: skip


def _key(words: str) -> bytes:
    try:
        return bytes.fromhex(words)
    except ValueError as error:
        raise LantianError(
            "the SM4 key is not written in hex digits", remedy=f"Give {HEX_KEY} of them."
        ) from error


def _pairs(words: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in words:
        sent, equals, code = pair.partition("=")
        if not (sent.strip() and equals and code.strip()):
            raise LantianError(f"'{pair}' is no pair", remedy="Write it as 02=a21026.")
        found[sent.strip()] = code.strip()
    return found
