"""Numbers as plans write them: digits, grouped digits, Chinese numerals, 百分之八十."""

from __future__ import annotations

import re

DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
CHINESE = r"[零一二两三四五六七八九十百千]+(?:点[零一二三四五六七八九]+)?"

_VALUES = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}


def read_number(text: str) -> float | None:
    """The value of `text`: `28,242`, `2.5`, `三十五`, `一百一十七`, `二零二五`, `十二点五`. None when it
    is no number.

    Parameters: text, folded (half width). Returns an int-valued or decimal float.
    """
    if re.fullmatch(DIGITS, text):
        return float(text.replace(",", ""))
    if not re.fullmatch(CHINESE, text):
        return None
    whole, _, fraction = text.partition("点")
    value = float(_chinese_integer(whole))
    if fraction:
        value = float(f"{int(value)}." + "".join(str(_VALUES[c]) for c in fraction))
    return value


def _chinese_integer(text: str) -> int:
    if not any(c in _TENS for c in text):  # digit by digit, as in years
        return int("".join(str(_VALUES[c]) for c in text))
    total, digit = 0, 0
    for character in text:
        if character in _TENS:
            total += (digit or (0 if total and character != "十" else 1)) * _TENS[character]
            digit = 0
        else:
            digit = _VALUES[character]
    if digit and text[-2] in "百千" and len(text) >= 2 and "零" not in text:
        return total + digit * _TENS[text[-2]] // 10  # 一百二 = 120
    return total + digit


def read_year(text: str) -> int | None:
    """A calendar year: `2025`, `二零二五`. None outside 1990 to 2099."""
    value = read_number(text)
    return int(value) if value is not None and 1990 <= value <= 2099 else None
