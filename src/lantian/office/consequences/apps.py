"""The app `consequences`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsequencesConfig(AppConfig):
    """Consequences that rules propose and people decide."""

    name = "lantian.office.consequences"
    label = "consequences"
    verbose_name = _("Consequences")
    default_auto_field = "django.db.models.BigAutoField"
