"""The line: codec against plain parsers, the server against a naive one, idle connections; side by side.

    python benchmarks/telemetry.py [--seconds 10] [--connections 200] [--window 8] [--idle 10000]

`telemetry_codec.py` decodes the same packets with ours and with parsers as one would write them, after
holding their results to be equal. `telemetry_server.py` starts the server and its load on the two cores they
share: each packet is acknowledged after it is durable; then a plain asyncio server that commits packet by
packet takes the same load. The last line is one JSON object: `codec_ratio`, `packets_per_s`, `p99_ack_ms`,
`idle_connections_mb`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import telemetry_server


def _codec() -> dict[str, float]:
    """The codec's figures, of a process of its own; its table goes to the reader."""
    command = [sys.executable, str(Path(__file__).parent / "telemetry_codec.py")]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own
    table, _, last = said.rstrip().rpartition("\n")
    print(table, flush=True)
    found: dict[str, float] = json.loads(last)
    return found


def main() -> None:
    """Measure both rooms, tell their tables, then the four figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--window", type=int, default=8)
    parser.add_argument("--idle", type=int, default=10_000)
    given = parser.parse_args()
    codec = _codec()
    server = telemetry_server.measure(
        seconds=given.seconds, connections=given.connections, window=given.window, idle=given.idle
    )
    for name, value in server.items():
        print(f"{name:<24}{value:>12,.1f}")
    print()
    figures = {**codec, **server}
    names = ("codec_ratio", "packets_per_s", "p99_ack_ms", "idle_connections_mb")
    print(json.dumps({name: round(figures[name], 2) for name in names}))


if __name__ == "__main__":
    main()
