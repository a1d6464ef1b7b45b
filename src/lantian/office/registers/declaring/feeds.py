"""What a register feeds: numbers that targets, score cards and rules may ask for by code.

    feeds = (
        Count("coal_boilers_left", two("剩余燃煤锅炉", "Coal boilers left"), where=coal & status.open),
        Total("heating_households", two("清洁取暖户数", "Clean heating"), households, where=done),
        Share("registered_ratio", two("登记率", "Share registered"), part=code.given),
        Ratio("clean_transport_ratio", two("清洁运输比例", "Clean transport"), of=(rail,), to=(rail, road)),
    )

A feed with `dated` counts what happened within the asked period, by that day; one without tells how the
register stands now, and says so when an earlier period is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from lantian.office.registers.declaring.conditions import Condition

Better = Literal["more", "less", ""]


@dataclass(frozen=True, slots=True)
class Feed:
    """A number made of the records of a register. `formula` says in one sentence how; `rule` is the path of
    the rulebook's entry that decides what counts, if one does: unverified, the figure is marked.
    """

    code: str
    title: Any
    where: Condition | None
    dated: str
    better: Better
    formula: Any
    unit: str = "1"
    rule: str = ""

    @property
    def yearly(self) -> bool:
        """Whether its records each speak of a whole year: only years that lie wholly in a period count."""
        return bool(getattr(self.dated, "yearly", False))


class Count(Feed):
    """How many records hold a condition."""

    def __init__(
        self, code: str, title: Any, where: Condition | None = None, *, dated: Any = None,
        better: Better = "", formula: Any = "", unit: str = "1", rule: str = "",
    ) -> None:  # fmt: skip
        super().__init__(code, title, where, _name(dated), better, formula, unit, rule)


class Total(Feed):
    """The sum of a number over the records that hold a condition."""

    __slots__ = ("_of",)

    def __init__(
        self, code: str, title: Any, of: Any, where: Condition | None = None, *, dated: Any = None,
        better: Better = "", formula: Any = "", unit: str = "", rule: str = "",
    ) -> None:  # fmt: skip
        super().__init__(code, title, where, _name(dated), better, formula, unit or of.unit or "1", rule)
        object.__setattr__(self, "_of", of)

    @property
    def of(self) -> Any:
        """The field that is summed."""
        return self._of


class Share(Feed):
    """Of the records that hold `where`, the share [%] that hold `part`; of the sum of `by` where given."""

    __slots__ = ("_by", "part")

    def __init__(
        self, code: str, title: Any, *, part: Condition, where: Condition | None = None, by: Any = None,
        dated: Any = None, better: Better = "", formula: Any = "", rule: str = "",
    ) -> None:  # fmt: skip
        super().__init__(code, title, where, _name(dated), better, formula, "%", rule)
        object.__setattr__(self, "part", part)
        object.__setattr__(self, "_by", by)

    @property
    def by(self) -> Any:
        """The field whose sums are compared; None compares numbers of records."""
        return self._by


class Ratio(Feed):
    """The sum of some numbers over the sum of others, of the same records [%]: 清洁运输量/总运量.

    A record that lacks one of the numbers of the whole is left out of both sums: half a figure tells nothing.
    """

    __slots__ = ("parts", "wholes")

    def __init__(
        self, code: str, title: Any, of: tuple[Any, ...], to: tuple[Any, ...],
        where: Condition | None = None, *, dated: Any = None, better: Better = "", formula: Any = "",
        rule: str = "",
    ) -> None:  # fmt: skip
        complete = where
        for field in {id(one): one for one in (*of, *to)}.values():
            complete = field.given if complete is None else complete & field.given
        super().__init__(code, title, complete, _name(dated), better, formula, "%", rule)
        object.__setattr__(self, "parts", tuple(of))
        object.__setattr__(self, "wholes", tuple(to))


def _name(field: Any) -> Any:
    """Fields learn their names after the class is made: kept as they are until then."""
    return field if field is not None else ""
