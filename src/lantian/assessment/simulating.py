"""Had another scheme held: the same subjects scored twice, and what would have been different."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lantian.assessment.facts import Ask
from lantian.assessment.scheme import Scheme
from lantian.assessment.scoring import ScoreCard, score_pool


@dataclass(frozen=True, slots=True)
class Difference:
    """One subject under two schemes. `change` and `moved` are None where one of the two is missing.

    `moved` is positive for a better rank.
    """

    subject: str
    real: ScoreCard
    other: ScoreCard
    change: Decimal | None
    moved: int | None


def simulate(real: Scheme, other: Scheme, asks: Mapping[str, Ask]) -> list[Difference]:
    """Each subject under the scheme that held and under another one, by the same facts.

    Nothing is kept: this answers a question and changes no result. In the order of the other scheme's ranks.
    """
    before = {card.subject: card for card in score_pool(real, asks)}
    return [_difference(before[card.subject], card) for card in score_pool(other, asks)]


def _difference(real: ScoreCard, other: ScoreCard) -> Difference:
    both = real.total is not None and other.total is not None
    ranks = real.rank is not None and other.rank is not None
    return Difference(
        other.subject,
        real,
        other,
        other.total - real.total if both and other.total is not None and real.total is not None else None,
        real.rank - other.rank if ranks and real.rank is not None and other.rank is not None else None,
    )
