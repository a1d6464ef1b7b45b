"""The app `grading`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GradingConfig(AppConfig):
    """Performance grades of enterprises."""

    name = "lantian.office.grading"
    label = "grading"
    verbose_name = _("Performance grades")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lantian.office.frame import navigation, panels, words
        from lantian.office.grading.dossier import section
        from lantian.office.grading.figures import register_all
        from lantian.office.registers.crossing import dossier

        register_all()
        dossier.add("grading", 5, section)
        navigation.register(
            _("Performance grades"), "workspace_premium", "/grading/", order=23, group=navigation.LOOP
        )
        panels.register("grading", "grading:panel", 14, _("Performance grades"), width="half", height=140)
        words.VERBS.update(
            {
                "start_application": _("began an application for a grade"),
                "answer_indicators": _("answered indicators"),
                "declare_grade": _("declared a grade"),
                "pass_review": _("passed it to the site check"),
                "send_back": _("sent it back"),
                "record_site_check": _("recorded the site check"),
                "put_on_notice": _("put it on public notice"),
                "note_objection": _("noted an objection"),
                "uphold_objection": _("upheld an objection"),
                "not_uphold_objection": _("did not uphold an objection"),
                "decide_grade": _("decided the grade"),
                "check_again": _("ordered another site check"),
                "refuse_grade": _("refused the application"),
                "withdraw_application": _("withdrew the application"),
                "give_grade": _("entered a grade"),
                "expire_grade": _("noted the grade as expired"),
                "end_lowered": _("ended the grade, lowered"),
                "end_replaced": _("ended the grade, replaced"),
                "propose_downgrade": _("proposed to lower a grade"),
                "lower_grade": _("lowered a grade"),
                "dismiss_downgrade": _("decided not to lower a grade"),
            }
        )
        words.FIELDS.update({"held": _("performance grade")})
