"""What is written to a file is what is read from the lake, against a plain reading of the rules."""

from __future__ import annotations

import csv
import io
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.ambient.intake import import_ambient
from lantian.lake import Lake, arrow

NAMES = ("so2", "no2", "co", "o3", "pm10", "pm2_5")
HIGHEST = {"so2": 2860, "no2": 2054, "co": 63, "o3": 2143, "pm10": 10000, "pm2_5": 10000}
FIRST = datetime(2019, 6, 1)  # noqa: DTZ001 - local, as in files
NOW = datetime(2019, 6, 1, 12, tzinfo=UTC)  # 20:00 in Shanghai
MISSING = ("", "NA", "nan")
WRONG = ("1,3", "—", "x", "1e", "0x1")

# What the look at the whole file refuses (zeros, caps, other units) has tests of its own.
number = st.decimals(min_value=1, max_value=70, places=5, allow_nan=False).map(lambda d: format(d, "f"))
tie = st.integers(1_000, 60_000).map(lambda n: f"{n / 1000:.3f}5")
cell = st.one_of(
    number,
    tie,
    st.integers(-3, 12_000).filter(lambda n: n not in (0, 999, 9999)).map(str),
    st.sampled_from(MISSING + WRONG),
    st.floats(1, 60, width=32).map(repr),
)
hour = st.integers(0, 21)
row = st.tuples(st.sampled_from(["太原", "大同", "O'x", ""]), hour, st.tuples(*[cell] * 6))


@dataclass
class Expected:
    """What should become of a file."""

    stored: dict[tuple[str, datetime], list[int | None]] = field(default_factory=dict)
    refused: set[tuple[int, str]] = field(default_factory=set)
    duplicates: int = 0
    rounded: int = 0


def judge(name: str, text: str) -> tuple[int | None, str, bool]:
    """Thousandths, fault and whether it was rounded, of one cell."""
    if text in MISSING:
        return None, "", False
    try:
        value = Decimal(text)
    except ArithmeticError:
        return None, "not_a_number", False
    if value < 0:
        return None, "negative", False
    if value > HIGHEST[name]:
        return None, "absurd", False
    whole = (value * 1000).quantize(Decimal(1), ROUND_HALF_EVEN)
    return int(whole), "", whole != value * 1000


def expected(rows: list[tuple[str, int, tuple[str, ...]]]) -> Expected:
    """The rules of the door, read plainly."""
    found = Expected()
    taken: dict[tuple[str, datetime], list[tuple[int, list[int | None], int]]] = {}
    for number, (place, hours, cells) in enumerate(rows, start=2):
        stamp = FIRST + timedelta(hours=hours)
        judged = [judge(name, text) for name, text in zip(NAMES, cells, strict=True)]
        faults = [fault for _, fault, _ in judged if fault]
        values = [value for value, _, _ in judged]
        if stamp.replace(tzinfo=UTC) - timedelta(hours=8) > NOW:
            found.refused.add((number, "future"))
        elif not place:
            found.refused.add((number, "no_place"))
        elif faults and all(value is None for value in values):
            found.refused |= {(number, "nothing_left"), *((number, fault) for fault in faults)}
        else:
            rounded = sum(was for _, _, was in judged)
            key = (place, stamp.replace(tzinfo=UTC) - timedelta(hours=8))
            taken.setdefault(key, []).append((number, values, rounded))
    lines = {number: cells for number, (_, _, cells) in enumerate(rows, start=2)}
    for key, group in taken.items():
        last, values, rounded = group[-1]
        found.stored[key] = values
        found.rounded += rounded
        faults = [judge(name, text)[1] for name, text in zip(NAMES, lines[last], strict=True)]
        found.refused |= {(last, fault) for fault in faults if fault}
        for number, other, _ in group[:-1]:
            if other == values:
                found.duplicates += 1
            else:
                found.refused.add((number, "duplicate"))
    return found


def as_csv(rows: list[tuple[str, int, tuple[str, ...]]]) -> str:
    """The rows as a file."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["city", "time", *NAMES])
    for place, hours, cells in rows:
        writer.writerow([place, f"{FIRST + timedelta(hours=hours):%Y-%m-%d %H:%M}", *cells])
    return out.getvalue()


@settings(max_examples=30, deadline=None)
@given(st.lists(row, min_size=1, max_size=25), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_a_file_is_read_by_the_rules(rows: list[tuple[str, int, tuple[str, ...]]], encoding: str) -> None:
    wanted = expected(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hours.csv"
        path.write_bytes(as_csv(rows).encode(encoding))
        lake = Lake.open(Path(folder) / "air", create=True)
        report = import_ambient([path], lake, now=NOW)
        (file,) = report.files
        if file.refused:
            # A file of nothing but words under a heading is taken for shifted; anything else is read.
            assert "shifted_headings" in {refusal.code for refusal in report.refusals}
            return
        if "unit_slip" in {refusal.code for refusal in report.refusals}:
            return  # most of a column above every bound: what is left of it is refused with it
        found = {
            (r["place"], r["time"]): [r[name] for name in NAMES]
            for r in arrow(lake.read("ambient_city_hour")).to_pylist()
        }
        assert found == wanted.stored
        assert {(r.row, r.code) for r in report.refusals} == wanted.refused
        assert (file.duplicates, file.rounded) == (wanted.duplicates, wanted.rounded)
        assert file.rows_read == len(rows) == file.rows_taken + file.rows_refused + file.duplicates
        again = import_ambient([path], lake, now=NOW)
        assert again.rows_taken == 0
        assert lake.version == bool(wanted.stored)


@settings(max_examples=8, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abc"), st.integers(0, 40)),
        st.none() | st.integers(1, 9_000),
        min_size=1,
        max_size=30,
    )
)
def test_wide_and_long_files_of_the_same_hours_are_the_same(
    values: dict[tuple[str, int], int | None],
) -> None:
    def stamp(hours: int) -> str:
        at = FIRST + timedelta(hours=hours)
        return f"{at:%Y%m%d},{at.hour}"

    def text(value: int | None) -> str:
        return "" if value is None else str(Decimal(value) / 1000)

    hours = sorted({hour for _, hour in values})
    wide = "date,hour,城市,CO\n" + "".join(
        f"{stamp(hour)},{place},{text(values.get((place, hour)))}\n" for hour in hours for place in "abc"
    )
    tall = "date,hour,type,a,b,c\n" + "".join(
        f"{stamp(hour)},CO," + ",".join(text(values.get((place, hour))) for place in "abc") + "\n"
        for hour in hours
    )
    contents = []
    for body in (wide, tall):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "x.csv").write_text(body, "utf-8")
            lake = Lake.open(Path(folder) / "air", create=True)
            report = import_ambient([Path(folder) / "x.csv"], lake)
            assert report.rows_taken == len(hours) * 3
            contents.append(sorted(map(str, arrow(lake.read("ambient_city_hour")).to_pylist())))
    assert contents[0] == contents[1]


def test_the_oracle_sees_a_difference() -> None:
    """The plain reading is not the code under test: half-even of a tie is worked out by decimals."""
    assert judge("co", "0.0005") == (0, "", True)
    assert judge("co", "0.0015") == (2, "", True)
    assert judge("co", "63.0001") == (None, "absurd", False)
