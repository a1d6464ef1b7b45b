"""Parts of a station's page that other apps bring: fragments fetched when the page is there.

parts.register("quality:station-part", order=10)   # a URL whose one argument is the station's code
"""

from __future__ import annotations

from django.urls import reverse

_parts: dict[str, int] = {}


def register(url_name: str, order: int) -> None:
    """Add a part; the same address again replaces it."""
    _parts[url_name] = order


def placed(code: str) -> list[str]:
    """The addresses of the parts of a station's page, in order."""
    return [reverse(name, args=[code]) for name, _ in sorted(_parts.items(), key=lambda part: part[1])]
