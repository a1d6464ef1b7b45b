"""What in a reading a person should look at twice: codes are added to `doubts`, nothing is changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lantian.planning.fold import fold_text
from lantian.planning.marks import fold, half_width, mark_of
from lantian.planning.model import Consequence, Deadline, Document, Meta, Plan, Section, Target, Task
from lantian.planning.units import UNIT_LIKE

_YEAR = re.compile(r"20\d\d ?年|二[〇○零].{2}年|20\d\d[./-]\d|今年|明年|本年|次年|十[四五六]五")
_YEARS = re.compile(r"20\d\d年?[—\-－–~至]+20\d\d年?")
_GROUP = re.compile(
    r"^(?:沿.{1,3}(?:\d|其他|各)|联防联控|重点区域|通道城市|传输通道|(?:全[市省县])?其[他余])|(?:通道城市|谷地|盆地|联防联控区域)$"
    r"|^[^\d]{0,6}\d{1,2}个?(?:县|市|区|城市)"
)
_CHANGE = {"increase", "decrease"}
_OWN_BASE = re.compile(r"每年|年均|逐年|负增长")
_MONTH = re.compile(r"[\d一二三四五六七八九十] ?月|年 ?底|年 ?末|季度|半年")
_UNDATED = re.compile(r"\[(?:recurring|event)\]")
_NEAR = 3  # characters between a task's end and a bracket that is still its own
_LONGEST_UNIT = 30


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the reader met on its way: unread brackets, rows told by spaces, joins over paragraph ends."""

    unread: Sequence[tuple[int, int]] = ()
    as_text: Sequence[tuple[int, int]] = ()
    joined: Sequence[int] = ()


def add_doubts(plan: Plan, trouble: Trouble) -> None:
    """Add to every extraction of a plan the codes of what makes it doubtful (`doubts.DOUBTS`)."""
    _Doubter(plan, trouble).run()


class _Doubter:
    def __init__(self, plan: Plan, trouble: Trouble) -> None:
        self.plan, self.trouble = plan, trouble
        self.document: Document = plan.document
        self.text = half_width(plan.document.text)
        self.folded = fold("".join(self.text.split()))
        self.listed: dict[str, bool] = {}
        self.issued = plan.meta.issued_date

    def run(self) -> None:
        plan = self.plan
        self._numbers(plan.sections)
        bound = any(task.responsible for task in plan.tasks)
        for task in plan.tasks:
            self._task(task, bound=bound)
        for deadline in plan.other_deadlines:
            self._deadline(deadline, self._unsure([]))
        for target in plan.targets:
            self._target(target)
        for consequence in plan.consequences:
            if consequence.from_ and self._guessed(consequence, self._unsure(consequence.clause_path)):
                _add(consequence.doubts, "guessed_year")
            self._joined(consequence.start, consequence.end, consequence.doubts)

    def _task(self, task: Task, *, bound: bool) -> None:
        if bound and not task.responsible and not task.inherited:
            _add(task.doubts, "no_units")
        if any(task.start <= s and e <= task.end + _NEAR for s, e in self.trouble.unread):
            _add(task.doubts, "unread_bracket_near")
        if any(s <= task.start < e for s, e in self.trouble.as_text):
            _add(task.doubts, "table_as_text")
        self._joined(task.start, task.end, task.doubts)
        self._places(task.regions, task.doubts)
        for unit in task.responsible:
            words = fold("".join(unit.unit.split()))
            if not UNIT_LIKE.search(words) or len(words) > _LONGEST_UNIT:
                _add(unit.doubts, "unit_form_unknown")
        for quantity in task.quantities:
            if quantity.value is not None and not re.search(r"[\d一二三四五六七八九十百两]", quantity.quote):
                _add(quantity.doubts, "value_implied")
        unsure = self._unsure(task.clause_path)
        for deadline in task.deadlines:
            self._deadline(deadline, unsure)
        for one, other in contradictions(task.deadlines) + beyond_limit(task):
            _add(one.doubts, "contradicting_deadlines")
            _add(other.doubts, "contradicting_deadlines")

    def _deadline(self, deadline: Deadline, unsure: bool) -> None:
        if deadline.by and self._guessed(deadline, unsure):
            _add(deadline.doubts, "guessed_year")
        if deadline.by is None and _MONTH.search(deadline.quote) and not _UNDATED.match(deadline.for_):
            _add(deadline.doubts, "year_unknown")
        if deadline.by and is_by(deadline) and self.issued and _last_day(deadline.by) < self.issued:
            _add(deadline.doubts, "contradicting_deadlines")

    def _target(self, target: Target) -> None:
        if target.implied_value:
            _add(target.doubts, "value_implied")
        changed = target.comparator in _CHANGE and target.value is not None
        if changed and target.baseline is None and not _OWN_BASE.search(fold_text(target.quote).text):
            _add(target.doubts, "no_baseline")
        unsure = self._unsure(target.clause_path)
        if target.by and len(target.by) > 4 and self._guessed(target, unsure):
            _add(target.doubts, "guessed_year")
        self._joined(target.start, target.end, target.doubts)
        self._places(target.region, target.doubts)

    def _places(self, places: Iterable[str], doubts: list[str]) -> None:
        if any(is_group(place) and not self._listed(place) for place in places):
            _add(doubts, "place_group")
        own: Meta = self.plan.meta
        if own.level == "province" and own.region:
            others = [p for p in places if p.endswith(("省", "自治区")) and p != own.region and len(p) > 2]
            if others:
                _add(doubts, "outside_region")

    def _listed(self, place: str) -> bool:
        """Does the plan say, in a bracket behind the name, who belongs to the group?"""
        folded = fold("".join(self.document.text.split()))
        return bool(
            re.search(re.escape(fold(place)) + r"（(?!市|县|区)[^（）]*[县市区][^（）]*、[^（）]*）", folded)
        )

    def _joined(self, start: int, end: int, doubts: list[str]) -> None:
        if any(start < place < end for place in self.trouble.joined):
            _add(doubts, "broken_over_paragraph")

    def _unsure(self, path: Sequence[str]) -> bool:
        """Is the year of dates without one a guess? A plan of one year names it in title, number or date."""
        meta = self.plan.part_of(path).meta if self.plan.parts else self.plan.meta
        title = half_width(meta.title or "")
        several = bool(_YEARS.search(title))
        named = bool(re.search(r"20\d\d", _YEARS.sub("", title)))
        return not named and (several or not (meta.doc_no or meta.issued_date))

    def _guessed(self, found: Deadline | Target | Consequence, unsure: bool) -> bool:
        """No year stands in the words, nor before them in their sentence."""
        if not unsure:
            return False
        stop = max(self.text.rfind(mark, 0, found.start) for mark in "。！？\t")
        return not _YEAR.search("".join(self.text[stop + 1 : found.end].split()))

    def _numbers(self, sections: Sequence[Section]) -> None:
        """A heading whose number leaves out one or more behind its neighbour: a heading may be lost."""
        last: dict[tuple[str, ...], int] = {}
        for section in sections:
            mark = mark_of(_as_mark(section.path[-1])) if section.path else None
            if mark is None or mark.rank >= 3:
                continue
            above = tuple(section.path[:-1])
            if above in last and mark.value > last[above] + 1:
                _add(section.doubts, "number_gap")
            last[above] = mark.value


