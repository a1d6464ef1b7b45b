"""The fields of a declaration: Django columns that also know their unit, their words, and how they are read.

Only the column itself enters a migration; labels, choices, units and bounds may change without one.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from lantian.office.registers.declaring.conditions import Askable, Condition
from lantian.office.registers.declaring.fold import fold
from lantian.office.registers.declaring.reading import (
    NO,
    YES,
    WrongValueError,
    day_of,
    decimals_of,
    flag_of,
    is_empty,
    number_of,
    text_of,
)
from lantian.office.registers.declaring.words import Words, spellings

Asked = bool | Condition
LONGEST_WORDS = 4  # parts a choice's own words may have, where they hold a comma or slash
_COLUMN_ONLY = frozenset(
    {"null", "default", "max_length", "max_digits", "decimal_places", "to", "on_delete", "related_name",
     "unique", "db_index", "to_field"}
)  # fmt: skip


class Declared(Askable):
    """What every field says.

    Parameters
    ----------
    label
        `two("中文", "English")`
    required
        without it a record is refused; a condition makes it so only where the condition holds
    needed
        without it a record is kept and counted as incomplete; a condition likewise
    key
        part of what tells one record from another within its register
    searched
        found by the search of the register and of the office; keys are in any case
    source
        the clause or standard that asks for it
    hint
        one sentence for whoever fills it in
    aliases
        other headings the column goes by in the tables of bureaus
    computed
        follows from other fields by `Register.compute`: shown, filtered and exported, never asked for; what
        somebody writes into it anyway must agree
    judged
        for the office to say, not for the people of the enterprise it is about: True, or those values nobody
        of an enterprise sets or takes back. A record whose state is judged is no longer theirs to write
    """

    kind = "text"

    def __init__(
        self, label: Any, *, required: Asked = False, needed: Asked = False, key: bool = False,
        searched: bool = False, source: str = "", hint: Any = "", aliases: tuple[str, ...] = (),
        computed: bool = False, judged: bool | Collection[str] = False, **column: Any,
    ) -> None:  # fmt: skip
        self.judged = judged if isinstance(judged, bool) else frozenset(str(value) for value in judged)
        self.required, self.needed, self.key, self.computed = required, needed, key, computed
        self.searched, self.source, self.hint, self.aliases = searched or key, source, hint, aliases
        super().__init__(verbose_name=label, blank=True, **column)  # type: ignore[call-arg]

    def deconstruct(self) -> Any:
        """The column alone: a migration knows nothing of labels, units and choices."""
        name, _path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        plain = next(base for base in type(self).__mro__ if base.__module__.startswith("django."))
        return name, f"django.db.models.{plain.__name__}", args, {
            key: value for key, value in kwargs.items() if key in _COLUMN_ONLY
        }  # fmt: skip

    def clone(self) -> Any:
        """Migrations copy the plain column."""
        _name, path, args, kwargs = self.deconstruct()
        return getattr(models, path.rpartition(".")[2])(*args, **kwargs)

    @property
    def label(self) -> Any:
        """The name in the active language."""
        return self.verbose_name  # type: ignore[attr-defined]

    unit = ""

    def read(self, raw: Any, _reader: Any = None) -> Any:
        """The value of what somebody wrote; WrongValueError where it cannot be taken."""
        if is_empty(raw) and not self.means(raw):
            return self.nothing
        return self.value_of(raw)

    def means(self, raw: Any) -> bool:
        """Whether what elsewhere says nothing is a value here: 无 as one of a list, or as no."""
        return False

    def is_judged(self, *values: Any) -> bool:
        """Whether one of these values is for the office alone to say."""
        if isinstance(self.judged, bool):
            return self.judged
        return any(str(value) in self.judged for value in values)

    @property
    def nothing(self) -> Any:
        """What stands in the column when nothing is said."""
        return "" if self._is_text else None

    def value_of(self, raw: Any) -> Any:
        """The value of a cell that is not empty."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """The value as a person reads it, in the active language; "" for none."""
        return "" if value in (None, "") else str(value)

    def plain(self, value: Any) -> Any:
        """The value as the log and the API tell it."""
        return value


class Text(Declared, models.CharField):
    """Words or a code. `pattern` is a regular expression of the whole, `pattern_hint` its example."""

    def __init__(
        self, label: Any, *, most: int = 120, pattern: str = "", pattern_hint: str = "", **more: Any
    ) -> None:
        self.pattern, self.pattern_hint = pattern, pattern_hint
        more.setdefault("max_length", most)
        more.setdefault("default", "")
        super().__init__(label, **more)

    def value_of(self, raw: Any) -> str:
        import re

        text = text_of(raw)
        if len(text) > self.max_length:
            raise WrongValueError(
                "too_long",
                _("%(length)s characters, at most %(most)s fit")
                % {"length": len(text), "most": self.max_length},
            )
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise WrongValueError(
                "pattern",
                _("“%(text)s” does not look like %(example)s")
                % {"text": text[:40], "example": self.pattern_hint},
            )
        return text


class Quantity(Declared, models.DecimalField):
    """A number with its unit.

    `low`, `high` bound what can be; outside of `usual` it is asked about, not refused. At most `decimals`.
    `also` are other ways to write the same unit: ("蒸吨", "吨/小时").
    """

    kind = "quantity"

    def __init__(
        self, label: Any, unit: str = "", *, low: Any = 0, high: Any = None,
        usual: tuple[Any, Any] | None = None, decimals: int = 3, also: tuple[str, ...] = (), **more: Any,
    ) -> None:  # fmt: skip
        self.unit, self.also = unit, also
        self.low = None if low is None else Decimal(str(low))
        self.high = None if high is None else Decimal(str(high))
        self.usual = None if usual is None else (Decimal(str(usual[0])), Decimal(str(usual[1])))
        more.setdefault("max_digits", 16)
        more.setdefault("decimal_places", decimals)
        more.setdefault("null", True)
        super().__init__(label, **more)

    def value_of(self, raw: Any) -> Decimal:
        value = number_of(raw, self.unit, self.also)
        if decimals_of(value) > self.decimal_places:
            raise WrongValueError(
                "decimals",
                _("%(value)s has more than %(most)s decimals: round it")
                % {"value": value, "most": self.decimal_places},
            )
        for bad, limit, words in (
            (self.low is not None and value < self.low, self.low, _("%(value)s is less than %(limit)s")),
            (self.high is not None and value > self.high, self.high, _("%(value)s is more than %(limit)s")),
        ):
            if bad:
                raise WrongValueError("out_of_range", words % {"value": value, "limit": limit})
        if value.adjusted() >= self.max_digits - self.decimal_places:
            raise WrongValueError("out_of_range", _("%(value)s is too large") % {"value": value})
        return value

    def unusual(self, value: Decimal) -> bool:
        """Whether it lies where such values are not expected."""
        return self.usual is not None and not self.usual[0] <= value <= self.usual[1]

    def write(self, value: Any) -> str:
        if value is None:
            return ""
        text = format(Decimal(value), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text


class Whole(Quantity):
    """A count: households, components, vehicles."""

    kind = "whole"

    def __init__(self, label: Any, unit: str = "", **more: Any) -> None:
        super().__init__(label, unit, decimals=0, max_digits=12, **more)


class Year(Whole):
    """The year a record speaks of, such as that of a coal account."""

    yearly = True

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, low=1990, high=2100, also=("年",), **more)


class Choice(Declared, models.CharField):
    """One of a list."""

    kind = "choice"

    def __init__(self, label: Any, words: type[Words], **more: Any) -> None:
        self.words = words
        more.setdefault("max_length", 24)
        more.setdefault("default", "")
        super().__init__(label, **more)

    @cached_property
    def _spellings(self) -> dict[str, str]:
        return spellings(self.words.choices)

    def means(self, raw: Any) -> bool:
        return fold(text_of(raw)) in self._spellings

    def value_of(self, raw: Any) -> str:
        found = self._spellings.get(fold(text_of(raw)))
        if found is None:
            raise WrongValueError(
                "unknown_choice",
                _("“%(text)s” is none of: %(known)s")
                % {
                    "text": text_of(raw)[:40],
                    "known": "、".join(str(label) for label in self.words.labels[:20]),
                },
            )
        return found

    def write(self, value: Any) -> str:
        return str(self.words(value).label) if value in self.words.values else str(value or "")


class LifeCycle(Choice):
    """The state of the thing. `closed` states need nothing more; entering a `proof` state needs a file."""

    kind = "state"

    def __init__(
        self, words: type[Words], *, closed: Collection[str] = (), proof: Collection[str] = (),
        start: str = "", label: Any = None, **more: Any,
    ) -> None:  # fmt: skip
        from lantian.office.registers.declaring.words import two

        self.closed = frozenset(str(state) for state in closed)
        self.proof = frozenset(str(state) for state in proof)
        self.start = str(start or words.values[0])
        super().__init__(label or two("状态", "State"), words, required=True, default=self.start, **more)
        judged = frozenset() if isinstance(self.judged, bool) else self.judged
        if not (self.closed | self.proof | judged | {self.start}) <= set(words.values):
            raise ValueError("closed, proof, judged and start are among the declared states")

    @property
    def open(self) -> Condition:
        """Not in a closed state."""
        return ~self.is_(*sorted(self.closed))


class Many(Declared, models.CharField):
    """Several of a list, kept as `|a|b|` so that both databases find one by a substring."""

    kind = "many"

    def __init__(self, label: Any, words: type[Words], **more: Any) -> None:
        self.words = words
        more.setdefault("max_length", 240)
        more.setdefault("default", "")
        super().__init__(label, **more)

    @cached_property
    def _spellings(self) -> dict[str, str]:
        return spellings(self.words.choices)

    def means(self, raw: Any) -> bool:
        return fold(text_of(raw)) in self._spellings

    def _parts(self, text: str) -> list[str]:
        """The parts of an enumeration; words that hold a comma or slash themselves stay whole."""
        import re

        pieces = re.split(r"([、,，;；/\n])", text)
        parts, at = [], 0
        while at < len(pieces):
            most = min(len(pieces), at + 2 * LONGEST_WORDS - 1)
            ends = (end for end in range(most, at, -1) if fold("".join(pieces[at:end])) in self._spellings)
            end = next(ends, at + 1)
            parts.append("".join(pieces[at:end]))
            at = end + 1
        return parts

    def value_of(self, raw: Any) -> str:
        if isinstance(raw, str) and raw.startswith("|"):
            parts = [part for part in raw.split("|") if part]
        else:
            parts = list(raw) if isinstance(raw, (list, tuple)) else self._parts(text_of(raw))
        found = []
        for part in parts:
            if not text_of(part):
                continue
            value = self._spellings.get(fold(text_of(part)))
            if value is None:
                raise WrongValueError(
                    "unknown_choice",
                    _("“%(text)s” is none of: %(known)s")
                    % {
                        "text": text_of(part)[:40],
                        "known": "、".join(str(label) for label in self.words.labels),
                    },
                )
            found.append(value)
        ordered = [value for value in self.words.values if value in found]
        return f"|{'|'.join(ordered)}|" if ordered else ""

    def has(self, value: str) -> Condition:
        """This one is among them."""
        from django.db.models import Q

        mark = f"|{value}|"
        return Condition(
            lambda: Q(**{f"{self.name}__contains": mark}), lambda row: mark in (getattr(row, self.name) or "")
        )

    def values_in(self, value: Any) -> list[str]:
        """The values of a column's text."""
        return [part for part in str(value or "").split("|") if part]

    def write(self, value: Any) -> str:
        return "、".join(
            str(self.words(part).label) for part in self.values_in(value) if part in self.words.values
        )

    def plain(self, value: Any) -> Any:
        return self.values_in(value)


