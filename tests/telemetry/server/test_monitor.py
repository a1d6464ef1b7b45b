"""Health and metrics, and the small parts: buckets, clock, histogram."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from lantian.telemetry.server.buckets import Bucket, Buckets
from lantian.telemetry.server.clock import Clock
from lantian.telemetry.server.counting import Histogram, family

Running = Callable[..., Any]
SAMPLE = re.compile(r'[a-z_]+(\{([a-z_]+="([^"\\\n]|\\.)*",?)+\})? -?\d+(\.\d+)?(e-?\d+)?')


def test_metrics_are_as_prometheus_reads_them(running: Running) -> None:
    async def work() -> None:
        async with running(device_metrics=True) as run:
            site = await run.site()
            await site.ask(site.packet())
            site.send(b"noise\r\n" * 3 + site.packet(mn='Q"\\'))
            await run.refused(2)
            status, body = await run.get("/metrics?x=1")
            assert status == 200
            assert body.endswith("\n")
            kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", body, re.MULTILINE))
            for line in body.splitlines():
                if not line.startswith("#"):
                    assert SAMPLE.fullmatch(line), line
                    name = re.sub(r"_(bucket|sum|count)$", "", re.split(r"[{ ]", line)[0])
                    assert name in kinds or re.split(r"[{ ]", line)[0] in kinds
            assert 'lantian_line_packets_total{protocol="hj212",outcome="stored"} 1' in body
            assert "lantian_line_connections_trusted 1" in body
            counts = [int(n) for n in re.findall(r'ack_seconds_bucket\{le="[^"]+"\} (\d+)', body)]
            assert counts == sorted(counts)
            assert counts[-1] == 1

    asyncio.run(work())


def test_there_are_two_pages_and_one_way_to_ask(running: Running) -> None:
    async def work() -> None:
        async with running() as run:
            assert (await run.get("/"))[0] == 404
            for raw, said in (
                (b"POST /health HTTP/1.1\r\n\r\n", b"HTTP/1.1 405 "),
                (b"HEAD /health HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 "),
                (b"\x00\r\n\r\n", b"HTTP/1.1 405 "),
                (b"x" * 20_000, b""),
            ):
                reader, writer = await asyncio.open_connection("127.0.0.1", run.server.metrics_port)
                writer.write(raw)
                try:
                    heard = await asyncio.wait_for(reader.read(), 10)
                except ConnectionError:
                    heard = b""
                assert heard.startswith(said)
                assert raw[:4] != b"HEAD" or heard.endswith(b"\r\n\r\n")
                writer.close()
                await asyncio.gather(writer.wait_closed(), return_exceptions=True)

    asyncio.run(work())


def test_a_bucket_pays_its_debts() -> None:
    bucket = Bucket(rate=10, size=20, now=0.0)
    assert bucket.take(20, 0.0) == 0
    assert bucket.take(5, 0.0) == pytest.approx(0.5)
    assert bucket.take(0, 0.4) == pytest.approx(0.1)
    assert bucket.take(0, 0.51) == 0
    assert not bucket.ready(0.55)
    assert bucket.ready(0.7)
    # Waiting longer than it takes to fill gives no more than a full one.
    assert bucket.take(21, 1000.0) == pytest.approx(0.1)


def test_buckets_forget_the_longest_unused() -> None:
    kept = Buckets(per_minute=2, most=2)
    assert [kept.allows("a", 0.0) for _ in range(3)] == [True, True, False]
    assert kept.spent("a", 0.0)
    assert not kept.spent("a", 31.0)
    assert kept.allows("b", 0.0)
    assert kept.allows("c", 0.0)
    assert not kept.spent("a", 0.0)


def test_a_clock_never_goes_back() -> None:
    wall = [100.0]
    clock = Clock(2.0, datetime.fromtimestamp(99, UTC), wall=lambda: wall[0])
    given = []
    for wall[0] in (100.0, 101.0, 99.5, 99.0, 98.9, 90.0, 101.5):
        given.append(clock.now())
    stamps = [None if one is None else one.timestamp() for one in given]
    assert stamps == [100.0, 101.0, 101.0, 101.0, None, None, 101.5]
    wall[0] = 91.5
    assert clock.behind == 10.0
    assert Clock(2.0, datetime.fromtimestamp(200, UTC), wall=lambda: 197.9).now() is None


def test_a_histogram_counts_at_or_below_its_bounds() -> None:
    found = Histogram()
    for seconds in (0.005, 0.0051, 20.0):
        found.add(seconds)
    lines = list(found.lines("x"))
    assert 'x_bucket{le="0.005"} 1' in lines
    assert 'x_bucket{le="0.01"} 2' in lines
    assert 'x_bucket{le="10.0"} 2' in lines
    assert lines[-3:] == ['x_bucket{le="+Inf"} 3', "x_sum 20.010100", "x_count 3"]


def test_labels_are_escaped() -> None:
    assert list(family("x", "gauge", "w", [({"mn": 'a"b\\c\n'}, 1.5)]))[-1] == (
        'lantian_line_x{mn="a\\"b\\\\c\\n"} 1.500000'
    )
