"""The steps of `lantian office line` that judge: alarms, lost lines, yearly totals, what follows, screens.

Each imports its room when it runs: starting the office reads no store and no screens.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from lantian.office.telemetry.daily.steps import Changed, Step


def judge(changed: Changed) -> str:
    """Hours and days against the limits."""
    from lantian.office.telemetry.alarms import judging

    done = judging.judge_changed(changed.days)
    said = _("%(devices)s devices judged; alarms: %(raised)s raised, %(changed)s changed, %(gone)s withdrawn")
    return said % {
        "devices": done.devices, "raised": done.raised, "changed": done.changed, "gone": done.withdrawn,
    }  # fmt: skip


def lines(_changed: Changed) -> str:
    """Lines that are silent."""
    from lantian.office.telemetry.alarms import losing

    raised, grown, ended = losing.watch_lines()
    return _("lost lines: %(raised)s raised, %(grown)s go on, %(ended)s back") % {
        "raised": raised, "grown": grown, "ended": ended,
    }  # fmt: skip


def sum_up(changed: Changed) -> str:
    """The year's mass against the yearly totals."""
    from lantian.office.telemetry.alarms import totals

    written, raised = totals.refresh(changed.days)
    return _("dual control: %(written)s lines, %(raised)s alarms of totals") % {
        "written": written, "raised": raised,
    }  # fmt: skip


def follow(_changed: Changed) -> str:
    """Problems, grades, levels."""
    from lantian.office.telemetry.alarms import following

    done = following.follow()
    return _("%(escalated)s escalated, %(findings)s problems, %(downgrades)s grades to be lowered") % done


def screen(changed: Changed) -> str:
    """Leads of forged data."""
    from lantian.office.telemetry.alarms import screening

    screened, raised = screening.screen_changed(changed.days)
    return _("%(devices)s devices screened, %(raised)s leads") % {"devices": screened, "raised": raised}


STEPS: tuple[tuple[int, str, Step], ...] = (
    (20, "judge", judge),
    (30, "lost-lines", lines),
    (40, "totals", sum_up),
    (50, "follow", follow),
    (60, "screens", screen),
)
