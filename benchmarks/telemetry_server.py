"""How many hourly packets a second are acknowledged after they are durable, how late, what idle sites cost.

    python benchmarks/telemetry_server.py [--seconds 10] [--connections 200] [--window 8] [--idle 10000]

Server and load share two cores. The naive server (`telemetry_naive.py`) runs in the same run under the
same load. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from telemetry_load import PASSWORD, number

from lantian.telemetry.store import Device, Line

HERE = Path(__file__).parent
PLENTY = "1000000000"


def measure(
    *, seconds: float = 10.0, connections: int = 200, window: int = 8, idle: int = 10_000
) -> dict[str, float]:
    """Run everything; the figures by name.

    Parameters
    ----------
    seconds
        of load on each server
    connections, window
        sites, and packets each keeps unacknowledged
    idle
        connections held; 0 leaves that out
    """
    _two_cores()
    folder = Path(tempfile.mkdtemp(prefix="lantian-bench-"))
    found: dict[str, float] = {}
    try:
        line = Line.open(folder / "ours", create=True)
        line.devices.put(*(Device(number(i), password=PASSWORD) for i in range(max(connections, idle))))
        line.close()
        with ours(folder / "ours") as (process, port):
            said = load(port, connections, window, seconds)
            found["packets_per_s"], found["p99_ack_ms"] = said["packets_per_s"], said["p99_ack_ms"]
            found["p50_ack_ms"], found["packet_bytes"] = said["p50_ack_ms"], said["packet_bytes"]
            found["peak_mb"] = _status(process.pid, "VmHWM")
        _all_stored(folder / "ours", int(said["acknowledged"]))
        if idle:
            with ours(folder / "ours") as (process, port):
                before = _status(process.pid, "VmRSS")
                with held(port, idle) as kept:
                    found["idle_connections"] = kept
                    found["idle_connections_mb"] = _status(process.pid, "VmRSS")
                    found["idle_kb_each"] = round((found["idle_connections_mb"] - before) * 1024 / kept, 1)
        with naive(folder / "naive.sqlite") as port:
            said = load(port, connections, window, seconds / 2)
            found["naive_packets_per_s"], found["naive_p99_ack_ms"] = (
                said["packets_per_s"],
                said["p99_ack_ms"],
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return found


@contextmanager
def ours(data: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Lantian's server in a process of its own."""
    command = [
        sys.executable, "-m", "lantian", "telemetry", "listen", "--data", str(data), "--host", "127.0.0.1",
        "--port", "0", "--no-metrics", "--max-per-address", PLENTY, "--connects-per-minute", PLENTY,
        "--packets-per-minute", PLENTY, "--bytes-per-second", PLENTY,
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command
    try:
        said = process.stdout.readline() if process.stdout else ""
        port = re.search(r"port (\d+)", said)
        if port is None:
            raise RuntimeError(f"the server did not start: {said}")
        yield process, int(port[1])
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    finally:
        process.kill()
        process.wait()


@contextmanager
def naive(path: Path) -> Iterator[int]:
    """The naive server in a process of its own."""
    command = [sys.executable, str(HERE / "telemetry_naive.py"), str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command
    try:
        yield int(process.stdout.readline() if process.stdout else "0")
    finally:
        process.kill()
        process.wait()


def load(port: int, connections: int, window: int, seconds: float) -> dict[str, float]:
    """What the load client measures."""
    command = [
        sys.executable, str(HERE / "telemetry_load.py"), "send", "127.0.0.1", str(port),
        str(connections), str(window), str(seconds),
    ]  # fmt: skip
    said = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own command
    measured: dict[str, float] = json.loads(said.stdout)
    return measured


@contextmanager
def held(port: int, connections: int) -> Iterator[int]:
    """Connections held by another process."""
    command = [
        sys.executable,
        str(HERE / "telemetry_load.py"),
        "hold",
        "127.0.0.1",
        str(port),
        str(connections),
    ]
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield int((process.stdout.readline() if process.stdout else "0 0").split()[1])
    finally:
        process.communicate()


def _all_stored(data: Path, acknowledged: int) -> None:
    """A figure of packets that are not in the store would be worth nothing."""
    line = Line.open(data)
    try:
        with line.packets.file.reading() as connection:
            stored = connection.execute("SELECT count(*) FROM packet").fetchone()[0]
    finally:
        line.close()
    if stored < acknowledged:
        raise RuntimeError(f"{acknowledged} packets were acknowledged and {stored} are stored")


def _two_cores() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])


def _status(pid: int, name: str) -> float:
    """A figure of a process [MB]."""
    words = Path(f"/proc/{pid}/status").read_text()
    found = re.search(rf"^{name}:\s+(\d+) kB", words, re.MULTILINE)
    return round(int(found[1]) / 1024, 1) if found else 0.0


def main() -> None:
    """As called from the shell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--window", type=int, default=8)
    parser.add_argument("--idle", type=int, default=10_000)
    asked = parser.parse_args()
    found = measure(**vars(asked))
    print(f"{'':24}{'packets/s':>12}{'p99 ack ms':>12}")
    print(f"{'Lantian':24}{found['packets_per_s']:12,.0f}{found['p99_ack_ms']:12.1f}")
    print(
        f"{'streams, commit each':24}{found['naive_packets_per_s']:12,.0f}{found['naive_p99_ack_ms']:12.1f}"
    )
    if asked.idle:
        print(f"{asked.idle:,} idle connections: {found['idle_connections_mb']} MB in all")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
