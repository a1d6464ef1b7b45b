"""Django settings of the office.

Read from the environment:

* `LANTIAN_DATA`: the office's data folder (default `./office-data`), made by `lantian office init`
* `DATABASE_URL`: `postgres://user:password@host:port/name`; without it, SQLite in the data folder
* `LANTIAN_HOSTS`: further host names the office answers to, comma-separated
* `LANTIAN_SMTP`, `LANTIAN_MAIL_FROM`, `LANTIAN_ADDRESS`: the mail host, the sender, the office's own address
  in mails; without a mail host, mail is printed
* `LANTIAN_HTTPS`: `1` when the office stands behind HTTPS; cookies are then sent over it only
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from lantian.office.database import database
from lantian.office.mail import mail

OFFICE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("LANTIAN_DATA", "office-data")).resolve()
HTTPS = os.environ.get("LANTIAN_HTTPS") == "1"

_key_file = DATA / "secret.key"
# Without a data folder (tests, makemigrations) a key of this process only.
SECRET_KEY = _key_file.read_text().strip() if _key_file.exists() else secrets.token_urlsafe(50)
DEBUG = False
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    *filter(None, os.environ.get("LANTIAN_HOSTS", "").split(",")),
]

OFFICE_APPS = (
    "regions",
    "people",
    "plans",
    "tasklists",
    "indicators",
    "targets",
    "coverage",
    "dispatch",
    "registers",
    "grading",
    "findings",
    "consequences",
    "assessment",
    "telemetry",
    "monitoring",
    "rankings",
    "outlook",
    "quality",
    "measures",
    "bulletins",
    "portal",
)
"""The rooms of the office, in the order of their addresses: those with `urls.py` and `api.py` are reached."""

INSTALLED_APPS = [
    # Before unfold: its helpers for branding, header and account links are ours.
    "lantian.office.frame",
    # The basic one: the other puts an admin site of its own in place of ours.
    "unfold.apps.BasicAppConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "lantian.office.frame.admin_config.LantianAdmin",
    "django_htmx",
    # Its pages at /api/docs come from this machine only when it is installed as an app.
    "ninja",
    *(f"lantian.office.{app}" for app in OFFICE_APPS),
    # Declarations only: `registers` gives them addresses.
    "lantian.office.ledgers",
]

MIDDLEWARE = [
    "lantian.office.frame.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lantian.office.frame.middleware.RequestId",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lantian.office.frame.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "lantian.office.frame.middleware.NoNull",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "lantian.office.urls"
WSGI_APPLICATION = "lantian.office.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lantian.office.frame.context_processors.frame",
            ],
        },
    },
]

DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""), DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
globals().update(mail(os.environ.get("LANTIAN_SMTP", "")))
DEFAULT_FROM_EMAIL = os.environ.get("LANTIAN_MAIL_FROM", "lantian@localhost")
OFFICE_ADDRESS = os.environ.get("LANTIAN_ADDRESS", "").rstrip("/")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "people.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "board"
LOGOUT_REDIRECT_URL = "portal:home"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [OFFICE / "loops" / "locale", OFFICE / "locale"]
LANGUAGE_COOKIE_NAME = "lantian_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [OFFICE / "static"]
# `lantian office serve` collects the static files first. Where that has not happened (tests, a developer's
# runserver) they are served from where they lie.
_collected = (STATIC_ROOT / "staticfiles.json").exists()
MANIFEST_STORAGE = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA / "files")},
    },
    "staticfiles": {
        "BACKEND": MANIFEST_STORAGE if _collected else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_AUTOREFRESH = not _collected
WHITENOISE_USE_FINDERS = not _collected

SESSION_COOKIE_NAME = "lantian_session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "lantian_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The plan and its attachments; anything larger is loaded by the command line.
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Django hands these to its own handlers as well; once is enough.
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # An address that is not there is the asker's matter; a fault of ours is ours.
        "django.request": {"level": "ERROR"},
    },
}

UNFOLD = {
    "SITE_TITLE": _("Lantian"),
    "SITE_HEADER": _("Lantian"),
    "SITE_SUBHEADER": _("Action plans as a closed loop"),
    "SITE_SYMBOL": "air",
    "SITE_URL": "/",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "lantian.office.frame.assets.icon"}],
    "THEME": "light",
    "SHOW_LANGUAGES": False,
    "BORDER_RADIUS": "6px",
    "COLORS": {
        "primary": {
            "50": "#eef5fb",
            "100": "#d9e8f5",
            "200": "#b5d1ea",
            "300": "#84b2da",
            "400": "#4f8fc5",
            "500": "#2a72ae",
            "600": "#1a5c94",
            "700": "#174b78",
            "800": "#173f63",
            "900": "#173553",
            "950": "#0f2238",
        },
    },
    "STYLES": ["lantian.office.frame.assets.style", "lantian.office.frame.assets.air"],
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": "lantian.office.frame.navigation.navigation",
    },
}
