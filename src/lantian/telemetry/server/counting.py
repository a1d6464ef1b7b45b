"""What the server counts, and how Prometheus reads it (text format 0.0.4)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

PREFIX = "lantian_line_"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
Sample = tuple[Mapping[str, str], float]


class Histogram:
    """How many observations lay at or below each bound, their number and sum."""

    __slots__ = ("_counts", "count", "total")

    def __init__(self) -> None:
        self._counts = [0] * (len(SECONDS) + 1)
        self.count = 0
        self.total = 0.0

    def add(self, seconds: float, times: int = 1) -> None:
        """Observe."""
        self._counts[bisect_left(SECONDS, seconds)] += times
        self.count += times
        self.total += seconds * times

    def lines(self, name: str) -> Iterator[str]:
        """As Prometheus reads it."""
        total = 0
        for bound, count in zip((*map(str, SECONDS), "+Inf"), self._counts, strict=True):
            total += count
            yield f'{name}_bucket{{le="{bound}"}} {total}'
        yield f"{name}_sum {self.total:.6f}"
        yield f"{name}_count {self.count}"


class Counts:
    """Everything counted since the server started."""

    def __init__(self) -> None:
        self.packets: dict[tuple[str, str], int] = {}
        self.refused: dict[str, int] = {}
        self.closed: dict[str, int] = {}
        self.connections = 0
        self.bytes_of_noise = 0
        self.slowed = 0
        self.unrecorded = 0
        self.stops: dict[str, int] = {}
        self.commit = Histogram()
        self.ack = Histogram()

    def packet(self, wire: str, outcome: str) -> None:
        """A packet came to its end."""
        key = (wire, outcome)
        self.packets[key] = self.packets.get(key, 0) + 1

    def of(self, outcome: str) -> int:
        """Packets of all protocols with this outcome."""
        return sum(count for (_, name), count in self.packets.items() if name == outcome)


def bump(counts: dict[str, int], key: str) -> None:
    """One more of this."""
    counts[key] = counts.get(key, 0) + 1


def family(name: str, kind: str, words: str, samples: Iterable[Sample]) -> Iterator[str]:
    """The lines of one metric."""
    full = PREFIX + name
    yield f"# HELP {full} {words}"
    yield f"# TYPE {full} {kind}"
    for labels, value in samples:
        inside = ",".join(f'{key}="{escaped(words)}"' for key, words in labels.items())
        number = str(int(value)) if value == int(value) else f"{value:.6f}"
        yield f"{full}{{{inside}}} {number}" if inside else f"{full} {number}"


def one(name: str, kind: str, words: str, value: float) -> Iterator[str]:
    """The lines of a metric without labels."""
    return family(name, kind, words, [({}, value)])


def histogram(name: str, words: str, found: Histogram) -> Iterator[str]:
    """The lines of a histogram."""
    full = PREFIX + name
    yield f"# HELP {full} {words}"
    yield f"# TYPE {full} histogram"
    yield from found.lines(full)


def escaped(words: str) -> str:
    """A label's value as the format wants it."""
    return words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
