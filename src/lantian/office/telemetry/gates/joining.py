"""What gates join when the office starts: navigation, words, indicators, a step of the day."""

from __future__ import annotations

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lantian.office.telemetry.daily.steps import Changed


def step(_changed: Changed) -> str:
    """Problems at gates."""
    from lantian.office.telemetry.gates import troubles

    done = troubles.refresh()
    return _now("gates: %(opened)s problems, %(grown)s grown, %(back)s gates back") % {
        "opened": done.opened, "grown": done.grown, "back": done.back,
    }  # fmt: skip


def ready() -> None:
    """Asked by `TelemetryConfig.ready`."""
    from lantian.office.frame import navigation, words
    from lantian.office.telemetry.daily import steps
    from lantian.office.telemetry.gates.figures import register_all

    navigation.register(_("Gates"), "garage", "/telemetry/gates/", order=50, group=navigation.LINE)
    steps.register("gates", 70, step)
    register_all()
    words.VERBS.update(
        {
            "make_gate_key": _("made a key for a gate"),
            "revoke_gate_key": _("withdrew the key of a gate"),
            "more_gate_passes": _("noted further passes of the day"),
            "gate_back": _("noted that the gate sends again"),
        }
    )
