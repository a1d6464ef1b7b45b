"""The app `targets`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TargetsConfig(AppConfig):
    """Targets divided among regions, issued, acknowledged, and where they stand."""

    name = "lantian.office.targets"
    label = "targets"
    verbose_name = _("Targets")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lantian.office.frame import navigation, panels
        from lantian.office.frame import words as frame_words
        from lantian.office.plans import rules as plan_rules
        from lantian.office.targets import words
        from lantian.office.targets.figures import register_indicators
        from lantian.office.targets.standing import Elsewhere

        plan_rules.ELSEWHERE[:] = [Elsewhere]
        register_indicators()
        frame_words.VERBS.update(words.VERBS)
        frame_words.FIELDS.update(words.FIELDS)
        navigation.register(_("Targets"), "flag", "/targets/", order=12, group=navigation.WORK)
        panels.register(
            "allotments", "targets:panel-allotments", 12, _("Allotted targets"), width="full", height=120
        )
