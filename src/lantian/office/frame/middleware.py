"""What every answer carries: headers that keep the page to this host, and the number of the request."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

GetResponse = Callable[[HttpRequest], HttpResponse]

# unsafe-eval: Alpine, which unfold's shell is driven by, builds functions from attributes. Inline scripts
# stay forbidden. Inline styles: unfold's theme block, htmx's indicator, ECharts' tooltips, colours of map
# tiles.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

request_id: ContextVar[str] = ContextVar("lantian_request_id", default="")
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")


class SecurityHeaders:
    """Forbids every page to ask anything of another host; also on static files and errors."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(self)")
        response.headers.setdefault("X-Frame-Options", "DENY")
        return response


class NoNull:
    """Refuses the sign U+0000 in an address or a form: PostgreSQL keeps none, and nobody types one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = (
            text for told in (request.GET, request.POST) for _name, texts in told.lists() for text in texts
        )
        if "\0" in request.path or any("\0" in text for text in said):
            return HttpResponseBadRequest("U+0000", content_type="text/plain")
        return self.get_response(request)


class Language(LocaleMiddleware):
    """Chinese, until a person asks for another language by the switch.

    What the browser prefers does not count: an office speaks one language until someone says otherwise.
    """

    def process_request(self, request: HttpRequest) -> None:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = {code for code, _name in settings.LANGUAGES}
        translation.activate(chosen if chosen in known else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        patch_vary_headers(response, ("Cookie",))
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


class RequestId:
    """Numbers the request, so that the action log, the server's log and the caller speak of the same one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        number = given if _SANE.fullmatch(given) else uuid.uuid4().hex
        token = request_id.set(number)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response.headers["X-Request-ID"] = number
        return response
