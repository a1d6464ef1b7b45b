"""An explanation as one page to recompute with a calculator: HTML that prints on A4, or text."""

from __future__ import annotations

from lantian.ambient.explanation import Explanation
from lantian.ambient.export.html import html as _html
from lantian.ambient.export.pages import page, title
from lantian.ambient.export.text import text as _text

__all__ = ["to_html", "to_text"]


def to_html(explanation: Explanation, *, language: str = "zh") -> str:
    """The explanation as a self-contained HTML page.

    Parameters
    ----------
    language
        `zh` or `en`
    """
    return _html(page(explanation, language), title=title(explanation, language), language=language)


def to_text(explanation: Explanation, *, language: str = "zh") -> str:
    """The explanation as plain text."""
    return _text(page(explanation, language))
