"""Values of a plan file read from YAML nodes, so that every fault is told with its line and key."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

import yaml

from lantian.errors import LantianError

_TEXT = "tag:yaml.org,2002:str"
_NULL = "tag:yaml.org,2002:null"
_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: its line (from 1), the key it stands at, what is wrong."""

    line: int
    key: str
    what: str

    def said(self, name: str) -> str:
        """`plan.yaml line 12, tasks[3].by: "soon" is not a date`."""
        return f"{name} line {self.line}{', ' + self.key if self.key else ''}: {self.what}"


class PlanFileError(LantianError):
    """A plan file that does not hold; `faults` has every fault as one line, in the order of the file."""

    def __init__(self, name: str, faults: Sequence[Fault]) -> None:
        ordered = sorted(faults, key=lambda fault: fault.line)
        self.faults = tuple(fault.said(name) for fault in ordered)
        first = ordered[0]
        more = len(ordered) - 1
        also = f" (and {more} more fault{'' if more == 1 else 's'})" if more else ""
        where = f"{name} line {first.line}{', ' + first.key if first.key else ''}"
        super().__init__(first.what + also, where=where)


@dataclass(frozen=True, slots=True)
class Key:
    """What a key holds: how its value is read, whether it is needed, whether it differs in a list."""

    read: Callable[..., Any]
    needed: bool = False
    unique: bool = False
    nested: bool = False  # the value is read with the list of faults and its place


def line_of(node: yaml.Node) -> int:
    """The line of a node, from 1."""
    return int(node.start_mark.line) + 1


def root_of(data: bytes | str, name: str) -> yaml.Node:
    """The YAML document as nodes; nothing in it is a reference to another place.

    Raises
    ------
    PlanFileError
        it is no YAML, or holds references
    """
    try:
        words = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        for event in yaml.parse(words, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise PlanFileError(
                    name, [Fault(line, "", f"*{event.anchor} refers to another place; write it out")]
                )
        node = yaml.compose(words, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise PlanFileError(name, [Fault(1, "", "the file is not UTF-8")]) from error
    except RecursionError as error:
        raise PlanFileError(name, [Fault(1, "", "lists within lists without end")]) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise PlanFileError(name, [Fault(line, "", f"not YAML: {error.problem}")]) from error
    except yaml.YAMLError as error:
        line = words[: getattr(error, "position", 0)].count("\n") + 1
        said = "not YAML: a character that may not stand in it"
        raise PlanFileError(name, [Fault(line, "", said)]) from error
    if node is None:
        raise PlanFileError(name, [Fault(1, "", "the file is empty")])
    return node


def mapping(node: yaml.Node, keys: dict[str, Key], faults: list[Fault], where: str) -> dict[str, Any]:
    """Every key of `keys` with its value, None where it is left out; `lines` has the line of each.

    What is wrong goes to `faults`, and the reading goes on.
    """
    found: dict[str, Any] = {**dict.fromkeys(keys), "lines": dict.fromkeys(keys, line_of(node))}
    if not isinstance(node, yaml.MappingNode):
        faults.append(
            Fault(line_of(node), where, f"should be keys and values, such as {next(iter(keys), '')}: …")
        )
        return found
    seen: set[str] = set()
    for key_node, value in node.value:
        name = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
        place = f"{where}.{name}" if where else name
        if name not in keys:
            near = get_close_matches(name, keys, 1)
            hint = f'did you mean "{near[0]}"?' if near else f"known here: {', '.join(keys)}"
            faults.append(Fault(line_of(key_node), where, f'unknown key "{name}"; {hint}'))
            continue
        if name in seen:
            faults.append(Fault(line_of(key_node), where, f'the key "{name}" stands here twice'))
            continue
        seen.add(name)
        found["lines"][name] = line_of(key_node)
        if value.tag == _NULL:
            continue
        try:
            found[name] = (
                keys[name].read(value, faults, place) if keys[name].nested else keys[name].read(value)
            )
        except ValueError as error:
            faults.append(Fault(line_of(value), place, str(error)))
            seen.add(f"{name} ")
    for name, key in keys.items():
        if key.needed and found[name] is None and f"{name} " not in seen:
            faults.append(Fault(line_of(node), where, f'the key "{name}" is missing'))
    return found


def sequence(node: yaml.Node, keys: dict[str, Key], faults: list[Fault], where: str) -> list[dict[str, Any]]:
    """A list of mappings; a value that must differ and stands twice is a fault."""
    if not isinstance(node, yaml.SequenceNode):
        raise ValueError("should be a list: each entry begins with -")
    rows = [mapping(item, keys, faults, f"{where}[{n}]") for n, item in enumerate(node.value)]
    for name in (name for name, key in keys.items() if key.unique):
        first: dict[Any, int] = {}
        for n, row in enumerate(rows):
            value, line = row[name], row["lines"][name]
            if value is not None and value in first:
                said = f'the {name} "{value}" stands already in line {first[value]}'
                faults.append(Fault(line, f"{where}[{n}].{name}", said))
            first.setdefault(value, line)
    return rows


def text(node: yaml.Node) -> str:
    """Words as they stand: `12` and `2025-10` are words too."""
    if not isinstance(node, yaml.ScalarNode):
        raise ValueError("should be words, not a list or keys")
    return str(node.value)


def texts(node: yaml.Node) -> list[str]:
    """A list of words."""
    return [text(item) for item in _items(node)]


doubts = texts


def number(node: yaml.Node) -> float:
    """A number, `44` or `0.5`."""
    words = text(node)
    try:
        value = float(words) if node.tag in _NUMBERS else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) >= 1e14:
        raise ValueError(f'"{words}" is not a number')
    return value


def integer(node: yaml.Node) -> int:
    """A whole number that is not negative."""
    words = text(node)
    if not re.fullmatch(r"\d{1,9}", words):
        raise ValueError(f'"{words}" is not a whole number')
    return int(words)


def yes(node: yaml.Node) -> bool:
    """`true` or `false`."""
    words = text(node)
    if words not in {"true", "false"}:
        raise ValueError(f'"{words}" is neither true nor false')
    return words == "true"


def date_text(node: yaml.Node) -> str:
    """A year, a month or a day that exists."""
    words = text(node)
    match = _DATE.match(words)
    try:
        if match is None:
            raise ValueError
        date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        raise ValueError(f'"{words}" is not a date; write 2025, 2025-10 or 2025-10-31') from None
    return words


def path(node: yaml.Node) -> list[str]:
    """A path of clause numbers, `三/（一）/12` or a list of them."""
    if isinstance(node, yaml.SequenceNode):
        return texts(node)
    words = text(node)
    return words.split("/") if words else []


def span(node: yaml.Node) -> tuple[int, int]:
    """First character of the words and the one after their last."""
    ends = [integer(item) for item in _items(node)]
    if len(ends) != 2 or ends[0] > ends[1]:
        raise ValueError("should be [first, last + 1], such as [120, 455]")
    return ends[0], ends[1]


def one_of(choices: Sequence[str]) -> Callable[[yaml.Node], str]:
    """One of a few words."""

    def read(node: yaml.Node) -> str:
        words = text(node)
        if words not in choices:
            raise ValueError(f'"{words}" is none of: {", ".join(choices)}')
        return words

    return read


def _items(node: yaml.Node) -> Iterator[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode):
        raise ValueError("should be a list, such as [a, b]")
    return iter(node.value)
