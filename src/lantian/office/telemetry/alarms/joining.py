"""What alarms join when the office starts: navigation, panels, steps of the day, words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import is_enterprise


def ready() -> None:
    """Asked by `TelemetryConfig.ready`."""
    from lantian.office.frame import navigation, panels, words
    from lantian.office.registers.crossing import dossier
    from lantian.office.telemetry.alarms import daily, dossiers, figures
    from lantian.office.telemetry.daily import steps

    group = navigation.LINE
    navigation.register(_("Alarm desk"), "notifications_active", "/telemetry/alarms/", order=20, group=group)
    navigation.register(_("Dual control"), "speed", "/telemetry/dual-control/", order=30, group=group)
    navigation.register(
        _("Leads of forged data"), "troubleshoot", "/telemetry/leads/", order=40, group=group,
        shown=lambda user: can(user, Capability.CHECK_LEADS) and not is_enterprise(user),
    )  # fmt: skip
    panels.register("alarms", "telemetry:alarms-panel", 12, _("Open alarms"), width="half", height=200)
    dossier.add("alarms", 16, dossiers.alarms)
    dossier.add("dual-control", 17, dossiers.dual_control)
    for order, name, step in daily.STEPS:
        steps.register(name, order, step)
    figures.register_all()
    words.VERBS.update(
        {
            "raise_alarm": _("raised the alarm"),
            "judge_alarm": _("judged it again"),
            "escalate_alarm": _("raised its level"),
            "withdraw_alarm": _("withdrew it after new data"),
            "alarm_back": _("raised it again after new data"),
            "line_back": _("noted that the line is back"),
            "alarm_gone": _("noted that the alarm behind it was withdrawn"),
            "acknowledge": _("acknowledged"),
            "ask_explanation": _("asked the enterprise to explain"),
            "explain": _("explained"),
            "handle": _("noted what was done"),
            "close_alarm": _("closed the alarm"),
            "void_alarm": _("declared the alarm void"),
            "open_finding": _("recorded it as a problem"),
            "raise_lead": _("raised the lead"),
            "screen_lead": _("screened it again"),
            "withdraw_lead": _("withdrew it after new data"),
            "lead_back": _("raised it again after new data"),
            "check_lead": _("began to check"),
            "confirm_lead": _("confirmed the lead"),
            "dismiss_lead": _("dismissed the lead"),
        }
    )
