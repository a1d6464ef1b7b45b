"""A case as rows of `values.VALUES`, as if its packets had been stored, most without making them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lantian.telemetry import hj212
from lantian.telemetry.series import Floats, Series, Words
from lantian.telemetry.simulator.lines import (
    CONDITION,
    FIELDS,
    POWER_DIGITS,
    PRODUCTION,
    TREATMENT,
    digits_of,
    old_codes,
    printed,
)
from lantian.telemetry.simulator.messages import Menu, Timing, drafts, told_conditions
from lantian.telemetry.simulator.plants import Plant
from lantian.telemetry.simulator.sender import Message, spoken
from lantian.telemetry.truth.case import Case
from lantian.telemetry.values import MILLIONTHS, VALUES, millionths

_REST = Menu(
    power=False, condition=False, heartbeat=None, only=frozenset(("2021", "2031", "2041", "2081", "3020"))
)
Indices = npt.NDArray[np.int64]
Texts = npt.NDArray[np.object_]


def table(case: Case, plant: Plant) -> pa.Table:
    """What the line would hold after a case's packets: minutes, hours, days, power, state, equipment, log.

    Parameters
    ----------
    case
        of `simulate`
    plant
        the plant it was simulated of: its logger's codes and decimals

    Returns
    -------
    pa.Table
        columns of `values.VALUES`, in order of arrival
    """
    pile = _Pile(case, plant)
    pile.series(case.minutes, case.arrivals.versions if case.arrivals is not None else None)
    pile.series(case.hours, None)
    pile.power()
    pile.condition()
    plain = replace(plant, sm4_key=None)
    pile.rest(spoken(drafts(case, plain, _REST), plain))
    return pile.table()


class _Pile:
    """Columns gathered piece by piece."""

    def __init__(self, case: Case, plant: Plant) -> None:
        self.case, self.plant = case, plant
        self.timing = Timing(case)
        self.numbers: dict[int, str] = {}
        self.pieces: dict[str, list[pa.Array]] = {field.name: [] for field in VALUES}

    def series(self, series: Series, versions: Indices | None) -> None:
        """2051 or 2061, a row a field; a factor without a value gives its mark alone."""
        old = old_codes() if self.plant.generation == 2005 else {}
        count = len(series)
        index = self._minute(series, count)
        claims = np.ones(count, dtype=np.int64) if versions is None else np.minimum(versions, 2)
        wrong = np.abs(self.timing.gap[index]) > 60
        claims = np.where(wrong, claims, np.minimum(claims, 1))
        for factor in self.plant.factors:
            marks = series.marks_of(factor)
            told = np.zeros(count, dtype=np.bool_)
            code = old.get(factor, factor)
            for name in FIELDS:
                array = series.values.get(f"{factor}-{name}")
                if array is None:
                    continue
                here = ~np.isnan(array)
                told |= here
                rows = np.repeat(np.arange(count), np.where(here, claims, 0))
                texts = np.array(printed(array, digits_of(self.plant, factor, name)), dtype=object)
                self._add(
                    series,
                    index,
                    rows,
                    code=code,
                    name=name,
                    texts=texts[rows],
                    numbers=_whole(array[rows]),
                    marks=marks[rows],
                )
            alone = np.flatnonzero(~told & (marks != "") & (claims > 0))
            if len(alone):
                words = marks[alone].astype(object)
                self._add(
                    series,
                    index,
                    alone,
                    code=code,
                    name="Flag",
                    texts=words,
                    numbers=None,
                    marks=marks[alone],
                )

    def _minute(self, series: Series, count: int) -> Indices:
        """For each period the minute period that ends with it: what its message waited for."""
        ends = (np.arange(count) + 1) * (series.step / self.timing.step)
        last: Indices = np.clip(np.rint(ends).astype(np.int64) - 1, 0, self.timing.n - 1)
        return last

    def _add(
        self,
        series: Series,
        index: Indices,
        rows: Indices,
        *,
        code: str,
        name: str,
        texts: Texts,
        numbers: Indices | None,
        marks: Words | None,
        st: str = "31",
        cn: str | None = None,
    ) -> None:
        count = len(rows)
        width = round(series.step.total_seconds() * 1e6)
        begin = round(series.start.timestamp() * 1e6)
        ready = begin + (rows + 1) * width
        waited = (self.timing.delay[index[rows]] - self.timing.step.total_seconds()) * 1e6
        received = ready + np.rint(waited).astype(np.int64)
        # A second message for a period comes ten seconds after the first.
        received[1:] += np.where(rows[1:] == rows[:-1], 10_000_000, 0)
        site = received - np.rint(self.timing.gap[index[rows]] * 1e6).astype(np.int64)
        self._put(
            place=_same(self.plant.mn, count),
            time=pa.array(begin + rows * width, pa.int64()).cast(VALUES.field("time").type),
            st=_same(st, count),
            cn=_same(cn or series.cn, count),
            factor=_same(code, count),
            field=_same(name, count),
            text=pa.array(texts, pa.string()),
            value=pa.nulls(count, pa.int64()) if numbers is None else pa.array(numbers, pa.int64()),
            mark=pa.nulls(count, pa.string()) if marks is None else _words(marks),
            qn=self._numbers(site),
            received_at=pa.array(received, pa.int64()).cast(VALUES.field("received_at").type),
        )

    def _put(self, **columns: pa.Array) -> None:
        count = len(columns["place"])
        columns["seq"] = pa.nulls(count, pa.int64())
        columns["quality"] = pa.nulls(count, pa.string())
        for name, array in columns.items():
            self.pieces[name].append(array)

    def _numbers(self, site: Indices) -> pa.Array:
        """QN of instants [µs]: local time to the millisecond; a message's rows share one."""
        known = self.numbers
        words = []
        for ms in (site // 1000).tolist():
            word = known.get(ms)
            if word is None:
                word = known[ms] = hj212.stamp(datetime.fromtimestamp(ms / 1000, UTC), 17)
            words.append(word)
        return pa.array(words, pa.string())

    def power(self) -> None:
        power = self.case.power
        if power is None:
            return
        for code, array in ((PRODUCTION, power.production), (TREATMENT, power.treatment)):
            rows = np.flatnonzero(~np.isnan(array))
            texts = np.array(printed(array, POWER_DIGITS), dtype=object)[rows]
            self._beside(code, rows, texts, _whole(array[rows]), "44")

    def condition(self) -> None:
        if self.case.condition is None:
            return
        rows = np.array(told_conditions(self.case), dtype=np.int64)
        self._beside(CONDITION, rows, self.case.condition[rows].astype(object), None, "45")

    def _beside(
        self,
        code: str,
        rows: Indices,
        texts: Texts,
        numbers: Indices | None,
        st: str,
    ) -> None:
        index = np.arange(self.timing.n)
        self._add(
            self.case.minutes,
            index,
            rows,
            code=code,
            name="Rtd",
            texts=texts,
            numbers=numbers,
            marks=None,
            st=st,
            cn="2011",
        )

    def rest(self, found: Iterable[Message]) -> None:
        """Few messages of many kinds: made, and read as the line reads them."""
        rows: list[dict[str, object]] = []
        for message in found:
            segment = message.raw[6:-6]
            head = hj212.head(segment)
            time = hj212.instant(head.data_time)
            for factor, field, text, mark, _ in hj212.rows(segment, head):
                rows.append(
                    {
                        "place": message.mn,
                        "time": time,
                        "st": message.st,
                        "cn": message.cn,
                        "factor": factor,
                        "field": field,
                        "text": text,
                        "value": millionths(text),
                        "mark": mark,
                        "qn": message.qn,
                        "received_at": message.at.astimezone(UTC),
                    }
                )
        if rows:
            made = pa.Table.from_pylist(rows, schema=VALUES_WITHOUT)
            self._put(**{name: made[name].combine_chunks() for name in VALUES_WITHOUT.names})

    def table(self) -> pa.Table:
        columns = {
            name: pa.chunked_array(parts, VALUES.field(name).type) for name, parts in self.pieces.items()
        }
        whole = pa.table([columns[field.name] for field in VALUES], names=VALUES.names)
        whole = whole.sort_by([("received_at", "ascending"), ("qn", "ascending")])
        numbers = pa.array(np.arange(1, len(whole) + 1), pa.int64())
        return whole.set_column(VALUES.names.index("seq"), "seq", numbers).cast(VALUES)


VALUES_WITHOUT = pa.schema([field for field in VALUES if field.name not in ("seq", "quality")])


def _whole(array: Floats) -> Indices:
    return np.rint(array * MILLIONTHS).astype(np.int64)


def _same(word: str, count: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), [word]).cast(pa.string())


def _words(marks: Words) -> pa.Array:
    unique, index = np.unique(marks, return_inverse=True)
    words = pa.array([word or None for word in unique.tolist()], pa.string())
    return words.take(pa.array(index))
