"""Loggers on a line: a tiny host that acknowledges, forgets, asks; and the real server."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lantian.errors import LantianError
from lantian.telemetry import hj212
from lantian.telemetry.simulator.cast import Role, cast, hours_for
from lantian.telemetry.simulator.dialogue import Logger
from lantian.telemetry.simulator.live import Fleet, run_devices
from lantian.telemetry.simulator.orders import Orders, Summary


class Host:
    """Acknowledges what it understands; may forget some packets, once each; may ask a question first."""

    def __init__(self, *, forget: int = 0, ask: tuple[str, Mapping[str, str]] | None = None) -> None:
        self.forget, self.ask = forget, ask
        self.stored: list[hj212.Head] = []
        self.writes: Counter[tuple[str, str | None]] = Counter()
        self.heard: list[tuple[str, Mapping[str, str]]] = []
        self._asked: set[str] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        framer = hj212.Framer()
        while data := await reader.read(65536):
            for frame in framer.feed(data):
                if frame.kind != "packet" or frame.crc not in ("ok", "sealed"):
                    continue
                self.take(hj212.head(frame.segment), frame, writer)
        writer.close()

    def take(self, head: hj212.Head, frame: hj212.Frame, writer: asyncio.StreamWriter) -> None:
        if head.cn in ("9011", "9012", "9013"):
            packet = hj212.decode(frame.raw).packet
            assert packet is not None
            self.heard.append((head.cn, packet.params))
            return
        self.writes[head.mn, head.qn] += 1
        if self.ask and head.mn not in self._asked:
            self._asked.add(head.mn)
            cn, params = self.ask
            writer.write(hj212.request(head.mn, head.pw, "31", cn, params, qn="20261101000000000"))
        if self.forget and len(self.writes) % self.forget == 0 and self.writes[head.mn, head.qn] == 1:
            return  # not told
        self.stored.append(head)
        if head.wants_answer:
            writer.write(hj212.answer(head, "9013" if head.cn == "9015" else "9014"))


def play(host: Host, roles: list[Role], **orders: object) -> Summary:
    async def main() -> Summary:
        server = await asyncio.start_server(host.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            settings = {"rate": 4000.0, "timeout": 0.3, "repeats": 3} | orders
            made = Orders(host="127.0.0.1", port=port, **settings)  # type: ignore[arg-type]
            return await Fleet(made, [role.pair for role in roles]).run()

    return asyncio.run(main())


@pytest.fixture(scope="module")
def roles() -> list[Role]:
    return cast(6, seed=2, hours=3, beside={"dust": 1}, sealed=False)


def test_everything_is_said_once_and_acknowledged(roles: list[Role], tmp_path: Path) -> None:
    host = Host()
    ledger = tmp_path / "sent.jsonl"
    summary = play(host, roles, ledger=ledger)
    assert summary.sent == len(host.stored) == sum(len(role.drafts) for role in roles)
    asked = [head for head in host.stored if head.wants_answer]
    assert summary.acknowledged == len(asked)
    assert summary.unanswerable == len(host.stored) - len(asked)
    assert (summary.repeated, summary.refused, summary.connected) == (0, 0, len(roles))
    rows = [json.loads(line) for line in ledger.read_text().splitlines()]
    data = {(h.mn, h.qn, h.cn, h.data_time) for h in asked if h.cn[0] in "23"}
    assert {(r["mn"], r["qn"], r["cn"], r["data_time"]) for r in rows} == data
    assert len(rows) == len(data)


def test_what_the_host_forgets_is_repeated_with_its_number(roles: list[Role]) -> None:
    host = Host(forget=40)
    summary = play(host, roles[:2], timeout=0.1)
    assert summary.repeated > 0
    assert summary.refused == 0
    assert max(host.writes.values()) == 2
    assert summary.acknowledged == len({(h.mn, h.qn) for h in host.stored if h.wants_answer})


def test_a_silent_host_gets_three_repeats_and_no_more() -> None:
    class Deaf(Host):
        def take(self, head: hj212.Head, frame: hj212.Frame, writer: asyncio.StreamWriter) -> None:
            self.writes[head.mn, head.qn] += 1

    host = Deaf()
    roles = [role for role in cast(6, seed=2, hours=1, sealed=False) if role.speaker.flag is not None][:1]
    summary = play(host, roles, seconds=0.1, timeout=0.05)
    assert summary.acknowledged == 0
    assert summary.refused >= 1
    assert max(host.writes.values()) == 4


@pytest.mark.parametrize(
    ("cn", "params", "uploads"),
    [
        ("1011", {}, True),
        ("1012", {"SystemTime": "20261101000000"}, False),
        ("1000", {"OverTime": "5", "ReCount": "2"}, False),
        ("1061", {}, True),
        ("1062", {"RtdInterval": "30"}, False),
        ("1063", {}, True),
        ("1064", {"MinInterval": "10"}, False),
        ("1072", {"NewPW": "654321"}, False),
        ("3020", {"PolId": "a21026", "InfoId": "i13008"}, True),
        ("3011", {"PolId": "a21026"}, False),
        ("2051", {"BeginTime": "20200101000000", "EndTime": "20400101000000"}, True),
        ("2061", {"BeginTime": "20200101000000", "EndTime": "20400101000000"}, True),
    ],
)
def test_a_logger_answers_the_host(roles: list[Role], cn: str, params: dict[str, str], uploads: bool) -> None:
    host = Host(ask=(cn, params))
    role = next(role for role in roles if role.speaker.generation == 2017)
    summary = play(host, [Role(role.speaker, role.drafts[:30])])
    assert summary.requests[cn] == 1
    assert [(code, dict(told)) for code, told in host.heard] == [
        ("9011", {"QnRtn": "1"}),
        ("9012", {"ExeRtn": "1"}),
    ]
    assert (len(host.stored) > 30) == uploads
    if cn == "1072":
        assert host.stored[-1].pw == "654321"
    if cn == "1012":
        assert (host.stored[-1].qn or "").startswith("202611010000")


@pytest.mark.parametrize(
    ("cn", "params", "pw", "told"),
    [
        ("1062", {"RtdInterval": "soon"}, None, ("9012", {"ExeRtn": "3"})),
        ("1012", {"SystemTime": "now"}, None, ("9012", {"ExeRtn": "3"})),
        ("1072", {"NewPW": "1"}, None, ("9012", {"ExeRtn": "3"})),
        ("1072", {"NewPW": "654321"}, "wrong!", ("9011", {"QnRtn": "3"})),
        ("8888", {}, None, ("9011", {"QnRtn": "8"})),
    ],
)
def test_nonsense_of_the_host_is_refused(
    roles: list[Role], cn: str, params: dict[str, str], pw: str | None, told: tuple[str, dict[str, str]]
) -> None:
    speaker = next(role.speaker for role in roles if role.speaker.generation == 2017)
    logger = Logger(speaker, lambda *_: [], lambda: datetime(2026, 11, 1, tzinfo=UTC))
    raw = hj212.request(speaker.mn, pw or speaker.password, "31", cn, params, qn="20261101000000000")
    reply = logger.answer(hj212.head(raw[6:-6]), raw[6:-6])
    packets = [hj212.decode(packet, strict=True).packet for packet in [*reply.packets, *reply.last]]
    assert packets[-1] is not None
    assert (packets[-1].cn, dict(packets[-1].params)) == told
    assert logger.settings.password == speaker.password


def test_a_broken_line_costs_no_packet(roles: list[Role]) -> None:
    class Breaking(Host):
        def take(self, head: hj212.Head, frame: hj212.Frame, writer: asyncio.StreamWriter) -> None:
            if len(self.writes) in (20, 60) and not self.writes[head.mn, head.qn]:
                self.writes[head.mn, head.qn] += 1
                writer.transport.abort()
                return
            super().take(head, frame, writer)

    host = Breaking()
    said = [Role(role.speaker, role.drafts[:50]) for role in roles if role.speaker.flag is not None][:2]
    summary = play(host, said)
    assert summary.closed == 2
    assert summary.refused == 0
    assert summary.acknowledged == len({(h.mn, h.qn) for h in host.stored if h.wants_answer}) == summary.sent


def test_no_history_is_said_so(roles: list[Role]) -> None:
    host = Host(ask=("2061", {"BeginTime": "20200101000000", "EndTime": "20200102000000"}))
    role = next(role for role in roles if role.speaker.generation == 2017)
    play(host, [Role(role.speaker, role.drafts[:5])])
    assert ("9012", {"ExeRtn": "100"}) in [(cn, dict(told)) for cn, told in host.heard]


def test_faults_cost_no_packet(roles: list[Role]) -> None:
    host = Host()
    kinds = ("bad_crc", "split", "sticky", "duplicate", "out_of_order", "half", "garbage")
    summary = play(host, roles, faults=dict.fromkeys(kinds, 0.04), timeout=0.15, window=2)
    assert sum(summary.faults.values()) > 20
    assert summary.refused == 0
    wanted = {(head.mn, head.qn) for head in host.stored if head.wants_answer}
    assert summary.acknowledged == len(wanted)


def test_nobody_listening_is_said_so(roles: list[Role]) -> None:
    with pytest.raises(LantianError, match="nobody answers"):
        run_devices(Orders("127.0.0.1", 1), [role.pair for role in roles])


def test_the_rate_is_kept_and_the_time_too(roles: list[Role]) -> None:
    summary = play(Host(), roles, rate=100.0, seconds=0.4)
    assert 15 <= summary.sent <= 70


def test_many_loggers_share_histories_under_names_of_their_own() -> None:
    roles = cast(150, seed=1, hours=1)
    assert len({role.speaker.mn for role in roles}) == 150
    for role in roles[120:]:
        if role.speaker.generation != 2005:
            assert len(role.speaker.mn) == 24
    assert hours_for(5000, 60, 1000) > 20


def test_forgers_are_as_many_as_asked_for() -> None:
    roles = cast(40, seed=3, hours=12, forge={"frozen": 0.4, "treatment_off": 0.3})
    kinds = Counter(role.forgery for role in roles)
    assert 8 <= kinds["frozen"] <= 24
    assert 5 <= kinds["treatment_off"] <= 20
    with pytest.raises(LantianError, match="no forgery"):
        cast(2, seed=1, hours=1, forge={"magic": 1.0})
    with pytest.raises(LantianError, match="more than one"):
        cast(2, seed=1, hours=1, forge={"frozen": 0.7, "clipped": 0.7})
    with pytest.raises(LantianError, match="nobody"):
        cast(0, seed=1, hours=1)


def test_the_real_server_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    from lantian.telemetry.server import Server, Settings
    from lantian.telemetry.store import Device, Line

    roles = cast(8, seed=4, hours=2, beside={"dust": 1, "ambient": 1})
    ledger = tmp_path / "sent.jsonl"
    faults = {"split": 0.1, "duplicate": 0.1, "garbage": 0.05, "wrong_password": 0.05, "unknown_mn": 0.05}

    async def main(line: Line) -> Summary:
        server = Server(line, Settings(host="127.0.0.1", port=0, metrics_port=None))
        await server.start()
        try:
            orders = Orders("127.0.0.1", server.port, rate=2000, faults=faults, ledger=ledger, timeout=2)
            return await Fleet(orders, [role.pair for role in roles]).run()
        finally:
            await server.stop()

    line = Line.open(tmp_path / "data", create=True)
    try:
        line.devices.put(
            *(
                Device(role.speaker.mn, password=role.speaker.password, sm4_key=role.speaker.sm4_key)
                for role in roles
            )
        )
        summary = asyncio.run(main(line))
        assert summary.acknowledged > 50
        assert summary.refused == 0
        assert summary.strangers > 0
        assert summary.strangers_acknowledged == 0
        assert summary.newcomers_acknowledged == 0
        values = line.values()
    finally:
        line.close()
    kept = set(zip(values["place"].to_pylist(), values["qn"].to_pylist(), strict=True))
    rows = [json.loads(row) for row in ledger.read_text().splitlines()]
    assert rows
    assert {(row["mn"], row["qn"]) for row in rows} <= kept


def test_a_server_that_takes_in_whoever_comes_answers_newcomers_but_no_wrong_password(tmp_path: Path) -> None:
    from lantian.telemetry.server import Server, Settings
    from lantian.telemetry.store import Line

    roles = cast(3, seed=4, hours=1)

    async def main(line: Line) -> Summary:
        settings = Settings(host="127.0.0.1", port=0, metrics_port=None, enrol="open")
        server = Server(line, settings)
        await server.start()
        try:
            faults = {"unknown_mn": 0.2}
            orders = Orders("127.0.0.1", server.port, rate=2000, faults=faults, timeout=2)
            return await Fleet(orders, [role.pair for role in roles]).run()
        finally:
            await server.stop()

    line = Line.open(tmp_path / "data", create=True)
    try:
        summary = asyncio.run(main(line))
    finally:
        line.close()
    assert summary.newcomers_acknowledged > 0
    assert summary.strangers_acknowledged == 0
    assert summary.figures()["newcomers_acknowledged"] == summary.newcomers_acknowledged
