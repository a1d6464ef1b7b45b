"""The app `indicators`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    """Every number that people are held to, asked through one door; it has no tables."""

    name = "lantian.office.indicators"
    label = "indicators"
    verbose_name = _("Indicators")
