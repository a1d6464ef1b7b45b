"""Conditions on a record, said once: asked of the database and of a record that is not saved yet.

fuel.is_(Fuel.COAL) & capacity.at_most(35) & ~low_nox.yes
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

EMPTY = (None, "")


@dataclass(frozen=True, slots=True)
class Condition:
    """`q` is the question to the database, `holds` the same of a record or anything with its attributes."""

    _q: Callable[[], Q]
    holds: Callable[[Any], bool]

    @property
    def q(self) -> Q:
        """The question to the database."""
        return self._q()

    def __and__(self, other: Condition) -> Condition:
        return Condition(lambda: self.q & other.q, lambda row: self.holds(row) and other.holds(row))

    def __or__(self, other: Condition) -> Condition:
        return Condition(lambda: self.q | other.q, lambda row: self.holds(row) or other.holds(row))

    def __invert__(self) -> Condition:
        # ~Q keeps rows whose column is null, as `not holds` does.
        return Condition(lambda: ~self.q, lambda row: not self.holds(row))


class Askable:
    """What can be asked of a field. `name` is known once the class of the register is made."""

    name: str

    def is_(self, *values: Any) -> Condition:
        """One of these values."""
        known = [str(value) if isinstance(value, str) else value for value in values]
        return Condition(
            lambda: Q(**{f"{self.name}__in": known}), lambda row: getattr(row, self.name) in known
        )

    @property
    def given(self) -> Condition:
        """A value is there."""
        return ~self.absent

    @property
    def absent(self) -> Condition:
        """No value is there."""
        return Condition(self._absent, lambda row: getattr(row, self._attribute) in EMPTY)

    def _absent(self) -> Q:
        return Q(**{self.name: ""}) if self._is_text else Q(**{f"{self.name}__isnull": True})

    @property
    def _is_text(self) -> bool:
        return getattr(self, "empty_strings_allowed", False) and not getattr(self, "null", False)

    @property
    def _attribute(self) -> str:
        return getattr(self, "attname", None) or self.name

    def _compared(self, lookup: str, limit: Any, holds: Callable[[Any, Any], bool]) -> Condition:
        # A limit out of the rulebook is a function, asked anew each time: an office may replace the rule.
        def now() -> Any:
            return limit() if callable(limit) else limit

        def of(row: Any) -> bool:
            value = getattr(row, self.name)
            return value is not None and holds(value, now())

        return Condition(lambda: Q(**{f"{self.name}__{lookup}": now()}), of)

    def at_least(self, limit: Any) -> Condition:
        """Not less than `limit` (a value, or a function of none that gives it); without a value: no."""
        return self._compared("gte", limit, operator.ge)

    def at_most(self, limit: Any) -> Condition:
        """Not more than `limit`; a record without the value does not count."""
        return self._compared("lte", limit, operator.le)

    def above(self, limit: Any) -> Condition:
        """More than `limit`."""
        return self._compared("gt", limit, operator.gt)

    def below(self, limit: Any) -> Condition:
        """Less than `limit`."""
        return self._compared("lt", limit, operator.lt)

    @property
    def yes(self) -> Condition:
        """Said to be so."""
        return self.is_(True)

    @property
    def no(self) -> Condition:
        """Said not to be so; not known is not no."""
        return self.is_(False)


class _Named(Askable):
    def __init__(self, name: str) -> None:
        self.name = name


def by_name(name: str) -> Askable:
    """A field of every record by its name, such as `due` or `enterprise_id`."""
    return _Named(name)
