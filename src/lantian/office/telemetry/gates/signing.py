"""How a gate system signs: HMAC-SHA256 over the time of sending and the body, with the key's secret.

X-Lantian-Key        name of the key
X-Lantian-Time       seconds since 1970
X-Lantian-Signature  hexadecimal HMAC-SHA256 of  "<time>\\n" + body
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.http import HttpRequest

from lantian.office.findings.special.complaints.sealing import seal, unseal
from lantian.office.frame import clock
from lantian.office.telemetry.gates.models import GateKey
from lantian.rulebook import load

KEY, TIME, SIGNATURE = "X-Lantian-Key", "X-Lantian-Time", "X-Lantian-Signature"


class NotSignedError(Exception):
    """Why a message is not believed: a stable code."""


def signature(secret: str, time: str, body: bytes) -> str:
    """The signature of a body sent at a time [seconds since 1970, as written in the header]."""
    return hmac.new(secret.encode(), f"{time}\n".encode() + body, hashlib.sha256).hexdigest()


def new_secret(name: str) -> tuple[str, str]:
    """A new secret, and the same sealed for this key's name."""
    secret = secrets.token_urlsafe(32)
    return secret, seal(secret, f"gate key {name}")


def signed_by(request: HttpRequest) -> GateKey:
    """The key that signed a message.

    Raises
    ------
    NotSignedError
        with `unknown_key`, `revoked_key`, `wrong_time` or `wrong_signature`
    """
    name, time = request.headers.get(KEY, ""), request.headers.get(TIME, "")
    key = GateKey.objects.select_related("gate").filter(name=name[:24]).first()
    if key is None:
        raise NotSignedError("unknown_key")
    wanted = signature(unseal(key.sealed, f"gate key {key.name}"), time, request.body)
    if not hmac.compare_digest(wanted.encode(), request.headers.get(SIGNATURE, "").lower().encode()):
        raise NotSignedError("wrong_signature")
    # Only what is signed by a good key is worth more words than "no".
    if key.revoked_at is not None or key.gate.withdrawn:
        raise NotSignedError("revoked_key")
    window = load().rule("telemetry.gates.signature_seconds").integer
    if not time.isdecimal() or abs(clock.now().timestamp() - int(time[:12])) > window:
        raise NotSignedError("wrong_time")
    return key
