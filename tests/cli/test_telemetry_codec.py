"""`lantian telemetry decode` and `encode`: there and back, and what a user's mistake gets."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lantian.cli import cli
from lantian.errors import LantianError

PACKET = (
    b"##0168QN=20261122091500001;ST=31;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&"
    b"DataTime=20261122091500;a21026-Rtd=200.0,a21026-Flag=T;a21002-Rtd=0,a21002-Flag=D&&3240\r\n"
)
LOG = (
    b"[2026-11-22 09:15:01]\r\n"
    + PACKET
    + b"\x04\x0a\x00\x00\x00\x06\x01\x04\x00\xc8\x00\x78\n"
    + PACKET[:-2]
)


def run(*arguments: str, data: bytes = b"") -> bytes:
    result = CliRunner().invoke(cli, ["telemetry", *arguments], input=data, catch_exceptions=True)
    if isinstance(result.exception, LantianError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout_bytes


@pytest.mark.parametrize("packed", [False, True])
def test_there_and_back_changes_no_byte(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "rx.log"
    path.write_bytes(gzip.compress(LOG) if packed else LOG)
    lines = run("decode", str(path), "--format", "json")
    entries = [json.loads(line) for line in lines.splitlines()]
    assert [entry["kind"] for entry in entries] == ["junk", "packet", "junk", "packet"]
    assert [entry["offset"] for entry in entries] == [0, 23, 23 + len(PACKET), 36 + len(PACKET)]
    assert entries[1]["items"][0] == {"code": "a21026", "fields": {"Rtd": "200.0", "Flag": "T"}}
    assert "raw" not in entries[1]
    assert [fault["code"] for fault in entries[3]["faults"]] == ["tail_missing"]
    assert run("encode", "-", data=lines) == LOG


def test_a_packet_made_of_its_fields() -> None:
    entry = json.loads(run("decode", "-", "--format", "json", data=LOG).splitlines()[3])
    del entry["raw"]
    assert run("encode", data=json.dumps(entry).encode()) == PACKET


def test_words_for_a_reader() -> None:
    chinese = run("decode", "-", data=LOG).decode()
    assert "a21026 二氧化硫: 实时值 200.0 mg/m³，数据标记 T 超过测量上限" in chinese
    assert "大气环境污染源" in chinese
    assert chinese.splitlines()[-1] == "报文 2 个，其中有问题的 1 个；非报文内容 36 字节"
    english = run("decode", "-", "--language", "en", data=LOG).decode()
    assert "a21002 nitrogen oxides: instantaneous 0 mg/m³, mark D fault" in english
    assert "fault 178+0  tail_missing  the tail CR LF is missing" in english


def test_strict_shows_no_content_of_an_odd_packet() -> None:
    entries = [
        json.loads(line) for line in run("decode", "-", "--strict", "--format", "json", data=LOG).splitlines()
    ]
    assert "items" in entries[1]
    assert "items" not in entries[3]


def test_an_encrypted_packet_needs_its_key() -> None:
    key = "30" * 16
    plain = json.loads(run("decode", "-", "--format", "json", data=PACKET))
    sealed = {**plain, "flag": 8, "encrypted": True}
    sent = run("encode", "--key", key, data=json.dumps(sealed).encode())
    shut = json.loads(run("decode", "-", "--format", "json", data=sent))
    assert (shut["crc"], shut["faults"][0]["code"]) == ("sealed", "cipher_no_key")
    opened = json.loads(run("decode", "-", "--format", "json", "--key", key, data=sent))
    assert (opened["crc"], opened["items"], opened["encrypted"]) == ("ok", plain["items"], True)
    assert run("encode", data=json.dumps(opened).encode()) == sent


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (b"{", "line 1: no JSON"),
        (b"[]", "line 1: not an object"),
        (b'{"raw": "xyz"}', "line 1: `raw` is not hexadecimal"),
        (b'{"kind": "junk"}', "line 1: junk without `raw`"),
        (b'{"mn": 5}', "line 1: mn is not a text"),
        (b'{"flag": "5"}', "line 1: flag is not a whole number"),
        (b'{"items": [{}]}', r"line 1: items\[0\] has no code"),
        (
            b'{"items": [{"code": "a", "fields": {"Rtd": 5}}]}',
            r"line 1: items\[0\].fields is not an object of texts",
        ),
        (b'{"mn": "1;2"}', "line 1: '1;2' cannot stand in a packet"),
        (b'{"encrypted": true}', "line 1: an encrypted packet needs a key"),
    ],
)
def test_a_mistake_is_one_line_with_its_place(line: bytes, what: str) -> None:
    with pytest.raises(LantianError, match=what):
        run("encode", data=line)


def test_a_key_that_is_none_and_a_broken_file(tmp_path: Path) -> None:
    with pytest.raises(LantianError, match="--key is not an SM4 key"):
        run("decode", "-", "--key", "00", data=PACKET)
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(LOG)[:-9])
    with pytest.raises(LantianError, match="broken or cut short"):
        run("decode", str(path))
