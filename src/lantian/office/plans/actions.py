"""Every write on plans: loaded, reviewed, added to, accepted, reported. Each leaves a row in the action log,
in its transaction.

Who may do it is asked there, whichever door it came through: the capability, and that the thing lies in the
actor's scope. `actor` is the request or the person; None is the command line, which may do everything.
"""

from lantian.office.plans.adding import add
from lantian.office.plans.loading import Loaded, load_plan, load_plan_file
from lantian.office.plans.naming import decide_name
from lantian.office.plans.progress import Verified, next_due, report_progress
from lantian.office.plans.rereading import reread
from lantian.office.plans.reviewing import accept, accept_plan, correct, name_regions, reject

__all__ = [
    "Loaded",
    "Verified",
    "accept",
    "accept_plan",
    "add",
    "correct",
    "decide_name",
    "load_plan",
    "load_plan_file",
    "name_regions",
    "next_due",
    "reject",
    "report_progress",
    "reread",
]
