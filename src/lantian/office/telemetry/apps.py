"""The app `telemetry`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TelemetryConfig(AppConfig):
    """Lines of stacks, meters, sites, vehicles and gates."""

    name = "lantian.office.telemetry"
    label = "telemetry"
    verbose_name = _("Online monitoring")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lantian.office.frame import navigation
        from lantian.office.telemetry.alarms import joining

        navigation.register(
            _("State of the lines"), "sensors", "/telemetry/", order=10, group=navigation.LINE
        )
        navigation.register(_("Gates"), "garage", "/telemetry/gates/", order=50, group=navigation.LINE)
        joining.ready()
