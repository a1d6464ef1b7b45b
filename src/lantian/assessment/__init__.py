"""Score cards, transfers and consequences, computed from facts by dated rules. Knows no Django.

scheme = scheme_on(load(), "assessment.schemes.region_year", date(2026, 12, 31))
cards = score_pool(scheme, {"141002": from_facts({"pm2_5_change": Fact(Decimal("-8.3"))}), …})
cards[0].lines[0].why.zh      # 按比例：20 × (−8.3 − (0)) ÷ (−10 − (0)) = 16.6分
"""

from lantian.assessment.checking import SchemeError
from lantian.assessment.facts import Ask, Fact, Part, from_facts
from lantian.assessment.scheme import (
    Scheme,
    build_scheme,
    kept_scheme,
    read_scheme,
    reweighted,
    scheme_on,
    schemes,
)
from lantian.assessment.scoring import Line, ScoreCard, ranked, score, score_pool
from lantian.assessment.sealing import canonical, seal
from lantian.assessment.simulating import Difference, simulate
from lantian.assessment.text import Text

__all__ = [
    "Ask",
    "Difference",
    "Fact",
    "Line",
    "Part",
    "Scheme",
    "SchemeError",
    "ScoreCard",
    "Text",
    "build_scheme",
    "canonical",
    "from_facts",
    "kept_scheme",
    "ranked",
    "read_scheme",
    "reweighted",
    "scheme_on",
    "schemes",
    "score",
    "score_pool",
    "seal",
    "simulate",
]
