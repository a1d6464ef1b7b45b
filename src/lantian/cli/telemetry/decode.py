"""`lantian telemetry decode`: packets of HJ 212 for a reader or as JSON lines."""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

import click

from lantian.errors import LantianError

KEY = click.option("--key", metavar="HEX", help="SM4 key of the device, 32 hexadecimal digits.")
_GZIP = b"\x1f\x8b"


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """A file, `-` for what is piped in; gzip is opened by itself."""
    raw = sys.stdin.buffer if name == "-" else io.FileIO(name)
    stream = io.BufferedReader(cast(io.RawIOBase, raw))
    try:
        packed = stream.peek(2)[:2] == _GZIP
        yield cast(BinaryIO, gzip.GzipFile(fileobj=stream) if packed else stream)
    except (gzip.BadGzipFile, EOFError) as error:
        raise LantianError("the gzip file is broken or cut short.", where=name) from error
    finally:
        if name == "-":
            stream.detach()
        else:
            stream.close()


def key_of(text: str | None) -> bytes | None:
    """The bytes of --key."""
    if text is None:
        return None
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 16:
        raise LantianError("--key is not an SM4 key.", remedy="Write its 16 bytes as 32 hexadecimal digits.")
    return key


@click.command()
@click.argument("file", metavar="FILE|-")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For a reader, or an object a line.",
)
@click.option(
    "--language",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="Names in the text form.",
)
@click.option(
    "--strict", is_flag=True, help="Show no content of a packet that is not as the standard has it."
)
@KEY
def decode(file: str, form: str, language: str, strict: bool, key: str | None) -> int:
    """Packets of HJ 212, and what lies between them.

    FILE holds packets, one after another or among the lines of a log (gzip is fine); - reads what is piped
    in. Every byte is told: what is no packet comes as junk. Faults are part of the answer, not of the exit
    code.
    """
    from lantian.telemetry.hj212.decoding import decode_frame
    from lantian.telemetry.hj212.notation import frames, to_json, to_text

    opener = key_of(key)
    packets = junk = faulty = 0
    with opened(file) as stream:
        for frame in frames(stream):
            decoded = None
            if frame.kind == "packet":
                decoded = decode_frame(frame, strict=strict, key=opener)
                packets += 1
                faulty += bool(decoded.faults)
            else:
                junk += len(frame.raw)
            if form == "json":
                click.echo(json.dumps(to_json(frame, decoded), ensure_ascii=False))
            else:
                click.echo(to_text(frame, language, decoded))
    if form == "text":
        if language == "zh":
            click.echo(f"报文 {packets} 个，其中有问题的 {faulty} 个；非报文内容 {junk} 字节")
        else:
            click.echo(f"{packets} packets, {faulty} with faults; {junk} bytes that are no packet")
    return 0
