"""YAML read for people: every value keeps the line it stands on, and nothing is guessed.

Numbers become int or Decimal, never float; a key written twice is an error; `yes` and `on` are words, not
truths.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from lantian.errors import LantianError

INTEGER = re.compile(r"[-+]?\d+")
DECIMAL = re.compile(r"[-+]?\d+\.\d+")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


class RuleError(LantianError):
    """Something is wrong with a rule file, or a rule was asked for that does not exist."""


@dataclass(frozen=True, slots=True)
class Line:
    """A place in a file, for error messages: `limits.yaml line 12`."""

    file: str
    number: int

    def __str__(self) -> str:
        return f"{self.file} line {self.number}"

    def error(self, what: str, remedy: str) -> RuleError:
        return RuleError(what, where=str(self), remedy=remedy)


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the file with its line. `value` is a scalar, a list of Node, or a dict of str to Node."""

    value: Any
    line: Line

    @property
    def kind(self) -> str:
        """What this is, in words for a message."""
        kinds: tuple[tuple[type, str], ...] = (
            (dict, "a group of keys"),
            (list, "a list"),
            (bool, "true or false"),
            (int, f"the number {self.value}"),
            (Decimal, f"the number {self.value}"),
            (date, f"the date {self.value}"),
            (str, f"the text {self.value!r}"),
        )
        return next((words for kind, words in kinds if isinstance(self.value, kind)), "empty")

    def plain(self) -> Any:
        """The value without lines, frozen: lists become tuples."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return tuple(node.plain() for node in self.value)
        return self.value


def _compose(text: str) -> yaml.Node | None:
    """The tree of nodes. The parser in C takes a tenth of the time; the other complains more clearly."""
    quick = getattr(yaml, "CSafeLoader", None)
    if quick is not None:
        with contextlib.suppress(yaml.YAMLError):
            return yaml.compose(text, Loader=quick)
    return yaml.compose(text, Loader=yaml.SafeLoader)


def read_yaml(path: Path) -> Node:
    """The whole file as nodes.

    Raises
    ------
    RuleError
        the file cannot be read, is not UTF-8, is empty, is not YAML, or holds a key twice
    """
    name = path.name
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise RuleError(
            "the file is not UTF-8 text", where=f"{name} byte {error.start}", remedy="Save it as UTF-8."
        ) from error
    except OSError as error:
        raise RuleError(
            f"the rule file cannot be read ({error.strerror})", where=str(path), remedy="Check the path."
        ) from error
    try:
        root = _compose(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = Line(name, mark.line + 1 if mark else 1)
        raise line.error(
            f"this is not valid YAML ({error.problem})",
            "Check quotation marks, colons and that lines of one group begin in the same column (no tabs).",
        ) from error
    except yaml.YAMLError as error:
        raise RuleError(
            f"this is not valid YAML ({error})", where=name, remedy="Remove odd characters."
        ) from error
    if root is None:
        raise RuleError(
            "the file is empty", where=name, remedy="Write a tree of rules in it or leave it out."
        )
    return _node(root, name)


def _node(node: yaml.Node, name: str) -> Node:
    line = Line(name, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return Node(_mapping(node, name), line)
    if isinstance(node, yaml.SequenceNode):
        return Node([_node(child, name) for child in node.value], line)
    return Node(_scalar(node, line), line)


def _mapping(node: yaml.MappingNode, name: str) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for key_node, value_node in node.value:
        line = Line(name, key_node.start_mark.line + 1)
        if not isinstance(key_node, yaml.ScalarNode):
            raise line.error("a key must be one word", "Write `key: value`.")
        key = str(key_node.value)
        if key in found:
            raise line.error(
                f"the key '{key}' is written twice; the first stands on line {found[key].line.number}",
                "Keep one of the two.",
            )
        # A group begins below its key; who looks for a mistake looks for the key.
        found[key] = Node(_node(value_node, name).value, line)
    return found


def _scalar(node: yaml.Node, line: Line) -> int | Decimal | bool | date | str | None:
    text = str(node.value)
    if getattr(node, "style", None) in ("'", '"', "|", ">"):
        return text
    if text in CONSTANTS:
        return CONSTANTS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    if DECIMAL.fullmatch(text):
        return Decimal(text)
    if DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise line.error(
                f"{text} is not a day of the calendar", "Write the day as 2026-03-01."
            ) from error
    return text
