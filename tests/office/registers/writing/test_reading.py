"""Whatever somebody writes is a value or has the words why not; a value written out is read as the same."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lantian.office.registers.declaring import (
    Choice,
    Day,
    Flag,
    Many,
    Quantity,
    Text,
    Whole,
    Words,
    two,
)
from lantian.office.registers.declaring.base import ledgers
from lantian.office.registers.declaring.reading import EARLIEST, WrongValueError, is_empty, text_of


class Kind(Words):
    """A list whose words hold signs that also part things."""

    COAL = "coal", two("燃煤", "coal")
    OVEN = "oven_gas", two("焦炉煤气等", "coke-oven and other gas")
    NONE = "none", two("没有", "none at all")
    SLASH = "slash", two("汽/柴油", "petrol, diesel")


LABEL = two("名称", "Name")
FIELDS = [
    Text(LABEL, most=20),
    Text(LABEL, pattern=r"[A-Z]\d+", pattern_hint="A1"),
    Quantity(LABEL, "t/h", also=("蒸吨",)),
    Quantity(LABEL, "°", low=-180, high=180, decimals=6, max_digits=9),
    Whole(LABEL, "户"),
    Choice(LABEL, Kind),
    Many(LABEL, Kind),
    Flag(LABEL),
    Day(LABEL),
    Day(LABEL, past=True),
]
ODD = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789.,-+eE年月日/ tTh蒸吨１２３．、;|#'=@\u3000\x00\u200b", max_size=24),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.booleans(),
    st.none(),
    st.dates(),
    st.datetimes(),
    st.lists(st.text(max_size=8), max_size=3),
)
SAMPLES = (
    "1e999999999",
    "1e-999999999",
    "9" * 400,
    "٣",
    "²",
    "½",
    "二〇二五年",
    "1." + "0" * 40 + "1",
    "无",
    "2025年2月30日",
    "1" + "０" * 40,
)


@settings(max_examples=150, deadline=None)
@given(raw=ODD)
def test_any_value_is_taken_or_refused_in_words(raw: Any) -> None:
    for field in FIELDS:
        try:
            value = field.read(raw)
        except WrongValueError as error:
            assert error.code and str(error)
        else:
            _fits(field, value)


@pytest.mark.parametrize(
    "raw",
    [
        *SAMPLES,
        float("nan"),
        float("inf"),
        -float("inf"),
        Decimal("NaN"),
        10**400,
        Decimal("1." + "0" * 40 + "1"),
    ],
)
def test_the_odd_ones(raw: Any) -> None:
    for field in FIELDS:
        try:
            _fits(field, field.read(raw))
        except WrongValueError as error:
            assert error.code and str(error)


def _fits(field: Any, value: Any) -> None:
    """What was read fits into its column on every database."""
    if isinstance(field, (Text, Choice, Many)):
        assert isinstance(value, str) and len(value) <= field.max_length and "\x00" not in value
    elif isinstance(field, Quantity) and value is not None:
        assert value.is_finite() and field.low <= value
        assert value == round(value, field.decimal_places)
        assert abs(value) < 10 ** (field.max_digits - field.decimal_places)
    elif isinstance(field, Flag):
        assert value in (True, False, None)
    elif isinstance(field, Day) and value is not None:
        assert type(value) is date and value >= EARLIEST


@settings(max_examples=100, deadline=None)
@given(units=st.integers(0, 10**12), places=st.integers(0, 3), english=st.booleans())
def test_a_number_is_read_as_it_is_written(units: int, places: int, english: bool) -> None:
    field = FIELDS[2]
    with translation.override("en" if english else "zh-hans"):
        value = Decimal(units).scaleb(-places)
        assert field.read(field.write(value)) == value
        assert field.read(f"{field.write(value)} {field.unit}") == value
        assert field.read(f"{field.write(value)}蒸吨") == value
        assert field.write(field.read(field.write(value))) == field.write(value)


@settings(max_examples=100, deadline=None)
@given(days=st.integers(0, 27_000), english=st.booleans())
def test_a_day_is_read_as_it_is_written(days: int, english: bool) -> None:
    field = FIELDS[8]
    with translation.override("en" if english else "zh-hans"):
        day = EARLIEST + timedelta(days=days)
        assert field.read(field.write(day)) == day
        for text in (f"{day:%Y/%m/%d}", f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日"):
            assert field.read(text) == day


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_choices_and_flags_are_read_as_they_are_written(language: str) -> None:
    one, flag = FIELDS[5], FIELDS[7]
    with translation.override(language):
        for value in Kind.values:
            assert one.read(one.write(value)) == value and one.read(value) == value
        for said in (True, False, None):
            assert flag.read(flag.write(said)) is said


@settings(max_examples=60, deadline=None)
@given(chosen=st.sets(st.sampled_from(Kind.values)), english=st.booleans())
@example(chosen={"slash", "coal"}, english=True)
@example(chosen={"slash"}, english=False)
def test_several_choices_are_read_as_they_are_written(chosen: set[str], english: bool) -> None:
    field = FIELDS[6]
    kept = f"|{'|'.join(value for value in Kind.values if value in chosen)}|" if chosen else ""
    with translation.override("en" if english else "zh-hans"):
        assert field.read(field.write(kept)) == kept
        assert field.read(kept) == kept and field.read(sorted(chosen)) == kept


@settings(max_examples=200, deadline=None)
@given(raw=st.text(max_size=20))
@example(raw="/\x08")
@example(raw="'-")
def test_a_text_is_read_as_it_is_written(raw: str) -> None:
    field = FIELDS[0]
    try:
        value = field.read(raw)
    except WrongValueError:
        return
    assert field.read(field.write(value)) == value
    if not is_empty(raw):
        assert value == text_of(raw)


def test_what_says_nothing_elsewhere_is_a_value_where_the_words_say_so() -> None:
    assert FIELDS[7].read("无") is False and FIELDS[7].read("有") is True and FIELDS[7].read("-") is None
    assert FIELDS[5].read("没有") == "none" and FIELDS[5].read("-") == "" and FIELDS[0].read("无") == ""


@pytest.mark.parametrize("one", [pytest.param(one, id=one.code) for one in ledgers()])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_a_register_writes_it_reads_as_the_same(one: Any, language: str) -> None:
    """Of every declared field: its example, and every choice in both languages."""
    with translation.override(language):
        for field in one.fields:
            if field.is_relation or field.computed:
                continue
            given = one.model.example.get(field.name, "")
            values = [field.read(given)]
            if isinstance(field, Many):
                values += [f"|{value}|" for value in field.words.values]
                values.append(f"|{'|'.join(field.words.values)}|"[: field.max_length + 9])
            elif isinstance(field, Choice):
                values += list(field.words.values)
            for value in values:
                assert field.read(field.write(value)) == value, (field.name, value, field.write(value))
                assert field.read(value) == value
