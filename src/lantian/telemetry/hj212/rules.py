"""What the codec takes from the rulebook: bounds of the standard, and assumptions about the text of 2025."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from lantian.rulebook import load


class Rules(NamedTuple):
    """The codec's rules (`telemetry.hj212`).

    Parameters
    ----------
    most, taken
        the longest data segment of the standard, and the longest taken [bytes]
    rounding
        `half_even` or `half_up`: how values are rounded before they are sent
    resent_field
        the field that says a packet is sent again
    heartbeat, heartbeat_answer
        commands
    cipher_from
        the first generation whose content may be encrypted
    unknown_version
        the generation an unknown version counts as
    """

    most: int
    taken: int
    rounding: str
    resent_field: str
    heartbeat: str
    heartbeat_answer: str
    cipher_from: int
    unknown_version: int


@cache
def rules() -> Rules:
    """The rules in force, read once a process."""
    book = load()

    def rule(name: str) -> int:
        return book.rule(f"telemetry.hj212.{name}").integer

    return Rules(
        rule("segment.most"),
        rule("segment.taken"),
        book.rule("telemetry.hj212.rounding").text,
        book.rule("telemetry.hj212.resent_field").text,
        f"{rule('heartbeat.command'):04d}",
        f"{rule('heartbeat.answer'):04d}",
        rule("cipher_from"),
        rule("unknown_version"),
    )
