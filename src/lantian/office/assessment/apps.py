"""The app `assessment`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentConfig(AppConfig):
    """Score cards, yearly results, rewards and transfers."""

    name = "lantian.office.assessment"
    label = "assessment"
    verbose_name = _("Assessment")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lantian.office.assessment.figures import register_all
        from lantian.office.frame import navigation, panels, words

        register_all()
        navigation.register(_("Assessment"), "scoreboard", "/assessment/", order=40, group=navigation.LOOP)
        panels.register(
            "score",
            "assessment:panel-score",
            14,
            _("Assessment"),
            pages=("region",),
            width="half",
            height=140,
        )
        words.VERBS.update(
            {
                "start_assessment": _("began an assessment"),
                "compute_assessment": _("computed an assessment again"),
                "open_objections": _("opened it to objections"),
                "back_to_draft": _("took it back to the draft"),
                "freeze_results": _("froze the results"),
                "publish_results": _("published the results"),
                "object": _("raised an objection"),
                "accept_objection": _("accepted an objection"),
                "reject_objection": _("rejected an objection"),
                "withdraw_objection": _("withdrew an objection"),
            }
        )
        words.FIELDS.update({"total": _("Total score"), "files": _("Files")})
