"""Sealing a text with the office's own key, so that a copy of the database alone says nothing.

The key is 32 random bytes in `DATA/reporter.key` (mode 0600), made when it is first needed. A sealed text is
`1.` and the base64 of nonce, ciphertext and tag. The ciphertext is the text combined with HMAC-SHA256 of the
nonce and a counter (counter mode); the tag is HMAC-SHA256 over nonce, ciphertext and the words `about`, under
a second key. A text sealed for one complaint does not open for another; a changed one does not open at all.

This is encrypt-then-MAC with the standard library alone, because the office has no library of ciphers; the
leading `1` leaves room for another way.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from lantian.errors import LantianError

KEY_FILE = "reporter.key"
NONCE, TAG, BLOCK = 16, 32, 32


def key_path() -> Path:
    """Where the key lies. Keep its backup apart from that of the database."""
    return Path(settings.DATA) / KEY_FILE


def seal(text: str, about: str) -> str:
    """The text as only this office can read it, bound to what it is about."""
    key = _key()
    nonce = secrets.token_bytes(NONCE)
    covered = _combine(text.encode(), _derived(key, b"cipher"), nonce)
    tag = _tag(key, nonce, covered, about)
    return "1." + base64.urlsafe_b64encode(nonce + covered + tag).decode()


def unseal(sealed: str, about: str) -> str:
    """The text again.

    Raises
    ------
    LantianError
        the key is missing or another one, or the sealed text was changed or belongs to something else
    """
    if not key_path().exists():
        raise LantianError(
            _("the key of the sealed names is missing"),
            where=KEY_FILE,
            remedy=_("Put the file back from its backup: without it no name can be read."),
        )
    key = _key()
    try:
        whole = base64.urlsafe_b64decode(sealed.removeprefix("1."))
    except ValueError:
        whole = b""
    nonce, covered, tag = whole[:NONCE], whole[NONCE:-TAG], whole[-TAG:]
    if not sealed.startswith("1.") or not hmac.compare_digest(tag, _tag(key, nonce, covered, about)):
        raise LantianError(
            _("this sealed name does not open: it was changed, or the key is another one"), where=KEY_FILE
        )
    return _combine(covered, _derived(key, b"cipher"), nonce).decode()


def fingerprint(text: str) -> str:
    """A text as it is compared without being kept: HMAC-SHA256 under the same key."""
    return hmac.new(_derived(_key(), b"fingerprint"), text.encode(), hashlib.sha256).hexdigest()


def _key() -> bytes:
    path = key_path()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
    text = path.read_text().strip()
    if len(text) != 64:
        raise LantianError(_("the key of the sealed names is damaged"), where=KEY_FILE)
    return bytes.fromhex(text)


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hmac.new(key, purpose, hashlib.sha256).digest()


def _combine(content: bytes, key: bytes, nonce: bytes) -> bytes:
    stream = b"".join(
        hmac.new(key, nonce + number.to_bytes(8, "big"), hashlib.sha256).digest()
        for number in range(-(-len(content) // BLOCK))
    )
    return bytes(a ^ b for a, b in zip(content, stream, strict=False))


def _tag(key: bytes, nonce: bytes, covered: bytes, about: str) -> bytes:
    said = b"1" + nonce + covered + b"|" + about.encode()
    return hmac.new(_derived(key, b"tag"), said, hashlib.sha256).digest()
