"""The app `dispatch`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DispatchConfig(AppConfig):
    """Dispatch rounds: what is reported, returned, verified; bulletins and supervision orders."""

    name = "lantian.office.dispatch"
    label = "dispatch"
    verbose_name = _("Dispatch")
    default_auto_field = "django.db.models.BigAutoField"
