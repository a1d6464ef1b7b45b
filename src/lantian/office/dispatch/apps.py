"""The app `dispatch`."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DispatchConfig(AppConfig):
    """Dispatch rounds: what is reported, returned, verified; bulletins and supervision orders."""

    name = "lantian.office.dispatch"
    label = "dispatch"
    verbose_name = _("Dispatch")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lantian.office.dispatch import figures
        from lantian.office.dispatch import words as own
        from lantian.office.dispatch.dossier import section
        from lantian.office.frame import navigation, panels, words
        from lantian.office.plans import task_views
        from lantian.office.registers.crossing import dossier

        task_views.ROUND_DOORS.append(_door)
        words.VERBS.update(own.VERBS)
        words.FIELDS.update({name: label for name, label in own.FIELDS.items() if name not in words.FIELDS})
        figures.register_indicators()
        dossier.add("dispatch", 30, section)
        navigation.register(_("Dispatch"), "assignment_turned_in", "/dispatch/", order=20, group="loop")
        navigation.register(_("Supervision orders"), "campaign", "/orders/", order=22, group="loop")
        panels.register(
            "waiting", "dispatch:panel-waiting", 5, _("Waiting for you"), pages=("board",), width="full",
            height=80,
        )  # fmt: skip


def _door(person: Any, task: Any) -> str | None:
    from lantian.office.dispatch.report_views import reporting_door

    return reporting_door(person, task)
