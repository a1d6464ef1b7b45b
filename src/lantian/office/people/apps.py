"""The app `people`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Users, units, roles, the scope, the action log."""

    name = "lantian.office.people"
    label = "people"
    verbose_name = _("People")
