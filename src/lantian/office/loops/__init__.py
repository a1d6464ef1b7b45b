"""Loops: work that must close. One declaration says its states, who may move it, and within which time.

    class State(models.TextChoices): ...

    FINDING = Loop(
        "finding",
        states=State,
        start=State.OPEN,
        closed={State.CLOSED},
        moves=(
            Move("assign", State.OPEN, State.ASSIGNED, _("Assign"), capability=Capability.RECORD_FINDING,
                 limit=timedelta(days=3)),
            Move("rectify", State.ASSIGNED, State.RECTIFIED, _("Report rectified"), who=is_of_its_unit),
            Move("recheck", State.RECTIFIED, State.CLOSED, _("Confirm"), capability=Capability.VERIFY_TASK,
                 not_by=("rectify",)),
        ),
    )

    class Finding(Looped):
        loop = FINDING

`move(finding, "rectify", request, reason="…", version=3)` does it: locked, from the right state, by someone
who may, with its reason, in the hash-chained log, once. A page shows `moves_for(finding, user)` as buttons.
"""

from lantian.office.loops.declaration import Loop, Move
from lantian.office.loops.moving import move, moves_for, overdue
from lantian.office.loops.record import Looped

__all__ = ["Loop", "Looped", "Move", "move", "moves_for", "overdue"]
