"""The list of lines: every device with the state of its line."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from lantian.office.frame.views import page


@login_required
def lines(request: HttpRequest) -> HttpResponse:
    """The devices of a person's scope."""
    return page(request, "telemetry/lines.html", {"title": _("State of the lines")})
