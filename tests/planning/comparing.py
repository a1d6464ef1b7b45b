"""What two readings of the same plan must have in common, whatever the shape of the file."""

from __future__ import annotations

from lantian.planning import Plan
from lantian.planning.marks import fold


def plain(text: str | None) -> str:
    """Words without white space, of one width, without markdown."""
    return fold("".join((text or "").split()).replace("**", "")).replace("<", "〈").replace(">", "〉")


def tasks(plan: Plan) -> list[tuple[str, str, str, tuple[tuple[str, str], ...]]]:
    """Number, title, words and units of every task."""
    return [
        (
            t.number,
            plain(t.title),
            plain(t.text),
            tuple((plain(u.unit), u.role) for u in t.responsible),
        )
        for t in plan.tasks
    ]


def sections(plan: Plan) -> list[tuple[tuple[str, ...], str]]:
    return [(tuple(s.path), plain(s.heading)) for s in plan.sections]


def meta(plan: Plan) -> list[str]:
    found = plan.meta
    return [
        plain(v)
        for v in (found.title, found.issuer, found.doc_no, found.issued_date, found.region, found.level)
    ]


def assert_places(plan: Plan) -> None:
    """Every finding's words stand where it says they stand."""
    text = plan.document.text
    spans = [*plan.targets, *plan.other_deadlines]
    for task in plan.tasks:
        spans += [*task.deadlines, *task.quantities]
        assert 0 <= task.start < task.end <= len(text)
        for unit in task.responsible:
            assert plain(text[unit.start : unit.end]).replace("\n", "").startswith(plain(unit.unit)[:1])
    for span in spans:
        assert text[span.start : span.end] == span.quote != ""
    for section in plan.sections:
        assert 0 <= section.start < section.end <= len(text)
    assert len({task.id for task in plan.tasks}) == len(plan.tasks)
