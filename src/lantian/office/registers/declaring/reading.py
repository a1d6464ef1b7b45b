"""Reading what people write into cells, forms and the API: a value, or the words why there is none.

Nothing is guessed, converted or rounded in silence: a number with another unit, a day of another century, a
third decimal where two are kept are each said, with what to write instead.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from lantian.office.frame import clock

EMPTY = frozenset({"", "-", "--", "—", "——", "/", "无", "无数据", "NA", "N/A", "NULL", "NONE"})
EARLIEST = date(1949, 10, 1)
LATEST_YEARS = 50
YES = frozenset({"是", "有", "√", "✓", "Y", "YES", "TRUE", "1"})
NO = frozenset({"否", "无", "没有", "×", "N", "NO", "FALSE", "0"})
_NUMBER = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*)")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DAY = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?")
_SAME_UNIT = str.maketrans({"³": "3", "²": "2", "μ": "u", "µ": "u", "·": "", "•": "", "*": "", " ": ""})


class WrongValueError(ValueError):
    """What cannot be taken: `code` is short and stable, the text says what is wrong and what to write."""

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        super().__init__(reason)


def text_of(raw: Any) -> str:
    """A cell as text: without surrounding space and control characters; a whole float without its `.0`."""
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    if isinstance(raw, float):
        return format(raw, ".15g")
    text = str(raw)
    if not text.isprintable():
        text = "".join(c if c in "\n\t" or unicodedata.category(c)[0] != "C" else " " for c in text)
    text = text.strip()
    # The apostrophe that keeps a spreadsheet from running a text as a formula is not part of it.
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@＝＋－＠" else text


def is_empty(raw: Any) -> bool:
    """Whether nothing is said: an empty cell, a dash, 无."""
    return raw is None or (isinstance(raw, str) and text_of(raw).upper() in EMPTY)


def same_unit(one: str, other: str) -> bool:
    """Whether two units of measure are the same however they are written: t/h and 吨/小时 are not guessed."""
    return _plain_unit(one) == _plain_unit(other)


def _plain_unit(unit: str) -> str:
    return unicodedata.normalize("NFKC", unit).translate(_SAME_UNIT).lower()


def number_of(raw: Any, unit: str = "", also: tuple[str, ...] = ()) -> Decimal:
    """An exact number, with its unit or without.

    Raises
    ------
    WrongValueError
        it is no number, or is written in another unit; a number is never converted in silence
    """
    if isinstance(raw, bool):
        raise WrongValueError("not_a_number", _("“%(text)s” is not a number") % {"text": raw})
    if isinstance(raw, int) or (isinstance(raw, Decimal) and raw.is_finite()):
        return Decimal(raw)
    text = unicodedata.normalize("NFKC", text_of(raw)).replace("−", "-")
    match = _NUMBER.fullmatch(text)
    if match is None or (match[2] and match[2][0] in ",.0123456789"):
        raise WrongValueError("not_a_number", _not_a_number(text))
    if match[2] and not any(same_unit(match[2], known) for known in (unit, *also) if known):
        raise WrongValueError(
            "wrong_unit",
            _("“%(text)s” is in %(theirs)s, this column in %(ours)s: convert it and write the number")
            % {"text": text, "theirs": match[2], "ours": unit or _("no unit")},
        )
    try:
        value = Decimal(match[1])
    except InvalidOperation:  # an exponent beyond reason
        raise WrongValueError("not_a_number", _not_a_number(text)) from None
    if not value.is_finite() or abs(value.adjusted()) > 30:
        raise WrongValueError("not_a_number", _not_a_number(text))
    return value


def decimals_of(value: Decimal) -> int:
    """How many decimals a finite number has, exactly: `normalize` would round to 28 digits."""
    _sign, digits, exponent = value.as_tuple()
    trailing = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return 0 if not any(digits) else max(0, -int(exponent) - trailing)


def _not_a_number(text: str) -> str:
    if _THOUSANDS.fullmatch(text):
        return _("“%(text)s” is not a number: write %(plain)s") % {
            "text": text,
            "plain": text.replace(",", ""),
        }
    if re.fullmatch(r"-?\d+,\d+", text):
        return _("“%(text)s” is not a number: write %(plain)s") % {
            "text": text,
            "plain": text.replace(",", "."),
        }
    return _("“%(text)s” is not a number") % {"text": text[:40]}


def day_of(raw: Any, *, past: bool = False) -> date:
    """A day: a date cell, 2025-02-03, 2025/2/3, 2025.2.3, 20250203, 2025年2月3日.

    Raises
    ------
    WrongValueError
        it is no day, or lies before 1949, too far ahead, or ahead at all where only past days make sense
    """
    if isinstance(raw, datetime):
        found: date | None = raw.date()
    elif isinstance(raw, date):
        found = raw
    else:
        found = _day_in(unicodedata.normalize("NFKC", text_of(raw)))
    if found is None:
        raise WrongValueError(
            "not_a_date", _("“%(text)s” is not a day: write 2025-02-03") % {"text": text_of(raw)[:40]}
        )
    today = clock.today()
    if found < EARLIEST or found > today + timedelta(days=366 * LATEST_YEARS):
        raise WrongValueError(
            "century", _("%(day)s lies in another century: check the year") % {"day": found.isoformat()}
        )
    if past and found > today:
        raise WrongValueError("future", _("%(day)s has not come yet") % {"day": found.isoformat()})
    return found


def _day_in(text: str) -> date | None:
    plain = re.split(r"[T ]", text, maxsplit=1)[0]
    match = _DAY.fullmatch(plain) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", plain)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def flag_of(raw: Any) -> bool:
    """是 or 否, in the usual ways to write them."""
    if isinstance(raw, bool):
        return raw
    text = unicodedata.normalize("NFKC", text_of(raw)).upper()
    if text in YES:
        return True
    if text in NO:
        return False
    raise WrongValueError("not_a_flag", _("“%(text)s” is neither 是 nor 否") % {"text": text[:40]})
