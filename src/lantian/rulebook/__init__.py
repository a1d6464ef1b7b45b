"""Regulation as dated data: the value of a rule on a day, under a regime, with its document and clause.

>>> from datetime import date
>>> from lantian.rulebook import load
>>> rule = load().rule("ambient.limits.pm2_5.year.grade_2", on=date(2026, 7, 1))
>>> rule.number, rule.unit, rule.citation, rule.verified
(Decimal('30'), 'µg/m³', 'GB 3095-2026, table 1', True)

Rules live in `rulebook/data/**.yaml`, one tree a file, read when first asked for. A user's own files lie on
top of them (`load([Path("ours.yaml")])`) and replace entries without code. `docs/rulebook.md` shows the
form.
"""

from lantian.rulebook.book import BY_DATE, Rulebook, load
from lantian.rulebook.entry import Rule
from lantian.rulebook.reading import RuleError
from lantian.rulebook.words import RuleWords

__all__ = ["BY_DATE", "Rule", "RuleError", "RuleWords", "Rulebook", "load"]
