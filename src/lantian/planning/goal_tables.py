"""Goals in table form: a row for each place and a column for each indicator, or a row for each indicator.

县（市、区） | PM2.5（微克/立方米） | 优良天数比率（%）        指标 | 2024年目标 | 2025年目标
东山县       | 42                  | 72.5                    PM2.5浓度 | 42 | 40
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lantian.planning.fold import fold_text
from lantian.planning.measures import find_measures
from lantian.planning.model import Document, Meta, Table, Target
from lantian.planning.numbers import DIGITS, read_number
from lantian.planning.vocabulary import Indicator, vocabulary

_NOT_A_GOAL = re.compile(r"现状|实际|基数|基准|完成情况|完成值|同比|排名|名次|去年|上年|备注|说明")
_WHOLE = re.compile(r"^(?:全[市省县区]|合计|总计|平均|均值)(?:平均|合计)?$")
_YEAR = re.compile(r"20\d{2}(?=年|$)")
_VALUE = re.compile(rf"^(?P<less>[≤<＜]=?)?(?P<more>[≥>＞]=?)?(?P<value>{DIGITS})(?P<unit>%|天)?$")
_UNIT = re.compile(r"[(:](?:单位:)?(?P<unit>[^()]{1,12})\)?$")
_FAMILIES = ("concentration", "percent", "days", "bare", "dustfall", "household", "mass")


@dataclass(frozen=True, slots=True)
class _Heading:
    """What a heading cell says of the numbers beside or under it."""

    indicator: Indicator | None
    decrease: bool
    unit: str
    year: str | None
    excluded: bool


def table_targets(document: Document, table: Table, meta: Meta, path: list[str]) -> list[Target]:
    """The goals a table sets.

    Parameters: document and a table of it, which is no task list; meta, for the plan's place and year; path,
    of the clause or attachment the table stands in.
    Returns targets without ids, in order; none when the table's headings name no known indicator. The quote
    of each is its cell.
    """
    if len(table) < 2:
        return []
    year = _title_year(meta)
    first = [_heading(_words(document, cell)) for cell in table[0]]
    columns = any(h.indicator for h in first[1:])
    found: list[Target] = []
    for row in table[1:]:
        if len(row) < 2:
            continue
        name = _words(document, row[0])
        beside = _heading(name)
        if not columns and beside.indicator is None:
            continue
        for place, cell in enumerate(row[1:], 1):
            above = first[place] if place < len(first) else _heading("")
            subject = above if columns else beside
            due = above.year or (subject.year if columns else None) or year
            past = bool(due and meta.year and int(due) < meta.year)
            if subject.indicator is None or above.excluded or past or (not columns and not above.year):
                continue
            region = [name] if columns and not _WHOLE.match(name) else [meta.region] if meta.region else []
            target = _target(document, cell, subject)
            if target and (not columns or (name and not beside.indicator)):
                found.append(replace(target, by=due, region=region, clause_path=list(path)))
    return found


def _words(document: Document, cell: tuple[int, int]) -> str:
    return fold_text(document.text[slice(*cell)]).text


def _heading(words: str) -> _Heading:
    mentions = vocabulary().mentions(words)
    unit = _UNIT.search(words)
    year = _YEAR.search(words)
    return _Heading(
        indicator=mentions[-1].indicator if mentions and not mentions[-1].weak else None,
        decrease=bool(re.search("下降|降幅|改善|削减", words)),
        unit=unit["unit"] if unit else "",
        year=year.group() if year else None,
        excluded=bool(_NOT_A_GOAL.search(words)),
    )


def _title_year(meta: Meta) -> str | None:
    years = set(_YEAR.findall(fold_text(meta.title or "").text))
    return years.pop() if len(years) == 1 else None


def _target(document: Document, cell: tuple[int, int], said: _Heading) -> Target | None:
    indicator, words = said.indicator, _words(document, cell)
    if indicator is None:
        return None
    found = _VALUE.match(words)
    comparator = "decrease" if said.decrease else "<=" if indicator.better == "less" else ">="
    if found:
        value, unit = read_number(found["value"]), found["unit"] or said.unit
        comparator = "<=" if found["less"] else ">=" if found["more"] else comparator
    else:
        measures = find_measures(words, [])
        if len(measures) != 1 or not (measures[0].comparator or measures[0].unit) or len(words) > 16:
            return None
        value, unit = measures[0].value, measures[0].unit or said.unit
        comparator = measures[0].comparator if measures[0].comparator not in ("", "reach") else comparator
    family = (
        vocabulary().family(unit) if unit else next((f for f in _FAMILIES if f in indicator.families), "bare")
    )
    start = cell[0] + len(document.text[slice(*cell)]) - len(document.text[slice(*cell)].lstrip())
    quote = document.text[slice(*cell)].strip()
    return Target(
        quote=quote,
        start=start,
        end=start + len(quote),
        id="",
        clause_path=[],
        region=[],
        indicator=indicator.code_for(family),
        comparator=comparator,
        value=value,
        unit=unit or None,
        baseline=None,
        by=None,
        binding="unspecified",
        scope="table",
    )
