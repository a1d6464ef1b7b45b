"""The app `bulletins`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BulletinsConfig(AppConfig):
    """Bulletins; hangs what changed since the last one on the board."""

    name = "lantian.office.bulletins"
    label = "bulletins"
    verbose_name = _("Bulletins")

    def ready(self) -> None:
        from lantian.office.frame import navigation, panels, words

        navigation.register(_("Bulletins"), "newspaper", "/bulletins/", order=60)
        panels.register(
            "bulletin-changes",
            "bulletins:panel-changes",
            45,
            _("Changed since the last bulletin"),
            width="half",
            height=120,
        )
        words.VERBS.update(
            {
                "freeze": _("froze the figures of a bulletin"),
                "issue": _("issued the bulletin"),
                "supersede": _("put a corrected bulletin in its place"),
                "discard": _("threw the draft away"),
            }
        )
