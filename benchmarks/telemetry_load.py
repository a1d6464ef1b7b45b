"""Many sites in one process, as cheap as Python makes them: packets made before, one loop over sockets.

    python benchmarks/telemetry_load.py send  HOST PORT CONNECTIONS WINDOW SECONDS
    python benchmarks/telemetry_load.py hold  HOST PORT CONNECTIONS

`send` keeps WINDOW packets of each connection unacknowledged and prints packets/s and the 99th percentile of
the time to an acknowledgement as JSON. `hold` opens connections, lets each send one heartbeat, prints a line
when all were answered, and keeps them until its input ends.
"""

from __future__ import annotations

import json
import resource
import selectors
import socket
import sys
import time
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from lantian.telemetry.hj212 import crc, request, stamp

PASSWORD = "123456"  # noqa: S105 - of devices that exist in a benchmark only
CONTENT = (
    "a21026-Cou=3.25,a21026-Min=9.1,a21026-Avg=12.4,a21026-Max=18.8,a21026-ZsMin=9.6,a21026-ZsAvg=13.1,"
    "a21026-ZsMax=19.9,a21026-Flag=N;a21002-Cou=10.6,a21002-Min=33.0,a21002-Avg=40.2,a21002-Max=47.5,"
    "a21002-ZsMin=34.9,a21002-ZsAvg=42.5,a21002-ZsMax=50.2,a21002-Flag=N;a34013-Cou=0.6,a34013-Min=1.9,"
    "a34013-Avg=2.4,a34013-Max=3.0,a34013-ZsMin=2.0,a34013-ZsAvg=2.5,a34013-ZsMax=3.2,a34013-Flag=N;"
    "a19001-Min=6.5,a19001-Avg=6.8,a19001-Max=7.2,a19001-Flag=N;a00000-Cou=263520,a00000-Avg=73.2,a00000-Flag=N"
)
"""An hour of a stack with converted values; the packet has some 600 bytes."""


def number(i: int) -> str:
    """The MN of the device i."""
    return f"88888880000{i:013d}"


def packets(i: int) -> Iterator[bytes]:
    """Hours of the device i, each with a QN of its own, without end."""
    hour = datetime(2020, 1, 1, tzinfo=UTC)
    begun = datetime.now(UTC)
    count = 0
    while True:
        qn, data_time = stamp(begun + timedelta(milliseconds=count), 17), stamp(hour)
        segment = (
            f"QN={qn};ST=31;CN=2061;PW={PASSWORD};MN={number(i)};Flag=5;CP=&&DataTime={data_time};{CONTENT}&&"
        ).encode()
        yield b"##%04d%b%04X\r\n" % (len(segment), segment, crc(segment))
        hour += timedelta(hours=1)
        count += 1


class Site:
    """One connection with its window."""

    def __init__(self, address: tuple[str, int], made: list[bytes], window: int) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setblocking(False)
        self.made = made
        self.next = 0
        self.window = window
        self.sent: deque[float] = deque()
        self.left = b""

    def go_on(self, now: float) -> None:
        """Fill the window."""
        room = min(self.window - len(self.sent), len(self.made) - self.next)
        if room > 0:
            self.left += b"".join(self.made[self.next : self.next + room])
            self.next += room
            self.sent.extend([now] * room)
        if self.left:
            try:
                self.left = self.left[self.socket.send(self.left) :]
            except BlockingIOError:
                return

    def answered(self, waits: list[float]) -> int:
        """Read acknowledgements; how many there were, -1 when the server is gone."""
        try:
            data = self.socket.recv(65536)
        except BlockingIOError:
            return 0
        if not data:
            return -1
        count, now = data.count(b"\n"), time.perf_counter()
        waits.extend(now - self.sent.popleft() for _ in range(count))
        return count


def send(address: tuple[str, int], connections: int, window: int, seconds: float) -> dict[str, float]:
    """Send for so long; the first fifth warms up and is not counted."""
    ready = selectors.DefaultSelector()
    # More than any server here takes: made before the clock runs.
    each = int(40_000 * seconds / connections) + 2 * window
    sites = []
    for i in range(connections):
        source = packets(i)
        site = Site(address, [next(source) for _ in range(each)], window)
        ready.register(site.socket, selectors.EVENT_READ, site)
        sites.append(site)
    waits: list[float] = []
    begun = time.perf_counter()
    for site in sites:
        site.go_on(begun)
    counted_from, dropped, total, acknowledged = begun + seconds / 5, 0, 0, 0
    warm = False
    while (now := time.perf_counter()) < begun + seconds:
        if not warm and now >= counted_from:
            warm, counted_from, total = True, now, 0
            waits.clear()
        for key, _ in ready.select(0.1):
            got = key.data.answered(waits)
            if got < 0:
                ready.unregister(key.fileobj)
                dropped += 1
                continue
            total += got
            acknowledged += got
            key.data.go_on(time.perf_counter())
        for site in sites:
            if site.left:
                site.go_on(now)
    span = time.perf_counter() - counted_from
    waits.sort()
    size = len(sites[0].made[0])
    for site in sites:
        site.socket.close()
    return {
        "packets_per_s": round(total / span),
        "p50_ack_ms": round(1000 * waits[len(waits) // 2], 1) if waits else 0.0,
        "p99_ack_ms": round(1000 * waits[len(waits) * 99 // 100], 1) if waits else 0.0,
        "packet_bytes": size,
        "acknowledged": acknowledged,
        "dropped": dropped,
    }


def hold(address: tuple[str, int], connections: int) -> None:
    """Open connections, let each prove itself, and keep them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, connections + 100)), hard))
    kept = []
    for i in range(connections):
        found = socket.create_connection(address, timeout=60)
        qn = stamp(datetime.now(UTC), 17)
        found.sendall(request(number(i), PASSWORD, "31", "9015", qn=qn, flag=9))
        kept.append(found)
    answered = sum(b"9013" in found.recv(4096) for found in kept)
    print(f"holding {answered}", flush=True)
    sys.stdin.read()


def main() -> None:
    """As called from the shell."""
    what, host, port, connections = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    if what == "hold":
        hold((host, port), connections)
    else:
        print(json.dumps(send((host, port), connections, int(sys.argv[5]), float(sys.argv[6]))))


if __name__ == "__main__":
    main()
