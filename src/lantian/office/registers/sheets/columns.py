"""What a register's table is made of, and which heading means which column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.office.registers.declaring.conditions import Condition
from lantian.office.registers.declaring.fields import Choice, Quantity
from lantian.office.registers.declaring.fold import fold
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.declaring.reading import same_unit
from lantian.office.registers.declaring.words import two
from lantian.office.registers.reader import REGION, UNIT

PK, VERSION, REASON = "pk", "version", "reason"
SYSTEM = (PK, VERSION)
_LANGUAGES = ("zh-hans", "en")
_BRACKETED = re.compile(r"^(.*?)\s*[(（\[［【]([^()（）\[\]［］【】]*)[)）\]］】]\s*\*?$", re.S)
# What people write in brackets behind a heading that is no unit.
_REMARKS = frozenset({"必填", "选填", "可选", "REQUIRED", "OPTIONAL", "*", ""})


@dataclass(frozen=True)
class Column:
    """One column: its name, what it is called in the active language, its unit of measure and kind."""

    name: str
    label: Any
    kind: str = "text"
    unit: str = ""
    also: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    field: Any = None

    @property
    def heading(self) -> str:
        """What stands above the column: 额定蒸发量（t/h）."""
        if not self.unit:
            return str(self.label)
        return f"{self.label}（{self.unit}）" if in_chinese() else f"{self.label} ({self.unit})"

    def names(self) -> set[str]:
        """Every heading it goes by, folded: both languages, its name, its aliases; without the unit."""
        found = {fold(self.name), *(fold(alias) for alias in self.aliases)}
        for language in _LANGUAGES:
            with translation.override(language):
                found.add(fold(str(self.label)))
                found.add(fold(self.heading))  # its own unit may hold brackets itself: 头（只）
        return found - {""}


def in_chinese() -> bool:
    """Whether the page is written in Chinese."""
    return (translation.get_language() or "").startswith("zh")


def columns_of(ledger: Ledger) -> list[Column]:
    """The columns of a register's table as people fill it in: its region, its fields, its unit in charge."""
    fields = [
        Column(
            one.name, one.label, one.kind, one.unit,
            one.also if isinstance(one, Quantity) else (), tuple(one.aliases), one,
        )
        for one in ledger.fields
    ]  # fmt: skip
    region = Column(
        REGION, gettext_lazy("Region"), "region",
        aliases=("所在区域", "县区", "县（市、区）", "区县", "所属区域", "行政区划", "行政区划代码"),
    )  # fmt: skip
    unit = Column(
        UNIT, gettext_lazy("Unit in charge"), "unit", aliases=("责任单位", "主管部门", "监管单位", "unit")
    )
    return [region, *fields, unit]


def system_columns() -> list[Column]:
    """What an export carries beside: the record's number, and which version of it was exported."""
    return [
        Column(PK, two("系统编号", "System number"), "system", aliases=("记录编号", "id")),
        Column(VERSION, two("版本", "Version"), "system"),
    ]


def reason_column() -> Column:
    """What refused rows carry beside; left aside when they are sent again."""
    return Column(REASON, two("未通过原因", "Why it was refused"), "system")


def required(ledger: Ledger) -> list[str]:
    """The columns a table must have to add records: what every record needs and nothing else provides."""
    needed = [
        one.name
        for one in ledger.fields
        if one.required is True and one.name != "status" and not one.computed
    ]
    return needed if ledger.owner is not None else [REGION, *needed]


@dataclass
class Headings:
    """The headings of a row, understood: position → column; what is not known, wrong or missing."""

    found: dict[int, Column] = field(default_factory=dict)
    computed: list[str] = field(default_factory=list)
    aside: list[tuple[int, str]] = field(default_factory=list)
    twice: list[tuple[str, int, int]] = field(default_factory=list)
    units: list[tuple[str, str, str]] = field(default_factory=list)  # heading, its unit, ours
    missing: list[str] = field(default_factory=list)

    def at(self, name: str) -> int | None:
        """Where a column stands."""
        return next((place for place, column in self.found.items() if column.name == name), None)


