"""The app `indicators`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    """Every number that people are held to, asked through one door; it has no tables."""

    name = "lantian.office.indicators"
    label = "indicators"
    verbose_name = _("Indicators")

    def ready(self) -> None:
        from lantian.office.frame import navigation
        from lantian.office.indicators.air import register_air

        register_air()
        navigation.register(_("Indicators"), "functions", "/indicators/", order=60, group=navigation.WORK)
