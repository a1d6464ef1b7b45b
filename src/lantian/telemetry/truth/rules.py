"""The thresholds of the screens, looked up in the rulebook for the day a case begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from lantian.rulebook import Rule, Rulebook, load
from lantian.telemetry.truth.case import Case

LOCAL = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Rules:
    """Answers of `telemetry.truth.*` on a day. Screens compare, they decide no digit: floats will do."""

    book: Rulebook
    on: date
    _tables: dict[str, Mapping[str, float]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, case: Case, book: Rulebook | None = None) -> Rules:
        """The rules of a book (None: the packaged one) for a case."""
        return cls(book or load(), (case.minutes.start + LOCAL).date())

    def rule(self, code: str) -> Rule:
        """The entry of a screen."""
        return self.book.rule(f"telemetry.truth.{code}", on=self.on)

    def table(self, code: str) -> Mapping[str, float]:
        """The numbers of a screen's rule by their names."""
        if code not in self._tables:
            value = self.rule(code).value
            self._tables[code] = {str(name): float(number) for name, number in value.items()}
        return self._tables[code]
