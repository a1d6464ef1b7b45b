"""Guessing passwords is slow: failures count by name and by address, in the database all workers share."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from lantian.office.people.models import FailedSignIn

WINDOW = timedelta(minutes=15)
PER_NAME_AND_ADDRESS = 5
# A stranger who knows a name must not lock its owner out from elsewhere, so a name alone bears many more.
PER_NAME = 50
PER_ADDRESS = 30


def refused(request: HttpRequest, name: str) -> bool:
    """Whether this name at this address has failed too often within the window."""
    since = timezone.now() - WINDOW
    recent = FailedSignIn.objects.filter(at__gte=since)
    here, named = recent.filter(address=address(request)), recent.filter(name=_key(name))
    return (
        here.filter(name=_key(name)).count() >= PER_NAME_AND_ADDRESS
        or here.count() >= PER_ADDRESS
        or named.count() >= PER_NAME
    )


def count(request: HttpRequest, name: str) -> None:
    """Remember a failure; forget those that no longer count."""
    FailedSignIn.objects.filter(at__lt=timezone.now() - WINDOW).delete()
    FailedSignIn.objects.create(name=_key(name), address=address(request))


def forget(request: HttpRequest, name: str) -> None:
    """The right password clears the failures of this name at this address."""
    FailedSignIn.objects.filter(name=_key(name), address=address(request)).delete()


def address(request: HttpRequest) -> str | None:
    """The address that connected.

    A header could be written by whoever guesses, so none is believed, but for the last word of the proxy that
    `LANTIAN_HTTPS` says the office stands behind: else all its people would share one address.
    """
    found = request.META.get("REMOTE_ADDR", "")
    if settings.HTTPS:
        found = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or found
    try:
        return str(ip_address(found))
    except ValueError:
        return None


def _key(name: str) -> str:
    return name.strip().casefold()[:150]
