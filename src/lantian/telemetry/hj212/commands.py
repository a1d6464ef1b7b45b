"""Every command of the protocol, its parameters as typed values, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from lantian.errors import LantianError
from lantian.telemetry.hj212 import codes, fields
from lantian.telemetry.hj212.packets import Item, Packet, instant, stamp

Value = str | int | Decimal | datetime | None
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)\Z", re.ASCII)
_TYPE = re.compile(r"([CN])(\d+)?(?:\.(\d+))?\Z")


class Command(NamedTuple):
    """A command of the table.

    Parameters
    ----------
    cn
        its code
    zh, en
        its name
    ways
        `request`, `upload`, `notice`, `answer`
    asks, gives
        parameters of a request; of an upload, a notice or an answer
    factors
        whether it carries factors
    since, until
        the first and last generation that has it
    verified
        whether the standard's own text was read
    """

    cn: str
    zh: str
    en: str
    ways: tuple[str, ...]
    asks: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    factors: bool = False
    since: int = 2005
    until: int = 2025
    verified: bool = True


def _data(name: str) -> dict[str, dict[str, Any]]:
    text = files("lantian.telemetry.hj212").joinpath(f"data/{name}").read_text(encoding="utf-8")
    read: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return read


def _commands() -> dict[str, Command]:
    many = ("ways", "asks", "gives")
    found = {}
    for cn, entry in _data("commands.yaml").items():
        read: dict[str, Any] = {key: tuple(value) if key in many else value for key, value in entry.items()}
        found[cn] = Command(cn, **read)
    return found


COMMANDS = _commands()
"""The table of commands: HJ 212-2017, table 9, with what is known of 2025."""


@cache
def systems() -> dict[str, tuple[str, str]]:
    """Kinds of system (ST) and their names, Chinese and English. HJ 212-2017, table 5."""
    text = files("lantian.telemetry.hj212").joinpath("data/systems.csv").read_text(encoding="utf-8")
    rows = [line.split(",") for line in text.splitlines()[1:]]
    return {row[0]: (row[1], row[2]) for row in rows}


@cache
def _answers() -> dict[str, dict[str, dict[str, str]]]:
    return _data("answers.yaml")


def answer_words(name: str, value: str, language: str) -> str | None:
    """What a QnRtn or ExeRtn says; None for a value no table knows.

    Parameters
    ----------
    name
        `QnRtn` or `ExeRtn`
    value
        as sent
    language
        `zh` or `en`
    """
    found = _answers().get(name, {}).get(value.lstrip("0") or "0")
    return None if found is None else found["zh" if language.startswith("zh") else "en"]


class Reading(NamedTuple):
    """One field of one factor, typed.

    `value` is a Decimal for numbers, a datetime (UTC) for times, text for information, None where the site
    sent none or something unreadable; `text` is what it sent.
    """

    code: str
    field: str
    value: Value
    text: str
    mark: str | None
    factor: codes.Factor | None


class Typed(NamedTuple):
    """A packet's meaning.

    Parameters
    ----------
    command
        None for a CN no table knows
    values
        parameters, typed: datetime (UTC) for times, int and Decimal for numbers, text; None where unreadable
    readings
        the factors' fields
    """

    command: Command | None
    values: dict[str, Value]
    readings: tuple[Reading, ...]


def typed(packet: Packet) -> Typed:
    """The content of a packet as typed values.

    Parameters
    ----------
    packet
        of any command; what is unreadable is None, and `decode`'s faults say why
    """
    values = {name: value_of(fields.PARAMS.get(name), text) for name, text in packet.params.items()}
    readings = tuple(
        Reading(
            item.code,
            name,
            text
            if codes.is_word(item.code) and name != "SampleTime"
            else value_of(fields.FIELDS.get(name), text),
            text,
            item.mark,
            codes.factor(item.code),
        )
        for item in packet.items
        for name, text in item.fields.items()
    )
    return Typed(COMMANDS.get(packet.cn), values, readings)


def value_of(field: fields.Field | None, text: str) -> Value:
    """A text as sent, by the type of its field; unknown fields are numbers where they look like one.

    Parameters
    ----------
    field
        of `fields.PARAMS` or `fields.FIELDS`
    text
        as sent
    """
    kind = field.type if field else ""
    if kind == "T":
        return instant(text[:14])
    if kind.startswith("N") or not kind:
        if not _NUMBER.match(text):
            return None if kind else text
        whole = field is not None and "." not in kind and kind != "N" and text.lstrip("+-").isdigit()
        return int(text) if whole else Decimal(text)
    return text


def untyped(command: Command | str, values: Mapping[str, Value]) -> dict[str, str]:
    """Typed parameters as they are sent, each checked against its type and bounds.

    Parameters
    ----------
    command
        of `COMMANDS`, or its code
    values
        by parameter name; None leaves one out

    Raises
    ------
    LantianError
        a parameter the command does not have, or a value outside its bounds
    """
    found = COMMANDS.get(command) if isinstance(command, str) else command
    if found is None:
        raise LantianError(f"no command {command}.", remedy="See the table of commands in docs/hj212.md.")
    known = dict.fromkeys((*found.asks, *found.gives))
    for name in values:
        if name not in known and name not in fields.PARAMS:
            raise LantianError(f"command {found.cn} has no parameter {name}.", remedy=_has(known))
    ordered = [name for name in known if name in values] + [name for name in values if name not in known]
    return {
        name: text_of(fields.PARAMS[name], value) for name in ordered if (value := values[name]) is not None
    }


def _has(known: Mapping[str, None]) -> str:
    return f"It has {', '.join(known)}." if known else "It has none."


def text_of(field: fields.Field, value: Value) -> str:
    """A value as it is sent.

    Parameters
    ----------
    field
        its type and bounds
    value
        an aware datetime for times; numbers as int, Decimal or text
    """
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise LantianError(f"{field.name} {value} has no time zone.", remedy="Give an aware time.")
        return stamp(value)
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    _check(field, text)
    return text


def _check(field: fields.Field, text: str) -> None:
    where = f"{field.name}={text}"
    if field.type == "T":
        if instant(text) is None or len(text) != 14:
            raise LantianError("no time.", where=where, remedy="Write 14 digits, 20260801090000.")
        return
    kind = _TYPE.match(field.type)
    if kind is None:
        return
    size, point = kind[2], int(kind[3] or 0)
    if kind[1] == "C":
        if size and len(text.encode()) > int(size):
            raise LantianError(f"longer than {size} bytes.", where=where)
        return
    if not _NUMBER.match(text):
        raise LantianError("no number.", where=where)
    whole, _, part = text.lstrip("+-").partition(".")
    if size and (len(whole) > int(size) or len(part) > point):
        raise LantianError(f"more digits than {field.type} has.", where=where)
    number = Decimal(text)
    outside = (field.least is not None and number < field.least) or (
        field.most is not None and number > field.most
    )
    if outside:
        raise LantianError(f"outside {field.least} to {field.most}.", where=where)
    if field.oneof and number not in field.oneof:
        raise LantianError(f"not one of {', '.join(map(str, field.oneof))}.", where=where)


def item(code: str, values: Mapping[str, Value]) -> Item:
    """A factor with typed values as an item to send.

    Parameters
    ----------
    code
        such as `a21026`
    values
        by field: `{"Avg": Decimal("12.4"), "Flag": "N"}`
    """
    return Item(
        code,
        {
            name: text_of(fields.FIELDS.get(name) or fields.Field(name, "X", "", ""), value)
            for name, value in values.items()
            if value is not None
        },
    )
