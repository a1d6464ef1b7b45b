"""The app `consequences`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsequencesConfig(AppConfig):
    """Consequences that rules propose and people decide."""

    name = "lantian.office.consequences"
    label = "consequences"
    verbose_name = _("Consequences")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lantian.office.consequences.dossier import section
        from lantian.office.frame import navigation, panels, words
        from lantian.office.registers.crossing import dossier

        dossier.add("consequences", 40, section)
        navigation.register(_("Consequences"), "gavel", "/consequences/", order=30, group=navigation.LOOP)
        panels.register(
            "consequences", "consequences:panel", 14, _("Consequences not finished"), width="half", height=180
        )
        words.VERBS.update(
            {
                "judge_rules": _("judged the rules"),
                "propose_consequence": _("proposed a consequence"),
                "ground_gone": _("noted that the ground fell away"),
                "ground_back": _("noted that the ground is back"),
                "impose": _("imposed it"),
                "impose_changed": _("imposed it, changed"),
                "waive": _("waived it"),
                "carry_out": _("reported it as carried out"),
                "lift": _("lifted or closed it"),
                "expire": _("noted it as expired"),
                "note_consequence": _("noted promises or outcome"),
            }
        )
