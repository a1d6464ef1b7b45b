"""What a serving process asks of its machine and of Python."""

from __future__ import annotations

import logging
import resource
import sys

log = logging.getLogger("lantian.telemetry.server")

SPARE = 256
"""Files beside connections: the store, the pages, the libraries."""
SWITCH = 0.0005
"""Seconds after which a thread that computes lets another one on."""


def tune(connections: int) -> int:
    """Allow so many connections, and let the writer on in time.

    Returns
    -------
    files the process may open; fewer than asked for is logged
    """
    # The writer leaves the interpreter at every statement and waits this long to come back.
    sys.setswitchinterval(SWITCH)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + SPARE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        if soft < wanted:
            log.warning("this machine allows %d open files: at most %d connections", soft, soft - SPARE)
    return soft
