"""The app `frame`."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FrameConfig(AppConfig):
    """The shell of every page; it has no tables."""

    name = "lantian.office.frame"
    label = "frame"
    verbose_name = _("Frame")

    def ready(self) -> None:
        import_module("lantian.office.frame.checks")
