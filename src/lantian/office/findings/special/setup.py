"""What the specialised openings tell the frame: navigation, words of the log, indicators."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def ready() -> None:
    """Called by the app once it is ready."""
    from lantian.office.findings.special.fires import figures
    from lantian.office.frame import navigation, words

    for title, icon, link, order in (
        (_("Fire spots"), "local_fire_department", "/fires/", 25),
        (_("Complaints"), "campaign", "/complaints/", 26),
        (_("Roadside checks"), "local_shipping", "/roadside/", 27),
        (_("Checks on the spot"), "fact_check", "/checks/", 28),
        (_("Roads above their limit"), "scale", "/heavy-roads/", 29),
    ):
        navigation.register(title, icon, link, order=order, group=navigation.SPOT)
    words.VERBS.update(
        {
            "load_fires": _("took a satellite file in"),
            "open_fire": _("opened a fire spot"),
            "arrive_fire": _("was on the spot"),
            "confirm_fire": _("confirmed a fire"),
            "put_out_fire": _("reported it out"),
            "deny_fire": _("said it is a false alarm"),
            "mark_heat": _("set aside as industrial heat"),
            "restore_fire": _("opened again as a fire"),
            "register_heat": _("registered a source of heat"),
            "withdraw_heat": _("withdrew a source of heat"),
            "receive_complaint": _("took a complaint in"),
            "accept_complaint": _("accepted the complaint"),
            "decline_complaint": _("did not accept the complaint"),
            "verify_complaint": _("looked into the complaint"),
            "answer_complaint": _("answered the complainant"),
            "propose_reward": _("proposed a reward"),
            "approve_reward": _("approved the reward"),
            "refuse_reward": _("refused the reward"),
            "pay_reward": _("paid the reward"),
            "close_complaint": _("closed the complaint"),
            "judge_answer": _("the complainant judged the answer"),
            "read_reporter": _("read the complainant's name"),
            "record_roadside": _("recorded a roadside test"),
            "black_list": _("put on the black list"),
            "off_black_list": _("took off the black list"),
            "record_check": _("recorded a check"),
            "open_heavy_road": _("opened a road above its limit"),
        }
    )
    figures.register_all()
