"""One question, one answer, wherever the values lie; the latest view equals a plain oracle."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import line_making as making
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from line_making import DAY, NOON, packet

from lantian.errors import LantianError
from lantian.telemetry.hj212 import sm4
from lantian.telemetry.store import Device, Line
from lantian.telemetry.values import VALUES


@pytest.fixture(scope="module", params=["hot", "parquet", "both"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """The same history, in different places."""
    line = Line.open(tmp_path_factory.mktemp("line"), create=True, limits=making.LIMITS)
    packets = making.history()
    line.write(packets[:20])
    if request.param == "both":
        line.compact(NOON - DAY)
    line.write(packets[20:])
    if request.param == "parquet":
        line.compact(NOON + DAY)
    yield line
    line.close()


def test_the_columns_are_those_of_values_and_rows_are_in_order(told: Line) -> None:
    table = told.values(versions="all")
    assert table.schema.equals(VALUES)
    keys = [
        tuple(row[n] for n in ("place", "time", "cn", "factor", "field", "seq")) for row in table.to_pylist()
    ]
    assert keys == sorted(keys)
    assert len(keys) == len(set(keys)) == 36 * 2 + 3


def test_latest_and_all(told: Line) -> None:
    wanted = {"places": ["A1"], "since": NOON - DAY, "until": NOON - DAY, "factors": ["a21026"]}
    assert told.values(**wanted)["text"].to_pylist() == ["99"]
    assert told.values(**wanted, versions="all")["text"].to_pylist() == ["2.000", "99"]
    # What the correction did not name stays.
    assert told.values(**wanted | {"factors": ["a19001"]})["text"].to_pylist() == ["6.8"]


def test_choices(told: Line) -> None:
    assert set(told.values(places=["A2", "nobody"])["place"].to_pylist()) == {"A2"}
    assert told.values(places=[]).num_rows == 0
    assert told.values(cns=["2011"])["text"].to_pylist() == ["1"]
    assert told.values(cns=[]).num_rows == told.values(factors=[]).num_rows == 0
    assert set(told.values(fields=["Rtd"])["place"].to_pylist()) == {"A3"}
    assert pc.all(pc.is_null(told.values(quality="clean")["quality"])).as_py()
    assert told.values(quality="clean").num_rows == told.values().num_rows - 1


def test_days_are_local_and_both_ends_count(told: Line) -> None:
    month = told.values(places=["A2"], since=date(2026, 9, 1), until=date(2026, 9, 30))
    assert month["time"].to_pylist() == [NOON - 60 * DAY]
    day = told.values(places=["A2"], since=date(2026, 11, 20), until=date(2026, 11, 20), factors=["a19001"])
    hours = [(moment + timedelta(hours=8)).hour for moment in day["time"].to_pylist()]
    assert hours == [0, 6, 12, 18]
    both = told.values(
        places=["A2"], since=NOON - DAY, until=NOON - DAY + timedelta(hours=6), factors=["a19001"]
    )
    assert both.num_rows == 2


def test_a_word_in_place_of_a_list_and_a_time_without_zone_are_refused(told: Line) -> None:
    with pytest.raises(LantianError, match="one word"):
        told.values(places="A1")
    with pytest.raises(LantianError, match="zone"):
        told.values(since=NOON.replace(tzinfo=None))


def test_codes_of_the_standard_by_the_device_first(line: Line) -> None:
    line.devices.put(Device("A2", mapping={"S01": "a99999"}))
    old = {"02-Avg": "1", "S01-Avg": "2"}
    line.write([packet("A1", items=old), packet("A2", items=old)])
    line.write([packet("A1", items={"a21026-Avg": "3"}, qn="later")])
    found = [(r["place"], r["factor"], r["text"]) for r in line.values(canonical=True).to_pylist()]
    assert found == [
        ("A1", "a19001", "2"),
        ("A1", "a21026", "3"),
        ("A2", "a21026", "1"),
        ("A2", "a99999", "2"),
    ]
    assert line.values(canonical=True, factors=["a99999"])["place"].to_pylist() == ["A2"]
    assert set(line.values(places=["A2"])["factor"].to_pylist()) == {"02", "S01"}

    line.devices.put(Device("A2", mapping={"S01": "a88888"}))
    assert line.values(canonical=True, factors=["a88888"]).num_rows == 1


def test_encrypted_packets_are_read_with_the_key_that_held_when_they_came(line: Line) -> None:
    old, new = b"0" * 16, b"1" * 16
    line.devices.put(Device("A1", sm4_key=old), at=NOON - DAY)
    line.devices.put(Device("A1", sm4_key=new), at=NOON + DAY)
    for day, key in ((0, old), (2, new)):
        told = packet(
            "A1", NOON + day * DAY, {"a21026-Avg": f"1.{day}", "a21002-Avg": "2"}, at=NOON + day * DAY
        )
        plain = told.segment.replace(b"Flag=5", b"Flag=9")
        line.write([dataclasses.replace(told, segment=sm4.seal(plain, key))])
    line.write([dataclasses.replace(packet("A2"), segment=sm4.seal(plain, new))])
    expected = [("A1", "1.0", None), ("A1", "1.2", None)]
    rows = line.values(factors=["a21026"]).to_pylist()
    assert [(row["place"], row["text"], row["quality"]) for row in rows] == expected
    assert line.values(places=["A2"])["quality"].to_pylist() == ["cipher_no_key"]
    line.devices.put(Device("A2", sm4_key=new))
    assert line.values(places=["A2"], factors=["a21026"])["text"].to_pylist() == ["1.2"]
    line.compact(NOON + 3 * DAY)
    assert line.values(places=["A1"], factors=["a21026"]).num_rows == 2


_packets = st.builds(
    packet,
    st.sampled_from(["A1", "A2"]),
    st.sampled_from([None, NOON, NOON - DAY, NOON - 40 * DAY]),
    st.dictionaries(
        st.sampled_from(["a21026-Avg", "a21026-Max", "02-Avg"]), st.sampled_from(["1", "2.0"]), min_size=1
    ),
    cn=st.sampled_from(["2061", "2051"]),
    qn=st.sampled_from(["q1", "q2"]),
    at=st.sampled_from([NOON, NOON + timedelta(minutes=1), NOON + 2 * DAY]),
)
_steps = st.lists(
    st.one_of(st.lists(_packets, max_size=6), st.just("compact"), st.just("restart")), max_size=8
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_steps)
def test_the_latest_view_is_what_a_plain_list_says(steps: list[object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        line = Line.open(Path(folder), create=True, limits=making.LIMITS)
        seen: dict[tuple[object, ...], object] = {}
        latest: dict[tuple[object, ...], str] = {}
        versions: list[tuple[object, ...]] = []
        for step in steps:
            if step == "compact":
                line.compact(NOON + DAY)
            elif step == "restart":
                line.close()
                line = Line.open(Path(folder), limits=making.LIMITS)
            else:
                outcomes = line.write(step)  # type: ignore[arg-type]
                for arrival, outcome in zip(step, outcomes, strict=True):  # type: ignore[call-overload]
                    key = (arrival.place, arrival.time, arrival.segment)
                    first = seen.setdefault(key, arrival.received_at)
                    late = arrival.received_at - first > timedelta(hours=1)  # type: ignore[operator]
                    if outcome == "stored":
                        assert arrival.received_at == first
                        for name, text in _content(arrival.segment).items():
                            value = (arrival.place, arrival.time or arrival.received_at, arrival.cn, *name)
                            latest[value] = text
                            versions.append((*value, text))
                    else:
                        assert outcome == ("replayed" if late else "duplicate")
        assert len(versions) == sum(len(_content(key[2])) for key in seen)
        columns = ("place", "time", "cn", "factor", "field", "text")
        rows = [tuple(row[name] for name in columns) for row in line.values().to_pylist()]
        assert {row[:-1]: row[-1] for row in rows} == latest
        assert len(rows) == len(latest)
        whole = [tuple(row[name] for name in columns) for row in line.values(versions="all").to_pylist()]
        assert sorted(whole, key=repr) == sorted(versions, key=repr)
        line.close()


def _content(segment: object) -> dict[tuple[str, str], str]:
    """Factor and field → text of a packet made by `making`."""
    items = bytes(segment).decode().split("&&")[1].replace(";", ",").split(",")  # type: ignore[call-overload]
    pairs = (item.partition("=") for item in items if "-" in item)
    return {(name.partition("-")[0], name.partition("-")[2]): text for name, _, text in pairs}
