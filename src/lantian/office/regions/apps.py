"""The app `regions`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegionsConfig(AppConfig):
    """The region register."""

    name = "lantian.office.regions"
    label = "regions"
    verbose_name = _("Regions")
