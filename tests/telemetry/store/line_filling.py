"""Run as a program: write packets into FOLDER until the disk takes no more, printing each that is stored."""

from __future__ import annotations

import itertools
import resource
import sys
from pathlib import Path

import line_making as making

from lantian.telemetry.store import Line, NotStored


def main(folder: Path) -> None:
    """Fill up; say the reason."""
    line = Line.open(folder, create=True, limits=making.LIMITS)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
    for group in itertools.count():
        names = [f"{group}-{n}" for n in range(50)]
        try:
            line.write([making.packet(name) for name in names])
        except NotStored as error:
            print("reason", error.reason)
            return
        print(*names)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
