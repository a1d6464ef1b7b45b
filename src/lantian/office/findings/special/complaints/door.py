"""The public door is slow for who knocks too often: visits count by address, in the database."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address, ip_network

from django.http import HttpRequest

from lantian.office.findings.special.complaints.models import DoorVisit
from lantian.office.findings.special.complaints.sealing import fingerprint
from lantian.office.findings.special.rulings import rule
from lantian.office.frame import clock
from lantian.office.people.throttle import address

REPORT, QUESTION = "reports", "asks"
_OF = {REPORT: ("reports", "reports_minutes"), QUESTION: ("questions", "questions_minutes")}


def refused(request: HttpRequest, what: str) -> bool:
    """Whether this address did it too often within the window of the rulebook."""
    most, minutes = (int(rule("complaints.door").table[key]) for key in _OF[what])
    since = clock.now() - timedelta(minutes=minutes)
    return DoorVisit.objects.filter(what=what, address_hash=_who(request), at__gte=since).count() >= most


def count(request: HttpRequest, what: str) -> None:
    """Remember a visit; forget those that no longer count.

    The address is kept as a fingerprint only: it could tell who complained.
    """
    longest = max(int(rule("complaints.door").table[minutes]) for _most, minutes in _OF.values())
    DoorVisit.objects.filter(at__lt=clock.now() - timedelta(minutes=longest)).delete()
    DoorVisit.objects.create(what=what, address_hash=_who(request))


def _who(request: HttpRequest) -> str:
    """The address that connected; of IPv6 the network, since one connection has 2⁶⁴ addresses."""
    found = address(request)
    if found and (known := ip_address(found)).version == 6:
        found = str(ip_network((known, 64), strict=False))
    return fingerprint(f"door {found}")
