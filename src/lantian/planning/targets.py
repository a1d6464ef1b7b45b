"""Targets: which place holds itself to which number by when.

Every number that a clause compares is paired with the indicator named before it in the sentence; a
clause that only
gives a place and a number ("吕梁市稳定控制在28微克/立方米以下") takes the indicator of the clause
before. Numbers that
describe ("35蒸吨/小时以上燃煤锅炉", "低于10%的工序") are thresholds and no targets. Goals without a
written number
(全覆盖, 清零, 负增长) are targets too, marked `implied_value` or with value None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lantian.planning.fold import Folded, clause_end, fold_text
from lantian.planning.goals import stated_goals
from lantian.planning.implied import implied_goals
from lantian.planning.measures import find_measures
from lantian.planning.model import Meta, Passage, Target
from lantian.planning.places import find_places
from lantian.planning.sentences import Goal, Sentence, places_in, shifted
from lantian.planning.times import TimeMention, find_times, five_year_end
from lantian.planning.vocabulary import Mention, vocabulary

_SENTENCE = re.compile(r"[^。!?]+")
_GOALS = re.compile(r"目标|指标")
_LEADING_YEAR = re.compile(
    r"^(?:\d{1,2}[.、])?(?:[^,;:]{2,8}:|经过[^,]{2,8}努力,)?(?:力争)?(?:到|至)?(?P<y>20\d{2})年(?:度|底)?,"
)
_YEAR_PLAN = re.compile(
    r"(?<![\d-])(?<!\d年至)(?P<y>20\d{2})年(?:度)?[^,。:-]{0,30}?(?:计划|方案|要点|清单|任务)"
)
_EMISSION_NEAR = 60


@dataclass(frozen=True, slots=True)
class _Frame:
    """What holds for a whole passage: where it stands, and what the headings above it say."""

    passage: Passage
    folded: Folded
    region: str | None
    year: int | None
    regions: tuple[str, ...]
    by: str | None
    goals: bool  # the headings above say that goals stand here
    binding: str | None
    topic: list[Mention]


def find_targets(
    passages: Sequence[Passage], *, meta: Meta, headings: Mapping[tuple[str, ...], str] | None = None
) -> list[Target]:
    """The targets stated in `passages`.

    Parameters: passages, every numbered clause or paragraph in document order; meta, for the year and
    the place of
    the plan; headings, of clauses by path, those without words of their own included, and the title of
    an attachment
    under its label: a heading may name the places ("（一）市城区…指标"), say that goals are binding
    (约束性, 力争性),
    and a title the year (2024年行动计划). Returns targets in order, ids T01, T02, …; positions count from the
    passage's own `start`: `passage.text[target.start - passage.start:target.end - passage.start] ==
    target.quote`.
    """
    targets: list[Target] = []
    known = {path: heading for path, heading in (headings or {}).items() if heading}
    for passage in passages:
        path = tuple(passage.clause_path)
        if passage.heading:
            known.setdefault(path, passage.heading)
        above = [known[path[:n]] for n in range(1, len(path) + 1) if path[:n] in known]
        frame = _frame(passage, above, meta)
        for sentence in _SENTENCE.finditer(frame.folded.text):
            if frame.goals and (leading := _LEADING_YEAR.match(sentence.group())):
                frame = replace(frame, by=leading["y"])  # "2025年，…。优良天数…": of all that follows
            targets += _in_sentence(frame, sentence.start(), sentence.end())
    for number, target in enumerate(targets, 1):
        target.id = f"T{number:02d}"
    return targets


def _frame(passage: Passage, above: list[str], meta: Meta) -> _Frame:
    folded = fold_text(passage.text)
    headings = [fold_text(h).text for h in above]
    attached = bool(passage.clause_path) and passage.clause_path[0].startswith("附")
    title = fold_text((above[0] if above else "") if attached else meta.title or "").text
    named = _YEAR_PLAN.search(title)  # a plan of one year is due in that year
    year = int(named["y"]) if named else meta.year
    parts = headings[1:] if attached else headings
    binding = None
    for words in [*parts, folded.text[:12]]:
        if "力争性" in words:
            binding = "aspiration"
        elif vocabulary().constraint.search(words):
            binding = "constraint"
    regions: tuple[str, ...] = ()
    by = named["y"] if named else None
    goals = any(_GOALS.search(h) for h in parts)
    if goals:
        for heading in parts:
            regions = tuple(name for _, _, name in find_places(heading)) or regions
    topic = vocabulary().mentions(fold_text(passage.heading).text)
    return _Frame(passage, folded, meta.region, year, regions, by, goals, binding, topic)


def _in_sentence(frame: _Frame, start: int, end: int) -> list[Target]:
    text = frame.folded.text
    piece = text[start:end]
    times = [replace(t, start=t.start + start, end=t.end + start) for t in find_times(piece, year=frame.year)]
    local_times = find_times(piece, year=None)
    mentions = shifted(vocabulary().mentions(piece), start)
    sentence = Sentence(
        text=text,
        start=start,
        end=end,
        times=times,
        mentions=[m for m in mentions if not _is_emission(text, m)],
        measures=[
            replace(m, begin=m.begin + start, start=m.start + start, end=m.end + start, stop=m.stop + start)
            for m in find_measures(piece, local_times)
        ],
        places=places_in(text, start, end),
        topic=frame.topic,
    )
    stated = stated_goals(sentence)
    spans = [(g.start if g.value is None else min(g.at, g.end), g.end) for g in stated]
    goals = sorted([*stated, *implied_goals(sentence, spans)], key=lambda g: g.at)
    dates = _respective(sentence, goals)
    return [
        target
        for index, goal in enumerate(goals)
        for target in _targets(frame, sentence, goal, dates.get(index, _dates(times, goal)))
    ]


def _respective(sentence: Sentence, goals: Sequence[Goal]) -> dict[int, tuple[str, ...]]:
    """ "2024年、2025年分别淘汰1000辆、1500辆": a date each, by the goal's place in the list."""
    found: dict[int, tuple[str, ...]] = {}
    for index, goal in enumerate(goals):
        dates = _dates(sentence.times, goal)
        group = goals[index : index + len(dates)]
        alike = all((g.start, g.indicator) == (goal.start, goal.indicator) for g in group)
        if index in found or len(dates) < 2 or len(group) != len(dates) or not alike:
            continue
        if "分别" in sentence.text[sentence.start : goal.at] and len({g.value for g in group}) > 1:
            found |= {index + place: (date,) for place, date in enumerate(dates)}
    return found


def _is_emission(text: str, mention: Mention) -> bool:
    """Pollutants named before 排放量 are emissions, which have no code of their own."""
    if "concentration" not in mention.indicator.families:
        return False
    until = min(clause_end(text, mention.end), mention.end + _EMISSION_NEAR)
    return (
        bool(vocabulary().emission.search(text, mention.end, until))
        and "浓度" not in text[mention.start : until]
    )


def _targets(frame: _Frame, sentence: Sentence, goal: Goal, dates: tuple[str, ...]) -> Iterable[Target]:
    if goal.regions:
        regions = list(dict.fromkeys(goal.regions))
    elif frame.regions and not goal.whole:
        regions = list(frame.regions)
    else:
        regions = [frame.region] if frame.region else []
    start = goal.start
    for time in sentence.times:  # "2025年," before the clause belongs to the quote
        if time.end + 1 == start and sentence.text[time.end] == ",":
            start = time.start
    first, last = frame.folded.span(start, goal.end)
    for by in dates or (frame.passage.due or frame.by,):
        yield Target(
            quote=frame.passage.text[first:last],
            start=first + frame.passage.start,
            end=last + frame.passage.start,
            id="",
            clause_path=list(frame.passage.clause_path),
            region=regions,
            indicator=goal.indicator,
            comparator=goal.comparator,
            value=goal.value,
            unit=goal.unit,
            baseline=_baseline(goal.baseline, frame.year),
            by=by,
            binding=_binding(frame, sentence, goal),
            scope=goal.scope,
            implied_value=goal.implied,
        )


def _dates(times: Sequence[TimeMention], goal: Goal) -> tuple[str, ...]:
    """The last date written before the goal in its sentence; "2024、2025年" is two."""
    dated = [t for t in times if t.dates and t.end <= goal.at]
    return dated[-1].dates if dated else ()


def _binding(frame: _Frame, sentence: Sentence, goal: Goal) -> str:
    words = vocabulary()
    if goal.penalised and words.penalty.search(sentence.text, goal.end, sentence.end):
        return "constraint"
    if words.aspiration.search(sentence.text, sentence.clause(goal.at), goal.end):
        return "aspiration"
    return frame.binding or "unspecified"


def _baseline(written: str | None, year: int | None) -> str | None:
    if not written:
        return None
    if found := re.search(r"20\d{2}", written):
        return found.group()
    if found := re.search(r"十[一二三四五]", written):
        end = five_year_end(found.group())
        return str(end) if end else written
    return str(year - 1) if year else written
