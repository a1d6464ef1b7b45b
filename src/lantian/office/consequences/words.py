"""A frozen reason in plain words of the active language: what was asked, what was found, whether it held."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from lantian.assessment.consequences.conditions import OTHER_POOL
from lantian.office import indicators
from lantian.office.findings.catalogue import kind_label
from lantian.office.findings.models import Severity
from lantian.office.findings.models import State as FindingState

COMPARED = {
    "at_least": gettext_lazy("at least"),
    "more_than": gettext_lazy("more than"),
    "at_most": gettext_lazy("at most"),
    "less_than": gettext_lazy("less than"),
    "equals": gettext_lazy("equal to"),
}
ENDS = {
    "done": gettext_lazy("until it is done"),
    "year_end": gettext_lazy("until the end of the year"),
    "season_end": gettext_lazy("until the end of the season"),
}
TRUTHS = {
    True: pgettext_lazy("a condition", "holds"),
    False: pgettext_lazy("a condition", "does not hold"),
    None: pgettext_lazy("a condition", "not known"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One condition in words; `level` is its depth in the tree."""

    asked: str
    found: str
    truth: bool | None
    truth_words: str
    why: str
    verified: bool
    evidence: list[dict[str, str]]
    parts: list[Said] = field(default_factory=list)

    @property
    def css(self) -> str:
        """How its mark is coloured."""
        return {True: "fi-yes", False: "fi-no", None: ""}[self.truth]


def said(reason: Mapping[str, Any]) -> Said:
    """A reason of `Proposal.reason` in words."""
    op = str(reason["op"])
    asked, found = SAYING[op](reason["asked"], reason["found"])
    truth = reason["truth"]
    return Said(
        asked=asked,
        found=found,
        truth=truth,
        truth_words=str(TRUTHS[truth]),
        why=why_words(reason),
        verified=bool(reason.get("verified", True)),
        evidence=list(reason.get("evidence", ())),
        parts=[said(part) for part in reason.get("parts", ())],
    )


def why_words(reason: Mapping[str, Any]) -> str:
    """Why it is not known whether a condition holds; the empty text where it is known."""
    why = str(reason.get("why", ""))
    if why != OTHER_POOL:
        return why
    asked, have = reason["asked"]["among"], reason["found"]["among"]
    if have is None:
        return _("the rule ranks %(asked)s, and how many were ranked here is not known") % {"asked": asked}
    return _("ranked among %(have)s here, the rule ranks %(asked)s") % {"have": have, "asked": asked}


def lines(reason: Mapping[str, Any]) -> Iterator[tuple[int, Said]]:
    """The tree from top to bottom with the depth of each: for papers."""

    def walk(one: Said, depth: int) -> Iterator[tuple[int, Said]]:
        yield depth, one
        for part in one.parts:
            yield from walk(part, depth + 1)

    yield from walk(said(reason), 0)


def ends_words(ends: str) -> str:
    """How long it holds, where no last day is known."""
    return str(ENDS.get(ends, ""))


def _all(asked: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[str, str]:
    return _("all of these"), ""


def _any(asked: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[str, str]:
    return _("at least one of these"), ""


def _not(asked: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[str, str]:
    return _("this does not hold"), ""


def _indicator(asked: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[str, str]:
    known = indicators.known().get(asked["code"])
    title = str(known.title) if known else asked["code"]
    unit = known.unit if known and known.unit != "1" else ""
    question = _("%(what)s from %(first)s to %(last)s is %(compared)s %(value)s") % {
        "what": title, "first": asked["first"], "last": asked["last"],
        "compared": COMPARED[asked["is"]], "value": f"{asked['value']} {unit}".strip(),
    }  # fmt: skip
    value = found.get("value")
    return question, _("it was %(value)s") % {"value": f"{value} {unit}".strip()} if value is not None else ""


def _task_overdue(asked: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[str, str]:
    parts = []
    if asked["words"]:
        parts.append(_("with the words “%(words)s”") % {"words": "”“".join(asked["words"])})
    if asked["tags"]:
        parts.append(_("marked %(tags)s") % {"tags": "、".join(asked["tags"])})
    if asked["begins"]:
        parts.append(_("counted from %(month)s-%(day)s") % {
            "month": f"{asked['begins'][0]:02}", "day": f"{asked['begins'][1]:02}"
        })  # fmt: skip
    if asked["days"]:
        parts.append(_("more than %(days)s days late") % {"days": asked["days"]})
    question = _("dated duties past their deadline, at least %(count)s") % {"count": asked["at_least"]}
    question = "; ".join([question, *parts]) if _english() else "，".join([question, *parts])
    count = _("%(count)s found") % {"count": found["count"]}
    if found.get("deadline"):
        count += _(", the first was due on %(day)s") % {"day": found["deadline"]}
    return question, count


def _findings(asked: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[str, str]:
    points = asked["count"] == "points"
    span = {"first": asked["first"], "last": asked["last"], "count": asked["at_least"]}
    if points:
        question = _("problems found from %(first)s to %(last)s count at least %(count)s points") % span
    else:
        question = _("at least %(count)s problems were found from %(first)s to %(last)s") % span
    parts = [
        *(kind_label(kind) for kind in asked["kinds"]),
        *(str(FindingState(state).label) for state in asked["states"] if state in FindingState.values),
        *(str(Severity(one).label) for one in asked["severities"] if one in Severity.values),
        *([_("repeated only")] if asked["repeated"] else []),
    ]
    if parts:
        separator = ", " if _english() else "、"
        question += f" ({separator.join(parts)})" if _english() else f"（{separator.join(parts)}）"
    form = _("%(count)s points") if points else _("%(count)s found")
    return question, form % {"count": found["count"]}


def _repeated(asked: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[str, str]:
    kinds = "、".join(kind_label(kind) for kind in asked["kinds"])
    question = _("the same kind of problem was found twice within %(days)s days") % {"days": asked["days"]}
    return question + (f" ({kinds})" if kinds else ""), _("%(count)s times") % {"count": found["count"]}


def _on_or_after(asked: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[str, str]:
    return _("the day is %(day)s or later") % asked, _("it was %(day)s") % found


def _season(asked: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[str, str]:
    (m1, d1), (m2, d2) = asked["from"], asked["to"]
    question = _("the day lies in the season “%(season)s” (%(first)s to %(last)s)") % {
        "season": asked["en" if _english() else "zh"],
        "first": f"{m1:02}-{d1:02}",
        "last": f"{m2:02}-{d2:02}",
    }
    return question, _("it was %(day)s") % found


SAYING: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], tuple[str, str]]] = {
    "all": _all,
    "any": _any,
    "not": _not,
    "indicator": _indicator,
    "task_overdue": _task_overdue,
    "findings": _findings,
    "repeated": _repeated,
    "on_or_after": _on_or_after,
    "season": _season,
}


def _english() -> bool:
    return (get_language() or "zh").startswith("en")
