"""What a form says, read into plain values; a wrong one is told in a line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from lantian.ambient.screens.thresholds import ITEMS
from lantian.errors import LantianError
from lantian.office.monitoring import kernel
from lantian.office.quality.rules import BY_HAND, Wish


def day_of(text: str | None) -> date | None:
    """A day of a form; None for an empty field.

    Raises
    ------
    LantianError
        it is no day
    """
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise LantianError(_("“%(text)s” is no day") % {"text": text[:40]}) from None


def wish_of(form: Any, *, single: bool) -> Wish:
    """The decision a form asks for; hours and values of its own only where one suspicion is meant.

    Raises
    ------
    LantianError
        a time that is none
    """
    verdict, reason = form.get("verdict", ""), form.get("reason", "")[:2000]
    if not single:
        return Wish(verdict, reason)
    items = tuple(item for item in ITEMS if item in form.getlist("items"))
    own = form.get("range") == "own"
    method = form.get("method", "factor")
    values = {
        item: _factor(text) if method == "factor" else text
        for item in items
        if method in {"factor", "value"} and (text := form.get(f"{method}-{item}", "").strip())
    }
    return Wish(
        verdict,
        reason,
        items,
        _hour(form.get("since")) if own else None,
        _hour(form.get("until")) if own else None,
        values if verdict == "correct" else {},
        _by_hour(form, items) if verdict == "correct" and method == "hours" else {},
    )


def _factor(text: str) -> str:
    plain = text.strip().lstrip("*×xX ").strip()
    return f"*{plain}"


def _hour(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=kernel.SHANGHAI)
    except ValueError:
        raise LantianError(
            _("“%(text)s” is no hour") % {"text": text[:40]}, remedy=_("Choose it again.")
        ) from None


def _by_hour(form: Mapping[str, str], items: tuple[str, ...]) -> dict[tuple[str, datetime], str]:
    found = {}
    for name, text in form.items():
        start, _sign, stamp = name.partition("@")
        item = start.removeprefix("hour-")
        if start.startswith("hour-") and item in items and text.strip():
            try:
                found[item, datetime.fromisoformat(stamp)] = text.strip()[:20]
            except ValueError:
                continue
            if len(found) > BY_HAND * len(ITEMS):
                raise LantianError(_("too many hours to be corrected one by one"))
    return found
