"""The app `coverage`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoverageConfig(AppConfig):
    """Child plans against their parents, and versions of a plan against each other."""

    name = "lantian.office.coverage"
    label = "coverage"
    verbose_name = _("Coverage of parent plans")
    default_auto_field = "django.db.models.BigAutoField"
