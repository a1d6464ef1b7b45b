"""Factor codes, old and new: names, units, families."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

_INFORMATION = re.compile(r"I\d{5}\Z", re.ASCII)
_SHAPE = re.compile(r"([a-z]\d{5})[a-z]\Z", re.ASCII)


class Factor(NamedTuple):
    """What a code means.

    Parameters
    ----------
    code
        the canonical one, of HJ 212-2017 or 2025
    old
        the code of 2005, empty where there is none
    zh, en, symbol
        names; the symbol where one is usual
    unit, amount
        the standard's default unit of a concentration or state, and of `Cou`; empty where it has none.
        What a device really sends may differ: `units.unit_of`
    type
        the standard's type, `N5.2`
    family
        air, flue, weather, water, process, information, equipment, power, condition
    verified
        whether the standard's own text was read
    source
        document and table
    """

    code: str
    old: str
    zh: str
    en: str
    symbol: str
    unit: str
    amount: str
    type: str
    family: str
    verified: bool
    source: str


@cache
def table() -> dict[str, Factor]:
    """Every factor known, by canonical code."""
    text = files("lantian.telemetry.hj212").joinpath("data/factors.csv").read_text(encoding="utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        verified = row.pop("verified") == "true"
        found[row["code"]] = Factor(**row, verified=verified)
    return found


@cache
def old_codes() -> dict[str, str]:
    """Codes of 2005 and what they are called now."""
    return {factor.old: factor.code for factor in table().values() if factor.old}


def canonical(code: str, mapping: Mapping[str, str] | None = None) -> str:
    """The code of today for a code as sent; the code itself where nothing better is known.

    Parameters
    ----------
    code
        as sent: `02`, `a21026`, `PM10`
    mapping
        the device's own codes; asked first
    """
    if mapping and code in mapping:
        return mapping[code]
    return code if code in table() else old_codes().get(code, code)


_NUMBERED = (
    # A process item and the number of its device; power by whose it is; treatment equipment by its number.
    (re.compile(r"(g\d{3})(\d{2})\Z", re.ASCII), "xx"),
    (re.compile(r"(d[23])(\d{4})\Z", re.ASCII), "xxxx"),
    (re.compile(r"(SB)(\d{1,2})\Z", re.ASCII), "n"),
)


@lru_cache(maxsize=4096)
def factor(code: str) -> Factor | None:
    """What a code as sent means; None where no table knows it.

    Parameters
    ----------
    code
        of any generation; process (`g10102`), power (`d20105`) and equipment (`SB1`) codes carry a
        device's number
    """
    known = table().get(canonical(code))
    if known is not None:
        return known
    for pattern, rest in _NUMBERED:
        found = pattern.match(code)
        general = table().get(found[1] + rest) if found else None
        if found and general:
            number = found[2].lstrip("0") or "0"
            return general._replace(code=code, zh=f"{general.zh} {number}", en=f"{general.en} {number}")
    if _INFORMATION.match(code):
        return table().get(f"i{code[1:]}")
    return None


@lru_cache(maxsize=4096)
def doubt(code: str) -> str | None:
    """The fault a code as sent is worth: `code_old`, `code_suffix`, `code_unknown`, or none."""
    if code in table():
        return None
    if code in old_codes():
        return "code_old"
    if factor(code):
        return None
    suffixed = _SHAPE.match(code)
    return "code_suffix" if suffixed and suffixed[1] in table() else "code_unknown"


@lru_cache(maxsize=4096)
def is_word(code: str) -> bool:
    """Whether values of this code are words by design: condition marks, information of the site."""
    known = factor(code)
    return known is not None and known.family in ("condition", "information")
