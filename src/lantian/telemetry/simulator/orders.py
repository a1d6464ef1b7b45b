"""What a live run is told, and what came of it."""

from __future__ import annotations

import ssl
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Orders:
    """How the loggers behave.

    Parameters
    ----------
    host, port
        of the server
    rate
        packets a second of all loggers together
    seconds
        stop sending after so long; None when everything is said
    window
        packets a logger may have unacknowledged; real ones wait for each
    timeout, repeats
        [s] until a packet is repeated, and how often; None as the rulebook has it (10 s, 3)
    faults
        share of packets by kind of `transport.FAULTS`
    seed
        of the faults
    ledger
        file of acknowledged packets, JSON lines; None for no book
    tls
        for a server that speaks TLS
    hold
        [s] stay connected after everything was said (idle connections)
    """

    host: str
    port: int
    rate: float = 10.0
    seconds: float | None = None
    window: int = 1
    timeout: float | None = None
    repeats: int | None = None
    faults: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0
    ledger: Path | None = None
    tls: ssl.SSLContext | None = None
    hold: float = 0.0


@dataclass(slots=True)
class Summary:
    """What happened.

    Parameters
    ----------
    devices, connected
        loggers, and how many of them the host let in at least once
    sent
        packets, each counted once however often it was written
    acknowledged
        answered by 9014 (or 9013 for heartbeats)
    repeated
        writes of a packet that was not answered in time
    refused
        not acknowledged after all repeats, or at the end
    unanswerable
        sent without asking for an answer (2005, missing Flag)
    strangers, strangers_acknowledged
        packets with a wrong password or a number nobody knows, and how many with a wrong password the
        host took: must be 0
    newcomers_acknowledged
        how many with a number nobody knows it took: 0, unless it takes in whoever comes
    closed
        connections the host closed or lost
    seconds
        from the first connection to the last acknowledgement
    delays
        [s] from the first writing to the acknowledgement
    """

    devices: int = 0
    connected: int = 0
    sent: int = 0
    acknowledged: int = 0
    repeated: int = 0
    refused: int = 0
    unanswerable: int = 0
    strangers: int = 0
    strangers_acknowledged: int = 0
    newcomers_acknowledged: int = 0
    closed: int = 0
    junk: int = 0
    extra_answers: int = 0
    seconds: float = 0.0
    requests: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    delays: list[float] = field(default_factory=list)

    def delay(self, share: float) -> float:
        """[s] within which this share of the acknowledgements came; 0 where none did."""
        if not self.delays:
            return 0.0
        ordered = sorted(self.delays)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]

    def figures(self) -> dict[str, object]:
        """As plain data: counts, rate, delays in milliseconds."""
        plain = {
            name: getattr(self, name)
            for name in (
                "devices",
                "connected",
                "sent",
                "acknowledged",
                "repeated",
                "refused",
                "unanswerable",
                "strangers",
                "strangers_acknowledged",
                "newcomers_acknowledged",
                "closed",
                "extra_answers",
            )
        }
        return plain | {
            "requests": dict(self.requests),
            "faults": dict(self.faults),
            "seconds": round(self.seconds, 2),
            "acknowledged_per_s": round(self.acknowledged / self.seconds, 1) if self.seconds else 0.0,
            "p50_ack_ms": round(self.delay(0.5) * 1e3, 1),
            "p99_ack_ms": round(self.delay(0.99) * 1e3, 1),
        }
