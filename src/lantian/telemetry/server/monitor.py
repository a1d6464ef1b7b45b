"""Health and metrics over HTTP, for this machine: `GET /health`, `GET /metrics`, nothing else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

from lantian.telemetry.server.counting import family, histogram, one

if TYPE_CHECKING:
    from lantian.telemetry.server.serving import Server

LONGEST = 8192
AT_ONCE = 64
PATIENCE = 10.0
_WORDS = {200: "OK", 404: "Not Found", 405: "Method Not Allowed", 503: "Service Unavailable"}


class Page(asyncio.Protocol):
    """One question, one answer, then the connection is closed."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._head = b""
        self._transport: asyncio.Transport | None = None
        self._limit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._server.pages += 1
        self._transport = transport = cast(asyncio.Transport, transport)
        if self._server.pages > AT_ONCE:
            transport.abort()
            return
        self._limit = asyncio.get_running_loop().call_later(PATIENCE, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.pages -= 1
        if self._limit is not None:
            self._limit.cancel()

    def data_received(self, data: bytes) -> None:
        self._head += data
        if self._transport is None or self._transport.is_closing():
            return
        if b"\r\n\r\n" not in self._head and b"\n\n" not in self._head:
            if len(self._head) > LONGEST:
                self._transport.abort()
            return
        words = self._head.split(b"\n", 1)[0].split()
        status, kind, body = self._answer(*[*words, b"", b""][:2])
        payload = body.encode()
        head = (
            f"HTTP/1.1 {status} {_WORDS[status]}\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(payload)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
        )
        self._transport.write(head.encode() + (b"" if words[:1] == [b"HEAD"] else payload))
        self._transport.close()

    def _answer(self, method: bytes, target: bytes) -> tuple[int, str, str]:
        if method not in (b"GET", b"HEAD"):
            return 405, "text/plain; charset=utf-8", "only GET\n"
        pages: dict[bytes, Callable[[], tuple[int, str, str]]] = {
            b"/health": self._health,
            b"/metrics": lambda: (200, "text/plain; version=0.0.4; charset=utf-8", metrics(self._server)),
        }
        page = pages.get(target.split(b"?", 1)[0])
        return page() if page else (404, "text/plain; charset=utf-8", "/health or /metrics\n")

    def _health(self) -> tuple[int, str, str]:
        found = health(self._server)
        status = 200 if found["ok"] else 503
        return status, "application/json", json.dumps(found, ensure_ascii=False) + "\n"


def health(server: Server) -> dict[str, object]:
    """Whether packets are acknowledged, and if not, why and since when."""
    state = server.state
    last = server.last_commit
    return {
        "ok": not state.reason,
        "reason": state.reason,
        "words": state.words,
        "since": state.since.isoformat() if state.since else None,
        "last_commit": last.isoformat() if last else None,
        "waiting": server.waiting,
        "connections": server.connections,
        "registry": server.registry_words or "ok",
    }


def metrics(server: Server) -> str:
    """All counts as Prometheus reads them. No passwords, no contents."""
    return "\n".join(_lines(server)) + "\n"


def _lines(server: Server) -> Iterator[str]:
    counts = server.counts
    yield from one("up", "gauge", "1 while packets are acknowledged", 0 if server.state.reason else 1)
    reasons = [({"reason": reason}, float(count)) for reason, count in sorted(counts.stops.items())]
    yield from family("stops_total", "counter", "times acknowledging stopped, by reason", reasons)
    yield from one("connections", "gauge", "connections open", server.connections)
    yield from one(
        "connections_trusted", "gauge", "of these, with a device that proved itself", server.trusted
    )
    yield from one("connections_total", "counter", "connections taken", counts.connections)
    closed = [({"reason": reason}, float(count)) for reason, count in sorted(counts.closed.items())]
    yield from family("closed_total", "counter", "connections the server ended, by reason", closed)
    packets = [
        ({"protocol": wire, "outcome": outcome}, float(count))
        for (wire, outcome), count in sorted(counts.packets.items())
    ]
    yield from family("packets_total", "counter", "packets by what became of them", packets)
    refused = [({"reason": reason}, float(count)) for reason, count in sorted(counts.refused.items())]
    yield from family("refused_total", "counter", "packets refused, by reason", refused)
    yield from one(
        "refusals_unrecorded_total", "counter", "refused packets that were counted only", server.unrecorded
    )
    yield from one("noise_bytes_total", "counter", "bytes that were no packet", counts.bytes_of_noise)
    yield from one("slowed_total", "counter", "times a connection was read later for its rate", counts.slowed)
    yield from one("queue", "gauge", "packets waiting to be durable", server.waiting)
    yield from histogram("commit_seconds", "time one group took to be durable", counts.commit)
    yield from histogram("ack_seconds", "from the last byte of a packet to its acknowledgement", counts.ack)
    last = server.last_commit
    yield from one(
        "last_commit_timestamp_seconds",
        "gauge",
        "when a group was durable last",
        last.timestamp() if last else 0,
    )
    yield from one("devices", "gauge", "devices in the register", len(server.access.known))
    yield from one("devices_connected", "gauge", "of these, connected", server.devices_connected)
    off = [
        ({"mn": known.device.mn}, known.clock) for known in server.access.known.values() if known.clock_off
    ]
    yield from family("device_clock_seconds", "gauge", "how far a wrong device's clock is ahead", off)
    if server.settings.device_metrics:
        seen = [
            ({"mn": known.device.mn}, known.seen.timestamp())
            for known in list(server.access.known.values())
            if known.seen is not None
        ]
        yield from family("device_last_seen_timestamp_seconds", "gauge", "when a device was heard last", seen)
    requests = [({"state": state}, float(count)) for state, count in sorted(server.dialogue.counts.items())]
    yield from family("requests_total", "counter", "requests to sites, by what became of them", requests)
    yield from one(
        "requests_open", "gauge", "requests under way or waiting for their site", server.dialogue.open
    )
    yield from one(
        "clock_behind_seconds", "gauge", "how far this server's clock is set back", server.clock.behind
    )
