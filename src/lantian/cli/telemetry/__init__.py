"""`lantian telemetry`: the line from the shell. One file a command, imported when it is called."""

from __future__ import annotations

import click

from lantian.cli import Entry, LazyGroup

_ROOM = "lantian.cli.telemetry"
ENTRIES = {
    "decode": Entry(f"{_ROOM}.decode:decode", "Packets of HJ 212 as words or JSON lines, faults among them."),
    "encode": Entry(f"{_ROOM}.encode:encode", "JSON lines into packets of HJ 212."),
    "listen": Entry(f"{_ROOM}.listen:listen", "Serve the port where sites connect."),
    "devices": Entry(f"{_ROOM}.devices:devices", "The devices the line knows: list, add, confirm, block."),
    "request": Entry(f"{_ROOM}.request:request", "Ask a site for its history, its time, a calibration."),
    "refused": Entry(f"{_ROOM}.refused:refused", "Packets that were refused, and why."),
    "export": Entry(f"{_ROOM}.export:export", "What is stored, a row a value."),
    "compact": Entry(f"{_ROOM}.compact:compact", "Closed days of the hot part into Parquet."),
    "load": Entry(f"{_ROOM}.load:load", "Power meters and logger files (CSV, packet logs) into the line."),
    "simulate": Entry(f"{_ROOM}.simulate:simulate", "A province of plants, true and forged, on the line."),
    "screen": Entry(f"{_ROOM}.screen:screen", "Which devices send what cannot be true, with evidence."),
}


@click.group(cls=LazyGroup, entries=ENTRIES)
def telemetry() -> None:
    """The line: what stacks, meters, sites and vehicles send (HJ 212, HJ 1239)."""
