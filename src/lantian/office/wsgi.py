"""The office for a WSGI server: `gunicorn lantian.office.wsgi` with LANTIAN_DATA set."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantian.office.settings")
application = get_wsgi_application()
