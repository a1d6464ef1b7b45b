"""The app `plans`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    """Plans, targets and tasks; hangs its panels on the board and the region page."""

    name = "lantian.office.plans"
    label = "plans"
    verbose_name = _("Plans")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lantian.office.plans import panels, reach

        panels.register_panels()
        reach.connect()