class Flag(Declared, models.BooleanField):
    """Yes, no, or not known: three different things."""

    kind = "flag"

    def __init__(self, label: Any, **more: Any) -> None:
        more.setdefault("null", True)
        super().__init__(label, **more)

    def means(self, raw: Any) -> bool:
        return text_of(raw).upper() in YES | NO

    def value_of(self, raw: Any) -> bool:
        return flag_of(raw)

    def write(self, value: Any) -> str:
        from lantian.office.registers.declaring.words import two

        return "" if value is None else str(two("是", "yes") if value else two("否", "no"))


class Day(Declared, models.DateField):
    """A day. `past` refuses a day that has not come."""

    kind = "day"

    def __init__(self, label: Any, *, past: bool = False, **more: Any) -> None:
        self.past = past
        more.setdefault("null", True)
        super().__init__(label, **more)

    def value_of(self, raw: Any) -> date:
        return day_of(raw, past=self.past)

    def write(self, value: Any) -> str:
        return value.isoformat() if value else ""


class Due(Day):
    """The day until which an open record must be closed; always called `due`."""

    kind = "due"

    def __init__(self, label: Any = None, **more: Any) -> None:
        from lantian.office.registers.declaring.words import two

        super().__init__(label or two("完成期限", "Due by"), **more)


