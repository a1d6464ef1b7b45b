"""`lantian demo`: build the demonstration province once, serve it every time."""

from __future__ import annotations

import importlib
import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from lantian.errors import LantianError

STALE = timedelta(days=2)


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("demo-data"),
    show_default=True,
    help="Folder of the demonstration; made when it is not there.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve at.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--build-only", is_flag=True, help="Build, do not serve.")
def demo(data: Path, host: str, port: int, build_only: bool) -> None:
    """Build the demonstration province and serve it.

    Region names are those of Shanxi; every observation, plan and figure is simulated. The first run
    builds for about a minute; later runs start in seconds and change nothing.
    """
    # Loaded by name, as the office is: the help page need not wait for it.
    build: Any = importlib.import_module("lantian.office.demo.build")
    setup: Any = importlib.import_module("lantian.office.setup")
    present = build.state(data) == "demo"
    if not build_only:
        setup.free_port(host, port)
    if present:
        click.echo(f"{data} holds the demonstration province already; nothing is built anew")
    else:
        click.echo(f"building the demonstration province in {data} (once; later runs start in seconds)")
        seconds = build.build(data)
        click.echo(f"built in {seconds:.0f} s")
    if build_only:
        return
    if os.environ.pop("DATABASE_URL", None):
        click.echo("DATABASE_URL is left aside: the demonstration keeps its records in its own folder")
    introduce(build.facts(data), host)
    setup.serve(data, host, port, click.echo)


def introduce(facts: dict[str, Any], host: str) -> None:
    """Who may sign in, and that nothing here is real."""
    people, word = facts.get("people"), facts.get("password")
    if not isinstance(people, dict) or not isinstance(word, str):
        raise LantianError(
            "the mark of the demonstration is damaged", remedy="Delete its folder to build it anew."
        )
    last = datetime.fromisoformat(str(facts.get("last")))
    click.echo(f"模拟数据 / SIMULATED, up to {last:%Y-%m-%d %H:%M}")
    if datetime.now(UTC) - last > STALE:
        click.echo("  that is a while ago; delete the folder to have it built up to now")
    click.echo(f"sign in with one of these names and the password {word}")
    for name, describes in people.items():
        click.echo(f"  {name:<10} {describes}")
    if not _only_this_machine(host):
        click.echo(
            f"warning: {host} is reachable from other machines, and these passwords are public", err=True
        )


def _only_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
