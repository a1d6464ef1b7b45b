"""Consequences as rules: dated data says what follows from what; a person decides.

    rules = load_rules(book, on=date(2026, 6, 2))
    for proposal in propose(rules, facts, subjects, on=date(2026, 6, 2)):
        print(proposal.key, proposal.consequence, proposal.reason)

A rule is an entry below `consequences.rules` of the rulebook. Its condition is data (`conditions.py` says
what can be asked), so that an office writes its own in DATA/rules without code. Judging is three-valued: what
could not be known is neither true nor false, and is told.
"""

from lantian.assessment.consequences.facts import Evidence, FactSource, Figure, FindingFact, Subject, TaskFact
from lantian.assessment.consequences.judging import Outcome, Proposal, judge, propose
from lantian.assessment.consequences.loading import load_rules, seasons, vocabulary
from lantian.assessment.consequences.rule import Consequence, Kind, Reason, Rule, Stage, Title

__all__ = [
    "Consequence",
    "Evidence",
    "FactSource",
    "Figure",
    "FindingFact",
    "Kind",
    "Outcome",
    "Proposal",
    "Reason",
    "Rule",
    "Stage",
    "Subject",
    "TaskFact",
    "Title",
    "judge",
    "load_rules",
    "propose",
    "seasons",
    "vocabulary",
]
