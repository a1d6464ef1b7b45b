"""Whether packets are acknowledged, and if not, why."""

from __future__ import annotations

import logging
from datetime import datetime

from lantian.telemetry.server.counting import Counts, bump

log = logging.getLogger("lantian.telemetry.server")


class State:
    """Why packets are not acknowledged: a stable reason, a sentence, since when; empty while they are."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self.reason = ""
        self.words = ""
        self.since: datetime | None = None

    def halt(self, reason: str, words: str, now: datetime | None) -> None:
        """Nothing is acknowledged any more."""
        log.error("nothing is acknowledged any more (%s): %s", reason, words)
        bump(self._counts.stops, reason)
        self.reason, self.words, self.since = reason, words, now

    def go_on(self) -> None:
        """Packets are acknowledged again."""
        log.warning("packets are acknowledged again, after: %s", self.reason)
        self.reason, self.words, self.since = "", "", None
