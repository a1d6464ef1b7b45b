"""The app `outlook`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutlookConfig(AppConfig):
    """Outlooks of targets; answers the plans' pages with a probability beside each status."""

    name = "lantian.office.outlook"
    label = "outlook"
    verbose_name = _("Outlook")

    def ready(self) -> None:
        from lantian.office.frame import navigation

        navigation.register(_("Outlook"), "trending_up", "/outlook/", order=30)
