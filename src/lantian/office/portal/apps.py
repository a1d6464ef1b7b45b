"""The app `portal`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """What the public sees."""

    name = "lantian.office.portal"
    label = "portal"
    verbose_name = _("Public portal")
