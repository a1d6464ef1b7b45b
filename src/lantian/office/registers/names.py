"""Names and codes of enterprises: the credit code's check digit, and names that may mean the same firm."""

from __future__ import annotations

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def is_credit_code(code: str) -> bool:
    """Whether the last character of a unified social credit code fits the others.

    Rule: GB 32100-2015, 4.5: weights 3^(i-1) mod 31, the sum with the check character is a multiple of 31.
    """
    text = code.strip().upper()
    if len(text) != 18 or any(c not in CREDIT_ALPHABET for c in text):
        return False
    weighted = sum(CREDIT_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(text[:17]))
    return (31 - weighted % 31) % 31 == CREDIT_ALPHABET.index(text[17])
