"""Decisions about hours: what the lake holds after them, in whatever order they and the imports come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.ambient.intake import ImportReport, import_ambient
from lantian.ambient.reviews import Review, apply_reviews, corrected, reviews_of, settle, verdict_on
from lantian.errors import LantianError
from lantian.lake import Lake, arrow

KIND = "ambient_station_hour"
HEAD = "code,time,so2,no2,co,o3,pm10,pm2_5\n"
ITEMS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")
FIRST = datetime(2024, 5, 1, 1, tzinfo=UTC)
Take = Callable[..., ImportReport]


def stamp(hour: int) -> datetime:
    return FIRST + timedelta(hours=hour)


def lines(values: list[int], place: str = "1001A", skip: tuple[int, ...] = ()) -> str:
    rows = []
    for hour, value in enumerate(values):
        if hour in skip:
            continue
        local = stamp(hour) + timedelta(hours=8)
        rows.append(f"{place},{local:%Y-%m-%d %H:%M},5,20,0.5,60,{value + 20},{value}\n")
    return HEAD + "".join(rows)


@pytest.fixture
def take(tmp_path: Path) -> Take:
    lake = Lake.open(tmp_path / "air", create=True)

    def write_and_take(content: str, name: str = "hours.csv") -> ImportReport:
        (tmp_path / name).write_text(content)
        return import_ambient([tmp_path / name], lake)

    return write_and_take


@pytest.fixture
def lake(take: Take, tmp_path: Path) -> Lake:
    take(lines([30, 31, 32, 33, 34, 35]))
    return Lake.open(tmp_path / "air")


def held(lake: Lake, item: str = "pm2_5", **how: Any) -> list[int | None]:
    rows = arrow(lake.read(KIND, places=["1001A"], **how)).to_pylist()
    return [row[item] for row in sorted(rows, key=lambda row: row["time"])]


def review(verdict: str, first: int, last: int, **how: Any) -> Review:
    how.setdefault("items", ("pm2_5",))
    return Review("1001A", since=stamp(first), until=stamp(last), verdict=verdict, reason="test", **how)


def test_void_correct_accept(lake: Lake) -> None:
    commit = apply_reviews(
        lake,
        KIND,
        [review("void", 0, 1), review("correct", 2, 2, values={"pm2_5": "12.5"}), review("accept", 3, 3)],
    )
    assert held(lake) == [None, None, 12500, 33000, 34000, 35000]
    assert held(lake, "pm10") == [50000, 51000, 52000, 53000, 54000, 55000]
    assert (commit.rows, commit.details["changed"]) == (3, 3)
    assert held(lake, as_of=1) == [30000, 31000, 32000, 33000, 34000, 35000]


def test_a_factor_corrects_a_slipped_unit_half_to_even(lake: Lake) -> None:
    apply_reviews(lake, KIND, [review("correct", 0, 1, values={"pm2_5": "*0.00005"})])
    # 30000 x 0.00005 = 1.5 and 31000 x 0.00005 = 1.55 thousandths.
    assert held(lake)[:2] == [2, 2]
    assert corrected("*0.00005", 50000) == 2
    assert corrected("*1000", None) is None


def test_the_later_of_two_reviews_wins_and_accepting_restores(lake: Lake) -> None:
    apply_reviews(lake, KIND, [review("void", 0, 3)])
    apply_reviews(lake, KIND, [review("accept", 1, 2)])
    assert held(lake) == [None, 31000, 32000, None, 34000, 35000]
    apply_reviews(lake, KIND, [review("correct", 2, 2, values={"pm2_5": "7"}), review("void", 2, 2)])
    assert held(lake)[2] is None
    found = reviews_of(lake, KIND)
    assert [(one.verdict, one.version) for one in found] == [
        ("void", 2), ("accept", 3), ("correct", 4), ("void", 4),
    ]  # fmt: skip
    assert [one.verdict for one in reviews_of(lake, KIND, as_of=2)] == ["void"]
    voided = verdict_on(found, "1001A", "pm2_5", stamp(0))
    assert voided is not None
    assert (voided.verdict, voided.reason) == ("void", "test")
    assert verdict_on(found, "1001A", "pm10", stamp(0)) is None
    assert verdict_on(found, "1001A", "pm2_5", stamp(5)) is None


def test_reviews_survive_a_new_import_of_the_same_hours(take: Take, lake: Lake) -> None:
    apply_reviews(lake, KIND, [review("void", 0, 1)])
    report = take(lines([40, 41, 42, 43, 44, 45]), "later.csv")
    assert held(lake) == [None, None, 42000, 43000, 44000, 45000]
    assert any("2 rows stay as decided" in note for note in report.files[0].notes)
    # Accepting shows the newest import, not the first.
    apply_reviews(lake, KIND, [review("accept", 0, 1)])
    assert held(lake) == [40000, 41000, 42000, 43000, 44000, 45000]
    assert settle(lake, KIND) is None


def test_an_import_that_was_cut_short_is_settled_by_the_next(take: Take, lake: Lake) -> None:
    apply_reviews(lake, KIND, [review("void", 0, 5)])
    table = arrow(lake.read(KIND, as_of=1))
    lake.append(KIND, table, source="raw")  # as import_ambient does, without its second step
    assert held(lake)[0] == 30000
    take(lines([1, 2], place="1002A"), "other.csv")
    assert held(lake) == [None] * 6


def test_a_decision_holds_for_hours_that_come_later(take: Take, lake: Lake) -> None:
    apply_reviews(lake, KIND, [review("void", 4, 8)])
    take(lines([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), "more.csv")
    assert held(lake) == [1000, 2000, 3000, 4000, None, None, None, None, None, 10000]


def test_a_correction_gives_an_hour_nobody_imported(take: Take, lake: Lake) -> None:
    apply_reviews(lake, KIND, [review("correct", 6, 6, values={"pm2_5": "50"})])
    assert held(lake) == [30000, 31000, 32000, 33000, 34000, 35000, 50000]
    assert held(lake, "pm10")[6] is None


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"verdict": "drop"}, "not a verdict"),
        ({"items": ("pm1",)}, "not measured"),
        ({"items": ()}, "names no item"),
        ({"place": "9999Z"}, "not a place"),
        ({"since": stamp(3)}, "ends before it begins"),
        ({"since": datetime(2024, 5, 1, 1)}, "no time zone"),  # noqa: DTZ001 - the fault under test
        ({"since": stamp(0) + timedelta(minutes=5)}, "not on the hour"),
        ({"verdict": "correct"}, "no value for pm2_5"),
        ({"verdict": "correct", "values": {"pm2_5": "-1"}}, "is no value"),
        ({"verdict": "correct", "values": {"pm2_5": "NaN"}}, "is no value"),
        ({"verdict": "correct", "values": {"pm2_5": "99999999"}}, "too large"),
        ({"values": {"pm2_5": "1"}}, "belong to a correction"),
    ],
)
def test_a_wrong_review_changes_nothing(lake: Lake, wrong: dict[str, Any], what: str) -> None:
    good = {"place": "1001A", "items": ("pm2_5",), "since": stamp(0), "until": stamp(1), "verdict": "void"}
    with pytest.raises(LantianError, match=what):
        apply_reviews(lake, KIND, [review("void", 2, 2), Review(**{**good, **wrong})])
    assert lake.version == 1


steps = st.lists(
    st.tuples(st.sampled_from(["void", "accept", "correct", "import"]), st.integers(0, 5), st.integers(0, 5)),
    max_size=6,
)


@settings(max_examples=8, deadline=None)
@given(steps=steps)
def test_any_order_of_imports_and_reviews(
    steps: list[tuple[str, int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Against a model: the newest import, and over it the last review of each hour."""
    folder = tmp_path_factory.mktemp("orders")
    lake = Lake.open(folder / "air", create=True)
    imported = [30 + hour for hour in range(6)]
    decided: dict[int, tuple[str, int]] = {}
    (folder / "0.csv").write_text(lines(imported))
    import_ambient([folder / "0.csv"], lake)
    for number, (what, one, two) in enumerate(steps, start=1):
        first, last = min(one, two), max(one, two)
        if what == "import":
            imported = [100 * number + hour for hour in range(6)]
            (folder / f"{number}.csv").write_text(lines(imported))
            import_ambient([folder / f"{number}.csv"], lake)
            continue
        values = {"pm2_5": str(number)} if what == "correct" else {}
        apply_reviews(lake, KIND, [review(what, first, last, values=values)])
        decided |= dict.fromkeys(range(first, last + 1), (what, number))
    expected: list[int | None] = [value * 1000 for value in imported]
    for hour, (what, number) in decided.items():
        if what == "void":
            expected[hour] = None
        elif what == "correct":
            expected[hour] = number * 1000
    assert held(lake) == expected


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(steps=steps)
def test_any_order_of_imports_and_reviews_often(
    steps: list[tuple[str, int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    test_any_order_of_imports_and_reviews.hypothesis.inner_test(steps, tmp_path_factory)
