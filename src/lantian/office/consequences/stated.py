"""What plans say will follow, beside the rules: which clause has one, which has none, a rule to fill in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lantian.assessment.consequences import Rule
from lantian.office.plans.models import StatedConsequence
from lantian.office.plans.terms import ConsequenceKind

# The reader's kinds and those of the rules
KINDS = {
    ConsequenceKind.HALT: "halt",
    ConsequenceKind.STOP_WORK: "stop_work",
    ConsequenceKind.LOAD_CUT: "load_cut",
    ConsequenceKind.DEDUCT: "deduction",
    ConsequenceKind.ACCOUNTABILITY: "referral",
    ConsequenceKind.NO_HONOURS: "no_honours",
    ConsequenceKind.TALK: "talk",
    ConsequenceKind.OTHER: "supervision",
}


@dataclass(frozen=True, slots=True)
class Covered:
    """A stated consequence, the rules that cover its clause, and a rule to fill in where there is none."""

    stated: StatedConsequence
    rules: tuple[Rule, ...]

    @property
    def template(self) -> str:
        """A YAML file for DATA/rules."""
        return template(self.stated)


def covered(user: Any, rules: Sequence[Rule]) -> list[Covered]:
    """Every consequence that plans in a person's scope state, with the rules of its clause and kind."""
    rows = (
        StatedConsequence.objects.all()
        .visible_to(user)
        .select_related("plan__region", "clause", "task")
        .order_by("plan__region__path", "plan_id", "start")
    )
    return [Covered(row, tuple(rule for rule in rules if covers(rule, row))) for row in rows]


def covers(rule: Rule, stated: StatedConsequence) -> bool:
    """Whether a rule is made from this clause of this document, with a consequence of this kind."""
    number = stated.plan.doc_no.strip()
    clauses = {part.strip() for part in rule.clause.zh.replace("，", "、").split("、")}
    kinds = {rule.then.kind.code, *(stage.then.kind.code for stage in rule.stages)}
    return (
        bool(number)
        and rule.document.zh == number
        and any(
            stated.clause.cited == clause or stated.clause.cited.startswith(clause + "（")
            for clause in clauses
        )
        and (stated.kind == ConsequenceKind.OTHER or KINDS.get(ConsequenceKind(stated.kind)) in kinds)
    )


def template(stated: StatedConsequence) -> str:
    """A rule file filled in as far as the plan's words go; what a person must still say is marked ＿＿."""
    kind = KINDS[ConsequenceKind(stated.kind)]
    number = stated.plan.doc_no or stated.plan.title
    condition = "".join(stated.if_words.split())
    result = "".join((stated.then_words or stated.quote).split())
    month = int(stated.from_month[5:7]) if stated.from_month[5:7].isdecimal() else None
    then = [f"kind: {kind}"]
    if stated.amount is not None:
        then.append(f"amount: {stated.amount.normalize():f}")
        then.append(f"unit: {_quoted(stated.unit or '%')}")
    elif kind in {"load_cut", "deduction"}:
        then.append("amount: ＿＿")
    if month:
        then.append(f"from: [{month}, 1]")
    then.append("until: done")
    if stated.season:
        then.append(f"season: {stated.season}")
    begins = f", from: [{month}, 1]" if month else ""
    words = condition or stated.clause.heading or "＿＿"
    return "\n".join(
        (
            "add:",
            f"  consequences.rules.own.plan{stated.plan_id}_{stated.pk}:",
            "    - value:",
            f"        title: {{zh: {_quoted(result)}, en: ＿＿}}",
            f"        region: {stated.plan.region.code}",
            "        subject: task",
            f"        when: {{task_overdue: {{words: [{_quoted(words)}]{begins}}}}}",
            f"        then: {{{', '.join(then)}}}",
            "        proof: {zh: ＿＿, en: ＿＿}",
            "      unit: '1'",
            f"      document: {_quoted(number)}",
            f"      clause: {_quoted(stated.clause.cited)}",
            "      verified: true",
            "",
        )
    )


def _quoted(text: str) -> str:
    """A text as YAML in double quotes."""
    return json.dumps(text, ensure_ascii=False)
