"""The app `targets`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TargetsConfig(AppConfig):
    """Targets divided among regions, issued, acknowledged, and where they stand."""

    name = "lantian.office.targets"
    label = "targets"
    verbose_name = _("Targets")
    default_auto_field = "django.db.models.BigAutoField"
