"""The app `rankings`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RankingsConfig(AppConfig):
    """Rankings, official lists and evaluations; hangs the distance to a line on the region page."""

    name = "lantian.office.rankings"
    label = "rankings"
    verbose_name = _("Rankings")

    def ready(self) -> None:
        from lantian.office.frame import navigation, panels, words

        navigation.register(_("Rankings"), "leaderboard", "/rankings/", order=20)
        navigation.register(_("Evaluation"), "fact_check", "/evaluation/", order=25)
        panels.register(
            "distance",
            "rankings:panel-distance",
            22,
            _("Distance to a line"),
            width="full",
            height=320,
        )
        words.VERBS.update({"keep_list": _("kept an official list"), "remove": _("removed")})
