"""What is printed is what is stored: every version once, every digit, whatever the size."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import line_making as making
import pytest
from line_making import DAY, NOON, packet

from lantian.cli import run
from lantian.telemetry.store import Line, export, exporting
from lantian.telemetry.store.exporting import number

KEYS = ["mn", "cn", "data_time", "factor", "field", "value", "mark", "qn", "received_at", "version"]


def rows(line: Line, **wanted: Any) -> list[dict[str, Any]]:
    return [json.loads(text) for text in "".join(export(line, **wanted)).splitlines()]


def test_the_columns_and_a_row(line: Line) -> None:
    line.write([packet(at=NOON + timedelta(seconds=3, microseconds=250_000))])
    text = "".join(export(line))
    assert text == (
        '{"mn":"A1","cn":"2061","data_time":"2026-11-22T12:00:00+08:00","factor":"a21026","field":"Avg",'
        '"value":12.40,"mark":"N","qn":"20261122120000001","received_at":"2026-11-22T12:00:03.250000+08:00",'
        '"version":1}\n'
    )
    assert list(json.loads(text)) == KEYS


@pytest.mark.parametrize("folded", [0, 1, 2])
@pytest.mark.parametrize("lump", [200_000, 40, 1])
def test_every_version_once_by_order_of_arrival(
    line: Line, monkeypatch: pytest.MonkeyPatch, *, folded: int, lump: int
) -> None:
    monkeypatch.setattr(exporting, "LUMP", lump)
    monkeypatch.setattr(exporting, "LINES", 7)
    packets = making.history()
    line.write(packets[:25])
    if folded:
        line.compact(NOON - DAY if folded == 1 else NOON + DAY)
    line.write(packets[25:])
    if folded == 2:
        line.compact(NOON + DAY)
    found = rows(line)
    stored = line.values(versions="all").to_pylist()
    assert len(found) == len(stored) == 75
    versions: dict[tuple[str, ...], int] = {}
    for row in sorted(stored, key=lambda row: row["seq"]):
        key = (row["place"], row["cn"], f"{row['time']:%s}", row["factor"], row["field"])
        versions[key] = versions.get(key, 0) + 1
    assert sum(row["version"] == 2 for row in found) == 1
    corrected = [
        r
        for r in found
        if (r["mn"], r["factor"]) == ("A1", "a21026") and r["data_time"].startswith("2026-11-21T12")
    ]
    assert [(row["value"], row["version"]) for row in corrected] == [(2.0, 1), (99, 2)]
    order = [
        (row["mn"], row["data_time"], row["cn"], row["factor"], row["field"], row["version"]) for row in found
    ]
    assert order == sorted(order)
    assert len(set(order)) == len(order)


def test_choices(line: Line) -> None:
    line.write(making.history())
    assert {row["mn"] for row in rows(line, mn="A2")} == {"A2"}
    assert rows(line, mn="nobody") == []
    day = rows(line, mn="A1", since=date(2026, 11, 20), until=date(2026, 11, 20))
    assert {row["data_time"][:13] for row in day} == {f"2026-11-20T{hour:02d}" for hour in (0, 6, 12, 18)}
    assert len(rows(line, mn="A1", since=NOON - DAY, until=NOON - DAY)) == 3


def test_what_arrives_meanwhile_is_not_in_it(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "LUMP", 1)
    line.write([packet("A1"), packet("B1")])
    lines = export(line)
    first = next(lines)
    line.write([packet("B1", items={"a21026-Avg": "1"})])
    line.compact(NOON + DAY)
    found = [json.loads(text) for text in (first + "".join(lines)).splitlines()]
    assert [(row["mn"], row["version"]) for row in found] == [("A1", 1), ("B1", 1)]
    assert len(rows(line)) == 3


@pytest.mark.parametrize(("sent", "shown"), [
    ("12.40", "12.40"), ("0", "0"), ("-0.50", "-0.50"), ("0.0000001", "0.0000001"), ("263520", "263520"),
    ("+5.0", "5.0"), ("007.10", "7.10"), (".5", "0.5"), ("5.", "5"), ("-.5", "-0.5"), ("000", "0"),
    (" 1.5 ", "1.5"),
    ("99999999999999999999.123456789", "99999999999999999999.123456789"),
    ("", None), (".", None), ("-", None), ("+", None), ("NaN", None), ("1e5", None), ("1,5", None),
    ("0x1", None), ("１", None), ("1.2.3", None),
])  # fmt: skip
def test_numbers_keep_their_digits(sent: str, shown: str | None) -> None:
    assert number(sent) == shown
    if shown is not None:
        assert json.dumps(json.loads(shown, parse_float=str, parse_int=str)) == f'"{shown}"'


def test_words_are_strings_nothing_is_null_and_csv_has_the_same(line: Line) -> None:
    items = {"a21026-Rtd": "--", "a21002-Rtd": "停", "a19001-Rtd": "07.50"}
    line.write([packet('钢,"1"', items=items, cn="2011")])
    found = {row["factor"]: row["value"] for row in rows(line)}
    assert found == {"a21026": None, "a21002": "停", "a19001": 7.5}
    table = list(csv.DictReader(io.StringIO("".join(export(line, form="csv")))))
    assert list(table[0]) == KEYS
    assert {row["factor"]: row["value"] for row in table} == {"a21026": "", "a21002": "停", "a19001": "07.50"}
    assert {row["mn"] for row in table} == {'钢,"1"'}


def test_facts_that_look_like_numbers_stay_names(line: Line) -> None:
    told = packet(cn="3020", items={})
    segment = told.segment.replace(b"&&&&", b"&&PolId=a21026;InfoId=000123&&").replace(
        b"120000&&", b"120000;InfoId=000123&&"
    )
    from dataclasses import replace

    line.write([replace(told, segment=segment)])
    assert [
        (row["factor"], row["field"], row["value"]) for row in rows(line) if row["field"] == "InfoId"
    ] == [("", "InfoId", "000123")]


def test_an_empty_line_exports_nothing(line: Line) -> None:
    assert "".join(export(line)) == ""
    assert "".join(export(line, form="csv")).splitlines() == [",".join(KEYS)]


def shell(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = run(["telemetry", *words])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = ["--data", str(tmp_path / "office")]
    assert shell(capsys, "export", *data)[0] == 1
    code, out, _ = shell(
        capsys, "devices", "add", "A1", *data, "--password", "123456", "--name", "1#", "--st", "31", "--map",
        "02=a21026", "--unit", "a34013=mg/m3", "--address", "10.0.0.0/8", "--generation", "2025", "--sm4-key",
        "30" * 16, "--need-sm4", "--per-minute", "60",
    )  # fmt: skip
    assert (code, out) == (0, "A1 is added.\n")
    assert shell(capsys, "devices", "add", "A1", *data, "--name", "2#")[1] == "A1 is changed.\n"
    line = Line.open(tmp_path / "office", limits=making.LIMITS)
    device = line.devices.get("A1")
    assert device is not None
    assert (device.name, device.st, device.mapping, device.per_minute) == ("2#", {"31"}, {"02": "a21026"}, 60)
    assert device.accepts("123456")
    line.write(making.history())
    line.refuse("A1", "10.0.0.1", "wrong_password", b"##0099PW=secret;", NOON)
    line.close()
    code, out, _ = shell(capsys, "devices", "list", *data, "--format", "json")
    assert json.loads(out)["need_sm4"] is True
    assert "123456" not in out
    assert "3030" not in out
    for word, state in (("block", "blocked"), ("confirm", "confirmed")):
        assert shell(capsys, "devices", word, "A1", *data)[1] == f"A1 is {state}.\n"
    code, out, _ = shell(capsys, "refused", *data, "--since", "2026-11-22", "--mn", "A1")
    assert "wrong_password" in out
    assert "secret" not in out
    assert json.loads(shell(capsys, "refused", *data, "--format", "json")[1])["count"] == 1
    whole = shell(capsys, "export", *data)[1]
    assert len(whole.splitlines()) == 75
    code, out, _ = shell(capsys, "compact", *data, "--format", "json")
    assert json.loads(out)["packets"] == 39
    assert shell(capsys, "export", *data)[1] == whole
    code, out, _ = shell(
        capsys, "export", *data, "--mn", "A1", "--from", "2026-11-21T04:00Z", "--to", "2026-11-21T12:00"
    )
    assert len(out.splitlines()) == 3
    code, _, err = shell(capsys, "export", *data, "--from", "yesterday")
    assert code == 2
    assert "'yesterday' is no day and no time" in err
    assert shell(capsys, "devices", "forget", "A1", *data)[0] == 0
    assert shell(capsys, "devices", "list", *data)[1] == "0 devices.\n"
    for wrong in (["--map", "02"], ["--sm4-key", "xyz"], ["--address", "here"]):
        assert shell(capsys, "devices", "add", "A2", *data, "--password", "1", *wrong)[0] == 1


def test_a_reader_that_goes_away_is_no_mistake(tmp_path: Path) -> None:
    line = Line.open(tmp_path, create=True, limits=making.LIMITS)
    items = {f"a{n:05d}-Avg": "1.234" for n in range(50)}
    line.write([packet(f"{n}", items=items) for n in range(300)])
    line.close()
    command = (
        f"{sys.executable} -m lantian telemetry export --data {tmp_path} | head -n 1; echo ${{PIPESTATUS[0]}}"
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    first, code = done.stdout.splitlines()
    assert json.loads(first)["version"] == 1
    assert code == "0"
    assert done.stderr == ""


def test_no_text_of_a_device_is_a_formula_of_a_spreadsheet(line: Line) -> None:
    bad = ("=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-x", "＝1")
    items = {f"i1100{n}-Info": text for n, text in enumerate(bad)} | {"a21026-Avg": "-1.50"}
    line.write([packet("=HYPERLINK(1)", items=items)])
    told = list(csv.DictReader(io.StringIO("".join(export(line, form="csv")))))
    assert {row["mn"] for row in told} == {"'=HYPERLINK(1)"}
    found = {row["factor"]: row["value"] for row in told}
    assert found.pop("a21026") == "-1.50", "a number stays a number"
    assert set(found.values()) == {f"'{text}" for text in bad}
    assert {row["value"] for row in rows(line)} >= set(bad), "JSON says what was sent"


def test_what_was_refused_does_not_steer_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = Line.open(tmp_path, create=True)
    line.refuse("A\x1b]0;x\x07\n2026-11-22 forged row", "10.0.0.1", "unknown_device", b"\x1b[2J", NOON)
    line.close()
    assert run(["telemetry", "refused", "--data", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 3
    assert all(sign.isprintable() for sign in out.replace("\n", ""))
