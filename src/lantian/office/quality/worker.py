"""The process of a run of the screens that a person started on a page: see `screening.launch`.

LANTIAN_DATA=FOLDER python -m lantian.office.quality.worker NUMBER
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from lantian.office import setup


def main(number: int) -> int:
    """Do the work of the run of this number; returns whether it failed."""
    setup.start(Path(os.environ["LANTIAN_DATA"]))
    from lantian.office.quality import screening
    from lantian.office.quality.models import Screening

    run = Screening.objects.select_related("started_by").get(pk=number)
    screening.work(run, run.started_by)
    return int(run.state == Screening.State.FAILED)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
