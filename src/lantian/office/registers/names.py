"""Names and codes of enterprises: the credit code's check digit, and names that may mean the same firm."""

from __future__ import annotations

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def is_credit_code(code: str) -> bool:
    """Whether the last character of a unified social credit code fits the others.

    Rule: GB 32100-2015, 4.5: weights 3^(i-1) mod 31, the sum with the check character is a multiple of 31.
    """
    text = code.strip().upper()
    return len(text) == 18 and all(c in CREDIT_ALPHABET for c in text) and with_check_digit(text[:17]) == text


def with_check_digit(text: str) -> str:
    """The first seventeen characters of a credit code with the eighteenth."""
    weighted = sum(CREDIT_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(text))
    return text + CREDIT_ALPHABET[-weighted % 31]
