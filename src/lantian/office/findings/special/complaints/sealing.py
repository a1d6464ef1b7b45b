"""Sealing a text with the office's own key, so that a copy of the database alone says nothing.

AES-256-GCM of the library `cryptography`, a new random nonce each time, the words `about` as associated data:
a text sealed for one complaint does not open for another, and a changed one does not open at all. A sealed
text is `2.` and the base64 of nonce, ciphertext and tag; the leading number leaves room for another way.

The key is 32 random bytes, written as hexadecimal digits in `DATA/reporter.key` (mode 0600) when it is first
needed. Keys for each purpose are derived from it (HKDF-SHA256).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from lantian.errors import LantianError

KEY_FILE = "reporter.key"
MARK, KEY, NONCE, TAG = "2.", 32, 12, 16


def key_path() -> Path:
    """Where the key lies. Keep its backup apart from that of the database."""
    return Path(settings.DATA) / KEY_FILE


def seal(text: str, about: str) -> str:
    """The text as only this office can read it, bound to what it is about."""
    nonce = secrets.token_bytes(NONCE)
    covered = AESGCM(_derived(b"cipher")).encrypt(nonce, text.encode(), about.encode())
    return MARK + base64.urlsafe_b64encode(nonce + covered).decode()


def unseal(sealed: str, about: str) -> str:
    """The text again.

    Raises
    ------
    LantianError
        the key is missing, damaged or another one, or the sealed text was changed or belongs to something
        else; its remedy says which file to put back
    """
    if not key_path().exists():
        raise LantianError(
            _("the key of the sealed names is missing"),
            where=KEY_FILE,
            remedy=_("Put the file back from its backup: without it no name can be read."),
        )
    try:
        whole = base64.b64decode(sealed.removeprefix(MARK), altchars=b"-_", validate=True)
    except ValueError:
        whole = b""
    if not sealed.startswith(MARK) or len(whole) < NONCE + TAG:
        raise _does_not_open()
    try:
        return AESGCM(_derived(b"cipher")).decrypt(whole[:NONCE], whole[NONCE:], about.encode()).decode()
    except InvalidTag:
        raise _does_not_open() from None


def fingerprint(text: str) -> str:
    """A text as it is compared without being kept: HMAC-SHA256 under a key of the same file."""
    return hmac.new(_derived(b"fingerprint"), text.encode(), hashlib.sha256).hexdigest()


def _does_not_open() -> LantianError:
    return LantianError(
        _("this sealed name does not open: it was changed, or the key is another one"),
        where=KEY_FILE,
        remedy=_("Put the key and the database back from backups of the same day."),
    )


def _key() -> bytes:
    path = key_path()
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:  # copied back from a backup that anybody may read
        path.chmod(0o600)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii", errors="replace").strip())
    except ValueError:
        key = b""
    if len(key) != KEY:
        raise LantianError(
            _("the key of the sealed names is damaged"),
            where=KEY_FILE,
            remedy=_("Put the file back from its backup: without it no name can be read."),
        )
    return key


def _make(path: Path) -> None:
    """A new key, whole or not at all; of two who make one at once, the first one's stays."""
    written = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(KEY))
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(written)
    except FileExistsError:
        pass
    finally:
        written.unlink()


def _derived(purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY, salt=None, info=b"lantian " + purpose).derive(_key())
