"""Words in both languages, and numbers as a person writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lantian.errors import LantianError

FEW = 6
"""Decimals after which a number that does not end is cut for reading; it is never used cut."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Chinese for `zh`, `zh-hans` …, else English."""
        return self.zh if language.lower().startswith("zh") else self.en

    def as_dict(self) -> dict[str, str]:
        """For canonical JSON."""
        return {"zh": self.zh, "en": self.en}

    @classmethod
    def of(cls, value: object) -> Text:
        """`{zh: …, en: …}`, or one text for both languages."""
        if isinstance(value, Mapping):
            return cls(str(value["zh"]), str(value["en"]))
        return cls(str(value), str(value))


def same(text: str) -> Text:
    """One text for both languages."""
    return Text(text, text)


def half_even(value: Fraction, decimals: int) -> Decimal:
    """`value` rounded once, half to even (GB/T 8170)."""
    scaled: int = round(value * 10**decimals)  # Fraction.__round__ is exact and half-even
    return Decimal(scaled).scaleb(-decimals)


def number(value: Fraction | Decimal | int, *, name: str = "a value") -> Fraction:
    """A number as an exact fraction; floats are refused, because they are none."""
    if isinstance(value, bool) or not isinstance(value, Fraction | Decimal | int):
        raise LantianError(f"{name} is {value!r}, not an exact number", remedy="Give a Decimal.")
    return Fraction(value)


def shown(value: Fraction | Decimal | int) -> str:
    """A number for reading: all its decimals where they end soon, else six of them after `≈`."""
    exact = Fraction(value)
    cut = half_even(exact, FEW)
    text = f"{cut:f}".rstrip("0").rstrip(".")
    text = "0" if text in {"-0", ""} else text.replace("-", "−")
    return text if Fraction(cut) == exact else f"≈{text}"


def equal(value: Fraction | Decimal | int) -> str:
    """The end of a sum: `= 2.5`, or `≈ 32.666667` where the decimals do not end."""
    text = shown(value)
    return f"≈ {text[1:]}" if text.startswith("≈") else f"= {text}"


def held(value: Fraction | Decimal | int) -> str:
    """A number inside a sum: in brackets where it is negative."""
    return f"({shown(value)})" if value < 0 else shown(value)
