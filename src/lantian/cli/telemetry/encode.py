"""`lantian telemetry encode`: JSON lines into packets of HJ 212."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

import click

from lantian.cli.telemetry.decode import KEY, key_of, opened
from lantian.errors import LantianError


@click.command()
@click.argument("file", metavar="[FILE|-]", default="-")
@KEY
def encode(file: str, key: str | None) -> int:
    """Packets out of JSON lines, in the form `decode --format json` prints.

    Length and CRC are made here. A line with `raw` gives these bytes again, so that decode and encode
    together change nothing; take `raw` out to make the packet from its fields.
    """
    from lantian.telemetry.hj212.notation import from_json

    sealer = key_of(key)
    out = sys.stdout.buffer
    with opened(file) as stream:
        lines: Iterable[bytes] = stream
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            out.write(from_json(_object(line, f"line {number}"), where=f"line {number}", key=sealer))
    out.flush()
    return 0


def _object(line: bytes, where: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LantianError("no JSON.", where=where, remedy="Write an object a line.") from error
    if not isinstance(entry, dict):
        raise LantianError("not an object.", where=where, remedy="Write an object a line.")
    return entry
