"""Whether a site's clock is right, as far as a packet tells."""

from __future__ import annotations

from datetime import datetime

from lantian.telemetry.hj212.faults import Fault
from lantian.telemetry.hj212.heads import Head
from lantian.telemetry.hj212.packets import instant


def clock_fault(head: Head, received_at: datetime, most: float) -> Fault | None:
    """A fault where the packet's QN and its arrival are too far apart; None otherwise, and without a QN.

    Parameters
    ----------
    head
        of the packet. Only a live packet says something about the clock: one sent again may be old
    received_at
        aware
    most
        how far apart they may be [s] (`telemetry.dialogue.clock_off`)
    """
    sent = instant(head.qn)
    if sent is None or head.resent:
        return None
    apart = (sent - received_at).total_seconds()
    return Fault("clock_off", 0, 0, f"{apart:+.3f} s") if abs(apart) > most else None
