"""Steps as blocks: every daily value, sum and number, quotient, rounding, order and neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from lantian.ambient.exact import half_even
from lantian.ambient.export.blocks import Block, Cell, Heading, Line, Table, chunks, row
from lantian.ambient.export.words import Words
from lantian.ambient.rules import THOUSANDTHS, UNITS
from lantian.ambient.steps import Step, number

ACROSS = 10
"""Cells of a grid across the page."""
LONG = 62
"""Days beyond which only values are listed, a month a row."""

Maker = Callable[[Step, Words], Iterator[Block]]


def blocks_of(step: Step, words: Words) -> Iterator[Block]:
    """The step and those below it."""
    yield from MAKERS.get(step.code, _other)(step, words)


def _composite(step: Step, words: Words) -> Iterator[Block]:
    yield Heading(words("index_of_six"))
    rows = []
    for child in step.children:
        below = child.children[0]
        data = child.data
        unit = UNITS[child.subject]
        shown = below.value if below.value is not None else Cell("—", "missing")
        weight = f"{data['weight']} × " if data and data["weight"] != 1 else ""
        rows.append(
            row(
                words.item(child.subject), _method(below, words), shown, f"{data['limit']}" if data else "",
                unit, f"{weight}{_exact(data)}" if data else "", child.value or "",
            )
        )  # fmt: skip
    if step.data:
        rows.append(row(words("sum"), "", "", "", "", "", Cell(step.data["sum"], "picked")))
    head = ("item", "statistic", "value", "limit", "", "quotient", "single_index")
    yield Table(tuple(words(name) if name else "" for name in head), tuple(rows), numbers=True)
    if step.data:
        yield Line(f"{' + '.join(step.data['parts'].values())} = {step.data['sum']}", "formula")
        yield Line(words("without_rounding", number(Fraction(step.data["exact"]))))
    for child in step.children:
        yield from blocks_of(child.children[0], words)


def _method(step: Step, words: Words) -> str:
    if step.code == "percentile":
        return words("percentile", step.data.get("percent", ""))
    return words("mean")


def _exact(data: Any) -> str:
    return f"{data['given']} ÷ {data['limit']} = {number(Fraction(data['exact']))}"


def _statistic(step: Step, words: Words) -> Iterator[Block]:
    unit = UNITS[step.subject]
    value = step.value if step.value is not None else words("no_value")
    yield Heading(f"{words.item(step.subject)} · {_method(step, words)} = {value} {unit}")
    yield from _days(step, words)
    data = step.data
    if step.code == "mean" and "sum" in data:
        exact = number(Fraction(data["exact"]))
        yield Line(words("total_line", data["n"], data["sum"]), "formula")
        yield Line(words("mean_line", data["sum"], data["n"], exact), "formula")
    elif "k" in data:
        yield from _position(data, words)
    if "exact" in data and step.value is not None:
        yield _rounding(data["exact"], step.value, words)
    if data.get("why"):
        yield Line(words.mark(data["why"]), "mark")


def _position(data: Any, words: Words) -> Iterator[Block]:
    picked = {data["at"], data["at"] + 1} if "high" in data else {data["at"]}
    cells = [
        Cell(f"{position}: {value}", "picked" if position in picked else "")
        for position, value in enumerate(data["sorted"], start=1)
    ]
    yield Line(words("sorted"))
    yield Table((), chunks(cells, ACROSS), "grid", numbers=True)
    yield Line(words("k_line", data["n"], data["percent"], data["k"]), "formula")
    if "high" in data:
        at, low, high = data["at"], data["low"], data["high"]
        result = number(Fraction(data["exact"]))
        yield Line(words("between_line", at, low, at + 1, high, data["rest"], result), "formula")
    else:
        yield Line(words("at_line", data["at"], data["low"]), "formula")


def _rounding(exact: str, value: str, words: Words) -> Line:
    unrounded = Fraction(exact)
    if unrounded == Fraction(value):
        return Line(words("exactly", value), "formula")
    return Line(
        words("rounded", number(unrounded) if unrounded >= 0 else f"-{number(-unrounded)}", value), "formula"
    )


def _days(step: Step, words: Words) -> Iterator[Block]:
    """The daily values: with what each was rounded from, or of a long period the values alone."""
    if len(step.children) > LONG:
        yield _calendar(step.children)
    else:
        hours = words("windows" if step.subject == "o3_8h" else "hours")
        stations = any(day.data.get("members", 1) > 1 for day in step.children)
        head = [
            words("day"),
            words("unrounded"),
            *([words("members")] if stations else []),
            hours,
            words("value"),
        ]
        rows = []
        for day in step.children:
            if day.value is None:
                gap = [""] * (len(head) - 2)
                rows.append(row(day.subject, *gap, Cell("—", "missing")))
                continue
            lent = "＊" if day.data.get("lent") else ""
            own = [str(day.data["members"])] if stations else []
            known = day.data["hours"]
            rows.append(
                row(
                    day.subject, number(Fraction(day.data["exact"])), *own,
                    "" if known is None else f"{known}{lent}", day.value,
                )
            )  # fmt: skip
        yield Table(tuple(head), tuple(rows), "narrow", numbers=True)
    if any(day.data.get("lent") for day in step.children):
        yield Line(words("lent"))
    yield from _refused(step, words)


def _calendar(days: tuple[Step, ...], missing: str = "—") -> Table:
    months: dict[str, dict[int, Step]] = {}
    for day in days:
        months.setdefault(day.subject[:7], {})[int(day.subject[8:])] = day
    rows = []
    for month, own in sorted(months.items()):
        cells = []
        for number_of_day in range(1, 32):
            found = own.get(number_of_day)
            text = (
                "" if found is None else (found.value or missing) + ("＊" if found.data.get("lent") else "")
            )
            cells.append(Cell(text, "missing" if found is not None and found.value is None else ""))
        rows.append(row(month, *cells))
    return Table(("", *(str(day) for day in range(1, 32))), tuple(rows), "grid", numbers=True)


def _refused(step: Step, words: Words) -> Iterator[Block]:
    if not step.refused:
        return
    before = {day.subject: day.data["taken_out"] for day in step.children if "taken_out" in day.data}
    rows = []
    for one in step.refused:
        gone = f" ({words('taken_out', before[one.subject])})" if one.subject in before else ""
        rows.append(row(words.item(one.subject), words.mark(one.why) + gone))
    yield Line(words("refused", len(rows)))
    yield Table(
        (words("day") if step.code != "aqi" else words("item"), words("reason")), tuple(rows), "narrow"
    )


def _count(step: Step, words: Words) -> Iterator[Block]:
    yield Heading(f"{words('count_of')}{words('colon')}{words.indicator(step.subject)} = {step.value}")
    if len(step.children) > LONG:
        yield _calendar(step.children)
    else:
        cells = [
            Cell(
                f"{day.subject[5:]}: {day.value}{'†' if 'aqi_excluded' in day.data else ''}",
                "picked" if day.used and step.subject != "days_used" else "",
            )
            for day in step.children
        ]
        yield Table((), chunks(cells, ACROSS), "grid", numbers=True)
    if any("aqi_excluded" in day.data for day in step.children):
        yield Line(words("without_items"))
    yield from _refused(step, words)
    data = step.data
    yield Line(words("count_line", data["counted"], data["of"], data["days"]), "formula")


def _ratio(step: Step, words: Words) -> Iterator[Block]:
    if step.data:
        exact = number(Fraction(step.data["exact"]))
        yield Line(words("ratio_line", step.data["part"], step.data["of"], exact), "formula")
        yield _rounding(step.data["exact"], step.value or "", words)
    for child in step.children:
        yield from blocks_of(child, words)


def _change(step: Step, words: Words) -> Iterator[Block]:
    if step.data:
        exact = Fraction(step.data["exact"])
        shown = number(exact) if exact >= 0 else f"-{number(-exact)}"
        yield Line(words("change_line", step.data["now"], step.data["before"], shown), "formula")
        yield _rounding(step.data["exact"], step.value or "", words)
    for child in step.children:
        yield Heading(f"{child.subject}: {child.value or words('no_value')}")
        yield from blocks_of(child, words)


def _rank(step: Step, words: Words) -> Iterator[Block]:
    index, *others = step.children
    if step.data:
        yield Line(words("rank_line", step.data["better"], step.value, step.data["of"]), "formula")
        if step.data["equal"]:
            yield Line(words("equal_line", words("pm_join").join(step.data["equal"])))
    cells = [
        Cell(
            f"{one.data['rank']} {one.subject} {one.value}",
            "picked" if str(one.data["rank"]) == step.value else "",
        )
        for one in others
    ]
    yield Table((), chunks(cells, 6), "grid")
    yield from _refused(step, words)
    yield from blocks_of(index, words)


def _aqi(step: Step, words: Words) -> Iterator[Block]:
    yield Heading(f"{words('aqi_of')} = {step.value or words('no_value')}")
    rows = []
    for child in step.children:
        below = child.children[0]
        value = below.value if below.value is not None else Cell("—", "missing")
        decides = "picked" if child.value is not None and child.value == step.value else ""
        cell = child.formula.replace(", rounded up", "").replace(" x ", " × ").replace("*", "×")
        rows.append(
            row(
                words.item(child.subject),
                value,
                UNITS[child.subject],
                cell,
                Cell(child.value or "—", decides),
            )
        )
    head = ("item", "value", "", "cell", "iaqi")
    yield Table(tuple(words(name) if name else "" for name in head), tuple(rows), numbers=True)
    if step.data.get("primary"):
        names = words("pm_join").join(words.item(item) for item in step.data["primary"])
        yield Line(f"{words('primary')}{words('colon')}{names}")
    yield from _refused(step, words)
    for child in step.children:
        yield from blocks_of(child.children[0], words)


def _day(step: Step, words: Words) -> Iterator[Block]:
    """One day of one item down to its hours."""
    value = step.value if step.value is not None else words("no_value")
    yield Heading(f"{words.item(step.subject)} = {value} {step.unit}", 3)
    if step.value is not None and "exact" in step.data:
        yield _rounding(step.data["exact"], step.value, words)
    for one in step.refused:
        yield Line(words.mark(one.why), "mark")
    hours = [child for child in step.children if child.code == "hours"]
    members = [(words.item(step.subject), step.value, own) for own in hours]
    for child in step.children:
        members.extend((child.subject, child.value, own) for own in child.children if own.code == "hours")
    if members:
        yield _hour_table(members, words)
    for name, _, own in members:
        if step.code == "day_mean" and own.used:
            yield _hour_sum(name if len(members) > 1 else "", own, words)
    reasons: dict[tuple[str, str], list[str]] = {}
    for name, _, own in members:
        for refused in own.refused:
            reasons.setdefault((name, refused.why), []).append(refused.subject.removesuffix(":00"))
    for (name, why), hours_out in reasons.items():
        who = f"{name}: " if len(members) > 1 else ""
        yield Line(f"{who}{words.mark(why)} {words('pm_join').join(hours_out)}")


def _hour_sum(name: str, own: Step, words: Words) -> Line:
    total = Fraction(sum(own.data["thousandths"].values()), THOUSANDTHS)
    line = words("hours_line", number(total), own.used, number(total / own.used))
    return Line(f"{name}: {line}" if name else line, "formula")


def _hour_table(members: list[tuple[str, str | None, Step]], words: Words) -> Table:
    rows = []
    for name, value, own in members:
        thousandths = own.data.get("thousandths", {})
        cells = [
            Cell(f"{thousandths[str(hour)] / 1000:g}") if str(hour) in thousandths else Cell("—", "missing")
            for hour in range(1, 25)
        ]
        rows.append(row(name, *cells, Cell(value or "—", "picked")))
        if "windows" in own.data:
            rows.append(_windows(own.data["windows"], words))
    return Table(
        ("", *(f"{hour:02}" for hour in range(1, 25)), words("value")), tuple(rows), "grid", numbers=True
    )


def _windows(windows: dict[str, str], words: Words) -> tuple[Cell, ...]:
    """The 8-hour means under the hour each ends at, the largest picked."""
    exact = {int(end): Fraction(value) for end, value in windows.items()}
    top = max(exact.values(), default=None)
    cells = [
        Cell(f"{half_even(exact[hour], 1)}", "picked" if exact[hour] == top else "")
        if hour in exact
        else Cell("")
        for hour in range(1, 25)
    ]
    return row(words("windows_ending"), *cells, "")


def _other(step: Step, words: Words) -> Iterator[Block]:
    if step.formula:
        yield Line(step.formula, "formula")
    yield from _refused(step, words)
    for child in step.children:
        yield from blocks_of(child, words)


MAKERS: dict[str, Maker] = {
    "composite_index": _composite,
    "mean": _statistic,
    "percentile": _statistic,
    "count": _count,
    "ratio": _ratio,
    "load_share": _ratio,
    "change_rate": _change,
    "rank": _rank,
    "aqi": _aqi,
    "day": _day,
    "day_mean": _day,
    "day_max_8h": _day,
}
