"""`lantian telemetry listen` and `request` as a person calls them."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from lantian.cli import run
from lantian.cli.telemetry import listen
from lantian.telemetry.server import Limits
from lantian.telemetry.store import Device, Line

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A line with one device."""
    line = Line.open(tmp_path / "office", create=True)
    line.devices.put(Device("MN1", password="123456"))
    line.close()
    return tmp_path / "office"


def ask(data: Path, *words: str) -> int:
    return run(["telemetry", "request", "--data", str(data), "--mn", "MN1", *words])


def test_limits_of_the_command_are_those_of_the_server() -> None:
    limits = dataclasses.asdict(Limits())
    assert {name: limits[name] for name in listen.DEFAULTS} == listen.DEFAULTS
    offered = {limit for limit, _ in (listen.LIMITS | listen.SECONDS).values()}
    assert offered == set(listen.DEFAULTS)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--tls-key", "KEY"], "a key or an authority without a certificate"),
        (["--tls-cert", "KEY"], "certificate or key cannot be used"),
        (["--tls-port", "9999"], "an encrypted port needs a certificate"),
        (["--rtd-interval", "5"], "5 s is no interval of real-time data"),
        (["--min-interval", "7"], "7 min is no interval of minute data"),
    ],
)
def test_what_cannot_be_is_told_before_a_port_is_opened(
    data: Path, tmp_path: Path, capsys: Capture, words: list[str], said: str
) -> None:
    (tmp_path / "key.pem").write_text("no key")
    given = [str(tmp_path / "key.pem") if word == "KEY" else word for word in words]
    assert run(["telemetry", "listen", "--data", str(data), *given]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "cn", "params"),
    [
        (
            ["history", "--cn", "2061", "--from", "2026-11-20", "--to", "2026-11-21"],
            "2061",
            {"BeginTime": "20261120000000", "EndTime": "20261121235959"},
        ),
        (
            ["history", "--cn", "2051", "--from", "2026-11-20T08:00", "--to", "2026-11-20T01:00Z"],
            "2051",
            {"BeginTime": "20261120080000", "EndTime": "20261120090000"},
        ),
        (["set-time"], "1012", {}),
        (["get-time", "--instrument", "a21026"], "1011", {"PolId": "a21026"}),
        (["set-interval", "rtd", "30"], "1062", {"RtdInterval": "30"}),
        (["set-interval", "min", "10"], "1064", {"MinInterval": "10"}),
        (["get-interval", "min"], "1063", {}),
        (["set-timeout", "5", "3"], "1000", {"OverTime": "5", "ReCount": "3"}),
        (["set-password", "--new", "abc123"], "1072", {"NewPW": "abc123"}),
        (["realtime", "stop"], "2012", {}),
        (["calibrate", "a21026", "--what", "clean"], "3013", {"PolId": "a21026"}),
    ],
)
def test_a_request_goes_into_the_outbox(
    data: Path, capsys: Capture, words: list[str], cn: str, params: dict[str, str]
) -> None:
    assert ask(data, "--by", "Li", *words) == 0
    said = capsys.readouterr().out
    assert f"MN1  {cn} " in said
    assert "queued: waits until the site is connected" in said
    assert "abc123" not in said
    line = Line.open(data)
    (found,) = line.requests.all()
    line.close()
    assert (found.cn, dict(found.params), found.asked_by, found.state) == (cn, params, "Li", "queued")
    assert ask(data, "list") == 0
    assert capsys.readouterr().out == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["history", "--cn", "2061", "--from", "2026-11-21", "--to", "2026-11-20"], "ends before it begins"),
        (["set-interval", "rtd", "5"], "5 s is no interval"),
        (["set-password", "--new", "short"], "six letters or digits"),
        (["--mn", "NOBODY", "set-time"], "no device 'NOBODY'"),
    ],
)
def test_what_no_site_understands_is_not_asked(
    data: Path, capsys: Capture, words: list[str], said: str
) -> None:
    assert ask(data, *words) == 1
    assert said in capsys.readouterr().err


def test_a_folder_without_a_line_is_told(tmp_path: Path, capsys: Capture) -> None:
    assert ask(tmp_path / "nothing", "set-time") == 1
    assert re.search("no such folder|no line", capsys.readouterr().err)


def test_waiting_for_a_site_that_is_not_there_says_so(data: Path, capsys: Capture) -> None:
    assert ask(data, "--wait", "0.1", "set-time") == 0
    assert "queued" in capsys.readouterr().out
