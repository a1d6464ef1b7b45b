"""The process of an import that is too large for a request: see `runs.launch`.

LANTIAN_DATA=FOLDER python -m lantian.office.registers.sheets.worker NUMBER
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from lantian.office import setup


def main(number: int) -> int:
    """Do the work of the run of this number; returns whether it failed."""
    setup.start(Path(os.environ["LANTIAN_DATA"]))
    from lantian.office.registers.sheets import runs
    from lantian.office.registers.sheets.models import ImportRun

    run = runs.work(ImportRun.objects.select_related("owner").get(pk=number))
    return int(run.state == ImportRun.State.FAILED)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
