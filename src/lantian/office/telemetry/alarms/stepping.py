"""One step of an alarm or a lead, asked for by a form: done, or told in the page why not."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.frame.views import page


def stepped(
    request: HttpRequest,
    row: Any,
    name: str,
    *,
    allowed: Collection[str],
    act: Callable[..., None],
    template: str,
    context: Callable[[HttpRequest, Any], dict[str, Any]],
) -> HttpResponse:
    """Move a row on by the form of its page.

    Parameters
    ----------
    name
        the move, one of `allowed`: what the office itself does is no door of a page
    act
        moves it: called with the row, the move, the request and the reason, `version` and `files`
    template, context
        the page, shown again with what was written where the step is refused

    Raises
    ------
    PermissionDenied
        the move is none a person may ask for
    """
    if name not in allowed:
        raise PermissionDenied
    version = request.POST.get("version", "")
    try:
        act(
            row,
            name,
            request,
            request.POST.get("reason", ""),
            version=int(version) if version.isdecimal() and len(version) < 9 else None,
            files=request.FILES.getlist("files"),
        )
    except LantianError as error:
        messages.error(request, error.line)
        row.refresh_from_db()
        return page(request, template, context(request, row) | {"wrote": request.POST}, 422)
    messages.success(request, _("Done: %(state)s.") % {"state": row.state_label})
    return redirect(row)
