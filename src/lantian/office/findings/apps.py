"""The app `findings`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FindingsConfig(AppConfig):
    """Problems found, whoever found them: assigned, rectified, checked again, closed."""

    name = "lantian.office.findings"
    label = "findings"
    verbose_name = _("Problems found")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lantian.office.findings import figures
        from lantian.office.findings.dossier import section as its_findings
        from lantian.office.findings.special import setup
        from lantian.office.frame import navigation, panels, words
        from lantian.office.registers.crossing import dossier

        navigation.register(_("Problems found"), "report", "/findings/", order=24, group=navigation.SPOT)
        panels.register("findings", "findings:panel", 14, _("Problems found"), width="half", height=180)
        words.VERBS.update(
            {
                "record_finding": _("recorded a problem"),
                "assign_finding": _("assigned"),
                "rectify": _("reported as rectified"),
                "close_finding": _("checked again and closed"),
                "reopen": _("opened again"),
                "void_finding": _("declared void"),
                "confirm_repeat": _("confirmed as the same problem"),
                "deny_repeat": _("said it is another problem"),
            }
        )
        dossier.add("findings", 20, its_findings)
        figures.register_all()
        setup.ready()
