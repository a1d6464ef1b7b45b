"""The app `coverage`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoverageConfig(AppConfig):
    """Child plans against their parents, and versions of a plan against each other."""

    name = "lantian.office.coverage"
    label = "coverage"
    verbose_name = _("Coverage of parent plans")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lantian.office.frame import navigation, panels, words

        navigation.register(_("Plan coverage"), "compare", "/coverage/", order=14, group="work")
        panels.register(
            "coverage",
            "coverage:panel",
            14,
            _("Clauses of the plan above"),
            pages=("region",),
            width="half",
            height=120,
        )
        words.VERBS.update({"decide_coverage": _("decided about a parent clause"), "withdraw": _("withdrew")})
