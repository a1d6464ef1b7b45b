"""The office's API at /api/, its documentation at /api/docs, both from this machine alone.

Every router is closed to the anonymous unless it says otherwise (`auth=None`, for the public router of the
portal), and every router reads through `people.scope`.
"""

from __future__ import annotations

from importlib import import_module
from typing import ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.renderers import JSONRenderer
from ninja.security import django_auth

from lantian import __version__
from lantian.errors import LantianError


class Readable(JSONRenderer):
    """JSON in which Chinese stays Chinese."""

    json_dumps_params: ClassVar = {"ensure_ascii": False}


api = NinjaAPI(
    renderer=Readable(),
    title="Lantian API",
    version=__version__,
    auth=django_auth,
    urls_namespace="api",
    description="Regions, plans, targets, tasks and air data, as far as the signed-in person may see them.",
)


@api.exception_handler(LantianError)
def mistake(request: HttpRequest, error: LantianError) -> HttpResponse:
    """A user's mistake as one line, status 422."""
    return api.create_response(request, {"detail": error.line}, status=422)


for app in settings.OFFICE_APPS:
    # portal's router is at /api/public/: what the anonymous may read.
    prefix = "/public/" if app == "portal" else "/"
    api.add_router(prefix, import_module(f"lantian.office.{app}.api").router)
