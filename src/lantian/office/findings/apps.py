"""The app `findings`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FindingsConfig(AppConfig):
    """Problems found, whoever found them: assigned, rectified, checked again, closed."""

    name = "lantian.office.findings"
    label = "findings"
    verbose_name = _("Findings")
    default_auto_field = "django.db.models.BigAutoField"
