"""Our files in unfold's pages, under the names the manifest gives them."""

from __future__ import annotations

from django.http import HttpRequest
from django.templatetags.static import static


def style(request: HttpRequest) -> str:
    """The office's style sheet."""
    return static("lantian/lantian.css")


def air(request: HttpRequest) -> str:
    """The style of air figures, on the board and on every page that shows one."""
    return static("monitoring/air.css")


def icon(request: HttpRequest) -> str:
    """The icon of the browser's tab."""
    return static("lantian/favicon.svg")
