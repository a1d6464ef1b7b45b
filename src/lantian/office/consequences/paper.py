"""The paper of an imposed consequence in Word: order, notice, letter of referral, record of a talk."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.office.consequences import words
from lantian.office.consequences.models import Proposal
from lantian.office.frame import clock

TITLES = {
    "order": gettext_lazy("Order: %(kind)s"),
    "notice": gettext_lazy("Notice: %(kind)s"),
    "referral": gettext_lazy("Letter of referral for accountability"),
    "talk": gettext_lazy("Record of a talk"),
}
MARKS = {True: "√", False: "×", None: "？"}


def as_word(proposal: Proposal) -> bytes:
    """The paper as .docx in the active language: what is imposed, on which grounds, what must be proved."""
    from lantian.office.papers import Paper
    from lantian.office.papers.word import is_chinese

    form = proposal.rule.get("paper", "notice")
    title = str(TITLES.get(form, TITLES["notice"])) % {"kind": proposal.kind_label}
    issuer = _issuer(proposal)
    paper = Paper(title, author=issuer, moment=proposal.decided_at or clock.now())
    paper.heading(title)
    if proposal.decided_at is None:
        paper.under([_("Draft: not decided yet")])
    paper.simulated()
    paper.addressed(proposal.addressees or (proposal.unit.label if proposal.unit else proposal.region.label))
    paper.body(grounds(proposal))
    paper.body(consequence_words(proposal) + ("。" if is_chinese() else "."))
    if proposal.decision_words:
        paper.body(_("Grounds of the decision: %(words)s") % {"words": proposal.decision_words})
    if form == "talk":
        paper.body(_("Commitments made: %(words)s") % {"words": proposal.commitments or "＿＿＿＿＿＿＿＿"})
        paper.body(_("Follow-up on: %(day)s") % {"day": proposal.follow_up or "＿＿＿＿"})
    elif form == "referral":
        paper.body(_("Outcome: %(words)s") % {"words": proposal.outcome or "＿＿＿＿＿＿＿＿"})
    else:
        paper.body(_("Proof to be sent in: %(proof)s.") % {"proof": proposal.said("proof")})
    paper.signed(issuer, proposal.decided_at)
    _reasons(paper, proposal)
    paper.note(_foot(proposal))
    return bytes(paper.content())


def consequence_words(proposal: Proposal) -> str:
    """What is imposed, how much, from when to when, in one sentence."""
    amount = proposal.held_amount
    much = f" {amount.normalize():f} {proposal.unit_of_measure}".rstrip() if amount is not None else ""
    top = proposal.said("on_top_of")
    if top:
        much += _(" on top of %(what)s") % {"what": top}
    said = _("%(kind)s%(much)s, from %(first)s") % {
        "kind": proposal.kind_label, "much": much, "first": proposal.first_held
    }  # fmt: skip
    last = str(proposal.last_held) if proposal.last_held else ""
    until = _("until %(last)s") % {"last": last} if last else words.ends_words(proposal.ends)
    return said + (_(", %(until)s") % {"until": until} if until else "")


def grounds(proposal: Proposal) -> str:
    """By which clause, and whom it concerns, in a sentence or two."""
    return _("By %(document)s, %(clause)s: %(title)s. It concerns %(subject)s.") % {
        "document": proposal.said("document"),
        "clause": proposal.said("clause"),
        "title": proposal.title,
        "subject": proposal.subject_name,
    }


def _reasons(paper: Any, proposal: Proposal) -> None:
    rows = []
    for depth, line in words.lines(proposal.reason):
        evidence = "\n".join(f"{one['words']} {one['value']}".strip() for one in line.evidence[:10])
        rows.append(
            ("　" * depth + line.asked, line.found or line.why or None, MARKS[line.truth], evidence or None)
        )
    paper.heading(_("Why it was proposed"), size=14)
    paper.table(
        [_("Condition"), _("Found"), _("Holds"), _("Evidence")], rows, widths=[58, 36, 14, 52], left=(0, 1, 3)
    )


def _foot(proposal: Proposal) -> str:
    line = _("Raised on %(day)s by the rule %(rule)s; rules %(rules)s, data version %(version)d.") % {
        "day": proposal.raised_on,
        "rule": proposal.rule_code,
        "rules": proposal.rules_digest[:12],
        "version": proposal.data_version,
    }
    if not proposal.verified:
        line += " " + _("It rests on a rule that was not checked against its document.")
    return line


def _issuer(proposal: Proposal) -> str:
    person = proposal.decided_by
    if person is None:
        return ""
    return person.unit.label if person.unit else person.get_full_name()
