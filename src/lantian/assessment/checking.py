"""Reading a scheme out of a rule: every mistake is named with its place, its thing and its remedy."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from lantian.assessment.text import Text, number
from lantian.errors import LantianError


class SchemeError(LantianError):
    """A scheme that cannot hold: its weights, its tables, its words."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group of keys of a scheme, which knows where it stands.

    Attributes
    ----------
    value
        the keys
    name
        what it is for a message, `item 'pm2_5' of 'assessment.schemes.region_year'`
    origin
        file and line of the rule
    """

    value: Mapping[str, Any]
    name: str
    origin: str

    def error(self, what: str, remedy: str) -> SchemeError:
        """A mistake in this group."""
        return SchemeError(f"{self.name}: {what}", where=self.origin, remedy=remedy)

    def only(self, known: Collection[str]) -> Group:
        """Refuse a key that means nothing here: a slip would otherwise pass unnoticed."""
        for key in self.value:
            if key not in known:
                near = get_close_matches(str(key), list(known), 1)
                remedy = (
                    f"Did you mean '{near[0]}'?" if near else "Known keys: " + ", ".join(sorted(known)) + "."
                )
                raise self.error(f"unknown key '{key}'", remedy)
        return self

    def has(self, key: str) -> bool:
        """Whether the key is given."""
        return self.value.get(key) is not None

    def word(self, key: str, choices: Collection[str] = (), default: str | None = None) -> str:
        """A word; one of `choices` where they are given."""
        found = self.value.get(key, default)
        if not isinstance(found, str) or not found:
            remedy = "Choose one of " + ", ".join(choices) + "." if choices else f"Write `{key}: …`."
            raise self.error(f"'{key}' is missing", remedy)
        if choices and found not in choices:
            raise self.error(f"'{key}' is '{found}'", "Choose one of " + ", ".join(choices) + ".")
        return found

    def text(self, key: str) -> Text:
        """A text in both languages."""
        found = self.value.get(key)
        if isinstance(found, str) and found:
            return Text(found, found)
        if isinstance(found, Mapping) and set(found) == {"zh", "en"} and all(found.values()):
            return Text.of(found)
        raise self.error(f"'{key}' is missing in Chinese or English", f"Write `{key}: {{zh: …, en: …}}`.")

    def number(self, key: str, default: Fraction | int | None = None) -> Fraction:
        """An exact number."""
        found = self.value.get(key, default)
        if found is None or isinstance(found, bool | str):
            raise self.error(f"'{key}' is not a number", f"Write `{key}: 20`.")
        return number(found, name=key)

    def maybe(self, key: str) -> Fraction | None:
        """An exact number, None where it is not given."""
        return self.number(key) if self.has(key) else None

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        found = self.value.get(key, default)
        if not isinstance(found, bool):
            raise self.error(f"'{key}' is neither true nor false", f"Write `{key}: true`.")
        return found

    def group(self, key: str, name: str = "") -> Group:
        """A group of keys below this one."""
        found = self.value.get(key)
        if not isinstance(found, Mapping):
            raise self.error(f"'{key}' is missing", f"Write a group of keys under `{key}:`.")
        return Group(found, name or f"{self.name}, {key}", self.origin)

    def groups(self, key: str, kind: str) -> list[Group]:
        """A list of groups; each is named by its code, or by its place in the list."""
        found = self.value.get(key) or ()
        if not isinstance(found, list | tuple) or not all(isinstance(one, Mapping) for one in found):
            raise self.error(f"'{key}' is not a list of groups", f"Write a list under `{key}:`.")
        return [
            Group(one, f"{kind} '{one.get('code', nth)}' of {self.name}", self.origin)
            for nth, one in enumerate(found, 1)
        ]