def is_group(place: str) -> bool:
    """Is this a name for several places, such as 沿汾6县（市、区）, and not a place?"""
    return bool(_GROUP.search(half_width(place)))


def is_by(deadline: Deadline) -> bool:
    """Is it a date to finish by, and not one from which or during which something holds?"""
    return not deadline.for_.startswith("[")


def contradictions(deadlines: Sequence[Deadline]) -> list[tuple[Deadline, Deadline]]:
    """Pairs of dates of one task that cannot both hold: two for the same thing."""
    dated = [(d, _thing(d.for_)) for d in deadlines if d.by and is_by(d)]
    found = []
    for i, (one, thing) in enumerate(dated):
        for other, same in dated[i + 1 :]:
            apart = (one.start, one.end) != (other.start, other.end)
            if apart and len(thing) >= 4 and thing == same and _last_day(one.by) != _last_day(other.by):
                found.append((one, other))
    return found


def beyond_limit(task: Task) -> list[tuple[Deadline, Deadline]]:
    """Dates in a task's words that lie behind the time limit its bracket or its row sets for all of it."""
    whole = {task.title, task.text[:20]}
    limits = [d for d in task.deadlines if d.by and d.for_ in whole]
    later = [d for d in task.deadlines if d.by and is_by(d) and d.for_ not in whole]
    return [(d, limit) for limit in limits for d in later if _last_day(d.by) > _last_day(limit.by)]


def _thing(words: str) -> str:
    return re.sub(r"[^\u4e00-\u9fff\d%.]|全面|全部|基本|要|须|应|力争|确保|完成|到|之?前", "", words)


def _last_day(by: str | None) -> str:
    """The last day of a date of any precision: 2024 → 2024-12-31, 2024-02 → 2024-02-29."""
    parts = [int(part) for part in (by or "9999").split("-")]
    if len(parts) == 3:
        return by or ""
    year, month = parts[0], parts[1] if len(parts) == 2 else 12
    following = date(year + month // 12, month % 12 + 1, 1) if year < 9999 else date.max
    return date.fromordinal(following.toordinal() - 1).isoformat()


def _as_mark(number: str) -> str:
    return number if number.startswith(("（", "第")) else number + "、"


def _add(doubts: list[str], code: str) -> None:
    if code not in doubts:
        doubts.append(code)