class Link(Declared, models.ForeignKey):
    """A record of another register, named in tables by its key or name: `Link(label, "Outlet")`.

    Where both belong to an enterprise it is the same one, unless `anyones` says that it may be another.
    """

    kind = "link"

    def __init__(self, label: Any, to: Any, *, anyones: bool = False, **more: Any) -> None:
        self.anyones = anyones
        if isinstance(to, str) and "." not in to:
            to = f"ledgers.{to}"
        more.setdefault("null", True)
        more.setdefault("on_delete", models.PROTECT)
        more.setdefault("related_name", "+")
        super().__init__(label, to=to, **more)

    @property
    def _attribute(self) -> str:
        return self.attname

    def read(self, raw: Any, _reader: Any = None) -> Any:
        if is_empty(raw):
            return None
        if isinstance(raw, models.Model):
            return raw
        return _reader.record(self.related_model, text_of(raw), anyones=self.anyones)

    def write(self, value: Any) -> str:
        return "" if value is None else str(value)

    def plain(self, value: Any) -> Any:
        """The number of the record pointed to."""
        return value


class Owner(Link):
    """The enterprise a record belongs to; always called `enterprise`."""

    kind = "owner"

    def __init__(self, label: Any = None, **more: Any) -> None:
        from lantian.office.registers.declaring.words import two

        super().__init__(label or two("企业名称", "Enterprise"), "Enterprise", **more)

    def read(self, raw: Any, _reader: Any = None) -> Any:
        if is_empty(raw):
            return None
        if isinstance(raw, models.Model):
            return raw
        return _reader.enterprise(text_of(raw))
