"""The app `telemetry`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TelemetryConfig(AppConfig):
    """Lines of stacks, meters, sites, vehicles and gates."""

    name = "lantian.office.telemetry"
    label = "telemetry"
    verbose_name = _("Online monitoring")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lantian.office.frame import navigation, panels, words
        from lantian.office.registers.crossing import dossier
        from lantian.office.telemetry.alarms import joining
        from lantian.office.telemetry.daily import steps
        from lantian.office.telemetry.daily.figures import figures
        from lantian.office.telemetry.dossier import section
        from lantian.office.telemetry.gates import joining as gates_joining
        from lantian.office.telemetry.indicators import register_all

        register_all()
        steps.register("figures", 10, figures)
        dossier.add("telemetry", 7, section)
        for title, icon, link, order in (
            (_("State of the lines"), "sensors", "/telemetry/", 10),
            (_("Declarations about hours"), "edit_note", "/telemetry/declarations/", 40),
            (_("Monthly validity of data"), "fact_check", "/telemetry/reports/", 50),
        ):
            navigation.register(title, icon, link, order=order, group=navigation.LINE)
        panels.register("lines", "telemetry:panel", 15, _("Online monitoring"), width="half", height=180)
        words.VERBS.update(
            {
                "confirm_device": _("confirmed a device on the line"),
                "block_device": _("blocked a device"),
                "set_device_password": _("set the password of a device"),
                "set_device_terms": _("set what a device may send"),
                "ask_site": _("asked a site"),
                "declare_hours": _("declared hours"),
                "prove_declaration": _("added papers to a declaration"),
                "accept_declaration": _("accepted a declaration"),
                "refuse_declaration": _("refused a declaration"),
                "withdraw_declaration": _("withdrew a declaration"),
            }
        )
        joining.ready()
        gates_joining.ready()
