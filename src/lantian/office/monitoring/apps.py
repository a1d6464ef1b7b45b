"""The app `monitoring`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    """Stations, figures, explanations; hangs its panels on the board and the region page."""

    name = "lantian.office.monitoring"
    label = "monitoring"
    verbose_name = _("Monitoring")

    def ready(self) -> None:
        from lantian.office.frame import navigation
        from lantian.office.monitoring import panels

        navigation.register(_("Stations"), "sensors", "/stations/", order=10)
        panels.register_panels()
