"""How the office sends mail: by `LANTIAN_SMTP`, `smtp://user:password@host:port`, or to the console."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from lantian.errors import LantianError

SHAPE = "smtp://user:password@host:port"
WHERE = "LANTIAN_SMTP"
CONSOLE = "django.core.mail.backends.console.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
SECONDS = 15  # a mail host that does not answer must not hold the daily job


def mail(url: str) -> dict[str, Any]:
    """Django's mail settings.

    Parameters
    ----------
    url
        the value of `LANTIAN_SMTP`. `smtp` speaks plainly, `smtp+tls` turns to TLS on its way (port 587),
        `smtps` is TLS from the start (port 465). Empty means that mail is printed, for development.

    Returns
    -------
    the settings `EMAIL_…`

    Raises
    ------
    LantianError
        for an address that is not one of a mail host; the password is never repeated
    """
    if not url.strip():
        return {"EMAIL_BACKEND": CONSOLE}
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    remedy = f"Write {SHAPE}, or smtps:// or smtp+tls:// in its place."
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise LantianError(
            "the address of the mail host cannot be read", where=WHERE, remedy=remedy
        ) from error
    if parts.scheme not in ports or not parts.hostname:
        raise LantianError("this is not the address of a mail host", where=WHERE, remedy=remedy)
    return {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": SECONDS,
    }
