"""One door to every number people are held to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from lantian.office import indicators
from lantian.office.indicators import Answer, Indicator, Period, Subject

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))


class Place:
    label = "尧都区"


def test_an_unknown_indicator_and_a_wrong_subject_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from lantian.office.indicators import registry

    monkeypatch.setattr(registry, "_known", {})
    assert "no_such" in indicators.ask("no_such", Subject(region=Place()), YEAR).reason
    indicators.register(Indicator("spots", "Fire spots", "", lambda s, p: Answer(Decimal(3), count=3)))
    assert indicators.ask("spots", Subject(region=Place()), YEAR).value == 3
    refused = indicators.ask("spots", Subject(unit=Place()), YEAR)
    assert refused.value is None and refused.reason


def test_missing_is_never_without_a_reason() -> None:
    with pytest.raises(ValueError, match="says why"):
        Answer(None)


def test_a_subject_is_one_thing() -> None:
    with pytest.raises(ValueError, match="region or a unit"):
        Subject()
    with pytest.raises(ValueError, match="before it begins"):
        Period(date(2025, 2, 1), date(2025, 1, 1))
