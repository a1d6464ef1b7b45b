"""What can be odd about a packet: every code in one list, with words in both languages."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple

import yaml


class Kind(NamedTuple):
    """A code of the list.

    `kind` is the number of the malformation in the list the codec answers (1 to 26; 0 for our own),
    `level` one of `note` (told only), `odd` (read all the same; strict refuses), `wrong` (could not be
    read, or not believed).
    """

    code: str
    kind: int
    level: str
    zh: str
    en: str


@cache
def kinds() -> dict[str, Kind]:
    """Every code a fault can have."""
    text = files("lantian.telemetry.hj212").joinpath("data/faults.yaml").read_text(encoding="utf-8")
    return {code: Kind(code, **entry) for code, entry in yaml.safe_load(text).items()}


class Fault(NamedTuple):
    """One oddity of a packet.

    Parameters
    ----------
    code
        stable and short; the list is `kinds()`
    offset, length
        where in the packet as received, in bytes from its first `#`; length 0 where something is missing
    what
        the words concerned, such as the value that is no number
    """

    code: str
    offset: int
    length: int
    what: str = ""

    @property
    def words(self) -> str:
        """The fault as an English sentence."""
        return self.say("en")

    @property
    def level(self) -> str:
        """`note`, `odd` or `wrong`."""
        return kinds()[self.code].level

    def say(self, language: str) -> str:
        """The fault as a sentence.

        Parameters
        ----------
        language
            `zh`, `zh-hans` or `en`
        """
        found = kinds()[self.code]
        return (found.zh if language.startswith("zh") else found.en).replace("{what}", self.what)
