"""What every template knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from lantian.office.frame.demo import demonstration

NAMES = {"zh-hans": "中文", "en": "English"}


def frame(request: HttpRequest) -> dict[str, Any]:
    """`simulated` (bool); `other_languages`: code and own name of each language that is not active."""
    active = get_language()
    return {
        "simulated": demonstration() is not None,
        "other_languages": [(code, NAMES[code]) for code, _name in settings.LANGUAGES if code != active],
    }
