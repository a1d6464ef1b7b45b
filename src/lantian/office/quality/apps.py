"""The app `quality`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QualityConfig(AppConfig):
    """Review queue, capture rates, coverage, event days; screens what is loaded."""

    name = "lantian.office.quality"
    label = "quality"
    verbose_name = _("Data quality")

    def ready(self) -> None:
        from lantian.office.frame import navigation, panels, words
        from lantian.office.monitoring import parts
        from lantian.office.monitoring.signals import hours_loaded
        from lantian.office.quality import event_days, screening
        from lantian.office.rankings import dust

        navigation.register(_("Data quality"), "rule", "/quality/", order=40)
        navigation.register(_("Dust days"), "storm", "/dust-days/", order=45)
        panels.register(
            "dust-days",
            "quality:panel-dust-days",
            24,
            _("With and without dust days"),
            pages=("region",),
            width="full",
            height=120,
        )
        parts.register("quality:station-part", order=10)
        words.VERBS.update(
            {
                "screen": _("screened hours"),
                "accept_hours": _("accepted hours"),
                "void_hours": _("declared hours invalid"),
                "correct_hours": _("corrected hours"),
                "keep_days": _("kept a list of days taken out"),
                "withdraw": _("withdrew"),
            }
        )
        dust.register(event_days.active)
        hours_loaded.connect(screening.after_load, dispatch_uid="quality.screening")