class Matcher:
    """Knows every heading of a register; kept for a whole file."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.columns = [*columns_of(ledger), *system_columns(), reason_column()]
        self.known: dict[str, Column] = {}
        self.labels: dict[str, Column] = {}
        for column in self.columns:
            for name in column.names():
                self.known.setdefault(name, column)
        self.needed = required(ledger)

    def match(self, cells: Sequence[Any]) -> Headings:
        """Understand a row as headings."""
        made = Headings()
        for place, cell in enumerate(cells):
            text = str(cell or "").strip()
            if not text or not isinstance(cell, str):
                continue
            column, unit = self._column(text)
            if column is None:
                made.aside.append((place, text))
                continue
            if column.field is not None and column.field.computed:
                made.computed.append(text)
                continue
            if unit is not None:
                made.units.append((text, unit, column.unit))
            before = made.at(column.name)
            if before is not None:
                made.twice.append((text, before, place))
                continue
            made.found[place] = column
        here = {column.name for column in made.found.values()}
        if not set(SYSTEM) <= here:
            made.missing = [name for name in self.needed if name not in here]
        return made

    def _column(self, text: str) -> tuple[Column | None, str | None]:
        """The column of a heading, and the unit it is wrongly written in."""
        whole = self.known.get(fold(text.rstrip("*＊").strip()))
        if whole is not None:
            return whole, None
        match = _BRACKETED.match(text)
        if match is None:
            return None, None
        column = self.known.get(fold(match[1]))
        if column is None or column.kind not in ("quantity", "whole"):
            return column, None
        theirs = match[2].strip()
        if fold(theirs) in _REMARKS or any(same_unit(theirs, ours) for ours in (column.unit, *column.also)):
            return column, None
        return column, theirs

    def label_of(self, name: str) -> str:
        """What a column is called in the active language."""
        return next(str(column.heading) for column in self.columns if column.name == name)


def explained(column: Column, ledger: Ledger) -> dict[str, str]:
    """What the explanatory sheet says about a column."""
    one = column.field
    if one is None:
        if column.name == REGION:
            asked = _("when the enterprise does not say it") if ledger.owner is not None else _("always")
            return {"required": asked, "values": _("code or name of a region of yours"), "source": ""}
        return {"required": "", "values": _("number or name of a unit"), "source": ""}
    return {"required": _asked(one), "values": _values(one), "source": one.source}


def _asked(one: Any) -> str:
    if one.name == "status":
        return _("empty means: %(state)s") % {"state": one.write(one.start)}
    for asked, always, sometimes in (
        (one.required, _("always; without it the row is refused"), _("in some cases, see the form")),
        (one.needed, _("to be complete"), _("to be complete, in some cases")),
    ):
        if asked is True:
            return str(always)
        if isinstance(asked, Condition):
            return str(sometimes)
    return ""


def _values(one: Any) -> str:
    """What may be written into a column."""
    return _of_a_list(one) or _of_a_kind(one)


def _of_a_list(one: Any) -> str:
    if isinstance(one, Choice):
        return "、".join(str(label) for label in one.words.labels)
    kind = one.kind
    if kind == "many":
        return _("several of: %(list)s") % {"list": "、".join(str(label) for label in one.words.labels)}
    if kind == "flag":
        return "、".join((one.write(True), one.write(False), _("empty: not known")))
    return ""


def _of_a_kind(one: Any) -> str:
    if one.kind in ("day", "due"):
        return _("a day: 2025-02-03") + (_("; not in the future") if one.past else "")
    if one.kind in ("link", "owner"):
        return _("name, code or number in the register “%(register)s”") % {
            "register": one.related_model.title
        }
    if isinstance(one, Quantity):
        return _bounds(one)
    if one.pattern:
        return _("like %(example)s") % {"example": one.pattern_hint}
    return _("at most %(most)s characters") % {"most": one.max_length}


def _bounds(one: Quantity) -> str:
    parts = [_("a number")]
    if one.low is not None:
        parts.append(f"≥ {one.write(one.low)}")
    if one.high is not None:
        parts.append(f"≤ {one.write(one.high)}")
    if one.usual is not None:
        parts.append(
            _("usually %(low)s to %(high)s")
            % {"low": one.write(one.usual[0]), "high": one.write(one.usual[1])}
        )
    if one.decimal_places:
        parts.append(_("at most %(most)s decimals") % {"most": one.decimal_places})
    return "; ".join(parts) if not in_chinese() else "；".join(parts)
