"""The thresholds of the screens, looked up in the rulebook once for a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lantian.rulebook import Rule, Rulebook, load

ITEMS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")
PARTICLES = ("pm10", "pm2_5")


@dataclass
class Thresholds:
    """Answers of `ambient.screens.*` on a day; every rule asked for is kept in `used`."""

    book: Rulebook
    on: date
    used: dict[str, Rule] = field(default_factory=dict)

    @classmethod
    def of(cls, book: Rulebook | None, on: date) -> Thresholds:
        """The thresholds of a rulebook (None: the packaged one) on a day."""
        return cls(book or load(), on)

    def rule(self, path: str) -> Rule:
        """The rule `ambient.screens.<path>`."""
        if path not in self.used:
            self.used[path] = self.book.rule(f"ambient.screens.{path}", on=self.on)
        return self.used[path]

    def number(self, path: str) -> float:
        """A rule that is one number. Screens compare, they decide no digit: a float will do."""
        return float(self.rule(path).number)

    def hours(self, path: str) -> int:
        """A rule that is a whole number."""
        return self.rule(path).integer

    def table(self, path: str) -> Mapping[str, Any]:
        """A rule that has a value for each item, or several named values."""
        value: Mapping[str, Any] = self.rule(path).value
        return value

    def per_item(self, path: str) -> dict[str, float]:
        """A rule that has one number for each item."""
        return {item: float(value) for item, value in self.table(path).items()}

    @property
    def unverified(self) -> tuple[str, ...]:
        """Paths of the rules used that are not verified, sorted."""
        return tuple(sorted(rule.path for rule in self.used.values() if not rule.verified))
