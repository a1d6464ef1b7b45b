"""The plan file: everything a plan holds as one YAML file that a person can read, edit, diff and load.

`dump` writes it in a fixed order, without what is empty, under a header that says what each key means.
`load` is strict: every wrong key, type, value or repeated id is told with its line. `plan_yaml.py` holds the
reading of single values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import yaml

from lantian.planning import model
from lantian.planning.notes import Note
from lantian.planning.plan_yaml import (
    Fault,
    Key,
    PlanFileError,
    date_text,
    doubts,
    integer,
    mapping,
    number,
    one_of,
    path,
    root_of,
    sequence,
    span,
    text,
    texts,
    yes,
)

__all__ = ["KIND_MARK", "PlanFileError", "dump", "is_plan_file", "load", "load_with_names"]

VERSION = 1
ROLES = ("lead", "coop", "shared", "responsible")
BINDINGS = ("constraint", "aspiration", "unspecified")
COMPARATORS = (">=", "<=", ">", "<", "=", "increase", "decrease", "improve", "exit_bottom")
DEADLINE_KINDS = ("by", "from", "during", "recurring", "event")
CONSEQUENCES = ("halt", "stop_work", "load_cut", "deduct", "accountability", "no_honours", "talk", "other")
KIND_MARK = re.compile(r"\s*\[(from|during|recurring|event)\]\s*")

HEADER = """\
# A plan as Lantian keeps it. Edit it, compare it, load it: lantian office load-plan FILE
# 蓝天计划文件：可以编辑、比较，并用 lantian office load-plan 载入。
#
# clause: path of numbers as the document cites it, 三/（一）/12      words: exactly as written
# at: [first, last + 1] character of the words in the document; may be left out
# by: 2025, 2025-10 or 2025-10-31
# kind of a deadline: by (if left out), from, during, recurring, event
# role of a unit: lead, coop, shared, responsible      from: the id of the task a unit is inherited from
# comparator: >= <= > < = increase decrease improve exit_bottom
# binding: constraint, aspiration, unspecified
"""


def dump(plan: model.Plan, *, about: Sequence[str] = (), names: dict[str, str] | None = None) -> str:
    """The plan as the text of a plan file.

    Parameters
    ----------
    plan
        a reading, or what an office accepted of it
    about
        lines said in the header, such as what was not reviewed
    names
        names of units as written in the plan, and the full name of the unit a person said each one is

    Returns
    -------
    YAML, the same for the same plan on every machine; `load` gives the plan back, without its document's text
    """
    meta, document = plan.meta, plan.document
    data: dict[str, Any] = {
        "lantian_plan": VERSION,
        "meta": _full(
            title=meta.title, issuer=meta.issuer, doc_no=meta.doc_no, issued_date=meta.issued_date,
            region=meta.region, level=meta.level, year=meta.year, parent_docs=list(meta.parent_docs),
        ),
        "document": _full(name=document.name, kind=document.kind, sha256=document.sha256),
        "parts": [_part(part) for part in plan.parts],
        "clauses": [
            _full(path=_path(s.path), heading=s.heading, at=_at(s), doubts=list(s.doubts))
            for s in plan.sections
        ],
        "targets": [_target(target) for target in plan.targets],
        "tasks": [_task(task) for task in plan.tasks],
        "deadlines": [_deadline(d) for d in plan.other_deadlines],
        "consequences": [_consequence(c) for c in plan.consequences],
        "unit_names": dict(sorted((names or {}).items())),
        "notes": [str(note) for note in plan.notes],
    }  # fmt: skip
    lines = "".join(f"# {' '.join(line.split())}\n" for line in about)
    body = yaml.dump(
        {key: value for key, value in data.items() if value or key == "meta"},
        Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000_000,
    )  # fmt: skip
    return f"{HEADER}{'#' if lines else ''}\n{lines}{body}" if lines else HEADER + body


def is_plan_file(data: bytes) -> bool:
    """Whether a file says of itself that it is a plan file."""
    return re.search(rb"(?m)^lantian_plan\s*:", data) is not None


def load(data: bytes | str, name: str = "plan.yaml") -> model.Plan:
    """The plan of a plan file; its document has no text.

    Raises
    ------
    PlanFileError
        what is wrong, each with its line and key in `faults`; the message is the first of them
    """
    return load_with_names(data, name)[0]


def load_with_names(data: bytes | str, name: str = "plan.yaml") -> tuple[model.Plan, dict[str, str]]:
    """The plan of a plan file, and the full names of units that the file gives for names in the plan."""
    faults: list[Fault] = []
    found = mapping(root_of(data, name), _PLAN, faults, "")
    plan = _plan(found, name) if not faults else None
    if plan is not None:
        faults += _references(found)
    if plan is None or faults:
        raise PlanFileError(name, faults)
    return plan, dict(found["unit_names"] or {})


# --- writing
# -----------------------------------------------------------------------------------------------


class _Dumper(yaml.SafeDumper):
    """Several lines of words stand as lines; nothing is written as a reference to another place."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _words(dumper: yaml.SafeDumper, words: str) -> yaml.ScalarNode:
    style = "|" if "\n" in words and not words[:1].isspace() else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", words, style=style)


def _row(dumper: yaml.SafeDumper, row: tuple[Any, ...]) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", list(row), flow_style=True)


_Dumper.add_representer(str, _words)
_Dumper.add_representer(tuple, _row)  # a tuple is a short list on one line: [120, 455]


def _full(**values: Any) -> dict[str, Any]:
    """The values that say something, `from_` written as `from`."""
    return {
        key.rstrip("_"): value
        for key, value in values.items()
        if value is not None and value is not False and value not in ("", [], ())
    }


def _at(item: Any) -> tuple[int, int] | None:
    return (item.start, item.end) if item.start or item.end else None


def _path(parts: Sequence[str]) -> str | list[str]:
    return list(parts) if any("/" in part or not part for part in parts) else "/".join(parts)


def _value(value: float | None) -> float | int | None:
    return int(value) if value is not None and float(value).is_integer() else value


def _part(part: model.Part) -> dict[str, Any]:
    return _full(label=part.label, title=part.title, kind=part.kind, at=_at(part), year=part.meta.year)


def _target(t: model.Target) -> dict[str, Any]:
    return _full(
        id=t.id, clause=_path(t.clause_path), words=t.quote, at=_at(t), regions=list(t.region),
        indicator=t.indicator, comparator=t.comparator, value=_value(t.value), unit=t.unit,
        baseline=t.baseline, by=t.by, binding=t.binding, scope=t.scope, implied_value=t.implied_value,
        doubts=list(t.doubts),
    )  # fmt: skip


def _task(t: model.Task) -> dict[str, Any]:
    return _full(
        id=t.id, number=t.number, clause=_path(t.clause_path), title=t.title, text=t.text, at=_at(t),
        paragraphs=t.sub_paragraphs if t.sub_paragraphs != 1 else None, regions=list(t.regions),
        units=[_full(name=u.unit, role=u.role, at=_at(u), doubts=list(u.doubts)) for u in t.responsible],
        inherited=[_full(name=i.unit, from_=i.source) for i in t.inherited],
        deadlines=[_deadline(d) for d in t.deadlines],
        quantities=[
            _full(
                words=q.quote, at=_at(q), value=_value(q.value), unit=q.unit, comparator=q.comparator,
                what=q.what, doubts=list(q.doubts),
            )
            for q in t.quantities
        ],
        doubts=list(t.doubts),
    )  # fmt: skip


def _deadline(d: model.Deadline) -> dict[str, Any]:
    mark = KIND_MARK.match(d.for_ or "")
    return _full(
        words=d.quote, at=_at(d), kind=mark[1] if mark else None, by=d.by,
        for_=d.for_[mark.end() :].strip() if mark else d.for_, doubts=list(d.doubts),
    )  # fmt: skip


def _consequence(c: model.Consequence) -> dict[str, Any]:
    return _full(
        id=c.id, clause=_path(c.clause_path), task=c.task_id, words=c.quote, at=_at(c), if_=c.if_,
        then=c.then, kind=c.kind, amount=_value(c.amount), unit=c.unit, from_=c.from_, season=c.season,
        doubts=list(c.doubts),
    )  # fmt: skip


# --- reading
# -----------------------------------------------------------------------------------------------


def _all(keys: dict[str, Key]) -> Callable[..., Any]:
    return lambda node, faults, where: sequence(node, keys, faults, where)


def _names(node: yaml.Node, faults: list[Fault], where: str) -> dict[str, str]:
    """A mapping of free names to texts."""
    if not isinstance(node, yaml.MappingNode):
        raise ValueError("names are written as `name: full name`, one a line")
    keys = {str(key.value): Key(text) for key, _ in node.value}
    return {k: v for k, v in mapping(node, keys, faults, where).items() if v is not None}


_WORDS = {"words": Key(text), "at": Key(span), "doubts": Key(doubts)}
_DEADLINE = {
    **_WORDS, "kind": Key(one_of(DEADLINE_KINDS)), "by": Key(date_text), "for": Key(text),
}  # fmt: skip
_QUANTITY = {
    **_WORDS, "value": Key(number), "unit": Key(text), "what": Key(text),
    "comparator": Key(one_of(COMPARATORS), needed=True),
}  # fmt: skip
_UNIT = {
    "name": Key(text, needed=True), "role": Key(one_of(ROLES), needed=True), "at": Key(span),
    "doubts": Key(doubts),
}  # fmt: skip
_TASK = {
    "id": Key(text, needed=True, unique=True), "number": Key(text), "clause": Key(path), "title": Key(text),
    "text": Key(text, needed=True), "at": Key(span), "paragraphs": Key(integer), "regions": Key(texts),
    "units": Key(_all(_UNIT), nested=True),
    "inherited": Key(
        _all({"name": Key(text, needed=True), "from": Key(text, needed=True)}), nested=True
    ),
    "deadlines": Key(_all(_DEADLINE), nested=True), "quantities": Key(_all(_QUANTITY), nested=True),
    "doubts": Key(doubts),
}  # fmt: skip
_TARGET = {
    "id": Key(text, needed=True, unique=True), "clause": Key(path), **_WORDS, "regions": Key(texts),
    "indicator": Key(text, needed=True), "comparator": Key(one_of(COMPARATORS), needed=True),
    "value": Key(number), "unit": Key(text), "baseline": Key(text), "by": Key(date_text),
    "binding": Key(one_of(BINDINGS)), "scope": Key(text), "implied_value": Key(yes),
}  # fmt: skip
_CONSEQUENCE = {
    "id": Key(text, needed=True, unique=True), "clause": Key(path), "task": Key(text), **_WORDS,
    "if": Key(text), "then": Key(text), "kind": Key(one_of(CONSEQUENCES), needed=True),
    "amount": Key(number), "unit": Key(text), "from": Key(date_text), "season": Key(text),
}  # fmt: skip
_META = {
    "title": Key(text), "issuer": Key(text), "doc_no": Key(text), "issued_date": Key(date_text),
    "region": Key(text), "level": Key(text), "year": Key(integer), "parent_docs": Key(texts),
}  # fmt: skip
_PART = {
    "label": Key(text), "title": Key(text), "kind": Key(text), "at": Key(span), "year": Key(integer),
}  # fmt: skip
_PLAN = {
    "lantian_plan": Key(one_of((str(VERSION),)), needed=True),
    "meta": Key(lambda node, faults, where: mapping(node, _META, faults, where), needed=True, nested=True),
    "document": Key(
        lambda node, faults, where: mapping(
            node, {"name": Key(text), "kind": Key(text), "sha256": Key(text)}, faults, where
        ),
        nested=True,
    ),
    "parts": Key(_all(_PART), nested=True),
    "clauses": Key(
        _all(
            {
                "path": Key(path, needed=True),
                "heading": Key(text),
                "at": Key(span),
                "doubts": Key(doubts),
            }
        ),
        nested=True,
    ),
    "targets": Key(_all(_TARGET), nested=True),
    "tasks": Key(_all(_TASK), nested=True),
    "deadlines": Key(_all(_DEADLINE), nested=True),
    "consequences": Key(_all(_CONSEQUENCE), nested=True),
    "unit_names": Key(_names, nested=True),
    "notes": Key(texts),
}


def _references(found: dict[str, Any]) -> list[Fault]:
    """Names of tasks that no task has."""
    tasks = {task["id"] for task in found["tasks"] or ()}
    named = [
        (unit["from"], unit["lines"]["from"], f"tasks[{i}].inherited[{j}].from")
        for i, task in enumerate(found["tasks"] or ())
        for j, unit in enumerate(task["inherited"] or ())
    ]
    named += [
        (c["task"], c["lines"]["task"], f"consequences[{i}].task")
        for i, c in enumerate(found["consequences"] or ())
        if c["task"] is not None
    ]
    return [
        Fault(line, key, f'no task has the id "{name}"') for name, line, key in named if name not in tasks
    ]


def _plan(found: dict[str, Any], name: str) -> model.Plan:
    meta, document = found["meta"], found["document"] or {}
    known = {key: meta[key] for key in _META if key != "parent_docs"}
    whole = model.Meta(**known, parent_docs=list(meta["parent_docs"] or ()))
    return model.Plan(
        document=model.Document(
            name=document.get("name") or name, kind=document.get("kind") or "yaml", text="",
            sha256=document.get("sha256") or "",
        ),
        meta=whole,
        sections=[
            model.Section(list(c["path"]), c["heading"] or "", *_ends(c), doubts=_list(c, "doubts"))
            for c in found["clauses"] or ()
        ],
        targets=[_read_target(t) for t in found["targets"] or ()],
        tasks=[_read_task(t) for t in found["tasks"] or ()],
        other_deadlines=[_read_deadline(d) for d in found["deadlines"] or ()],
        notes=[Note(note) for note in found["notes"] or ()],
        consequences=[_read_consequence(c) for c in found["consequences"] or ()],
        parts=[
            model.Part(
                p["label"], p["title"] or "", p["kind"] or ("attachment" if p["label"] else "body"),
                *_ends(p), model.Meta(title=p["title"], year=p["year"]),
            )
            for p in found["parts"] or ()
        ],
    )  # fmt: skip


def _ends(item: dict[str, Any]) -> tuple[int, int]:
    return tuple(item["at"]) if item["at"] else (0, 0)


def _list(item: dict[str, Any], key: str) -> list[Any]:
    return list(item[key] or ())


def _read_target(t: dict[str, Any]) -> model.Target:
    return model.Target(
        t["words"] or "", *_ends(t), t["id"], list(t["clause"] or ()), _list(t, "regions"), t["indicator"],
        t["comparator"], t["value"], t["unit"], t["baseline"], t["by"], t["binding"] or "unspecified",
        t["scope"], bool(t["implied_value"]), _list(t, "doubts"),
    )  # fmt: skip


def _read_task(t: dict[str, Any]) -> model.Task:
    inherited: Iterable[dict[str, Any]] = t["inherited"] or ()
    return model.Task(
        t["id"], t["number"] or "", list(t["clause"] or ()), t["title"], t["text"], *_ends(t),
        responsible=[
            model.Unit(u["name"], u["role"], *_ends(u), doubts=_list(u, "doubts")) for u in t["units"] or ()
        ],
        deadlines=[_read_deadline(d) for d in t["deadlines"] or ()],
        quantities=[
            model.Quantity(
                q["words"] or "", *_ends(q), q["value"], q["unit"] or "", q["comparator"], q["what"] or "",
                doubts=_list(q, "doubts"),
            )
            for q in t["quantities"] or ()
        ],
        regions=_list(t, "regions"), sub_paragraphs=1 if t["paragraphs"] is None else t["paragraphs"],
        inherited=[model.Inherited(i["name"], i["from"]) for i in inherited], doubts=_list(t, "doubts"),
    )  # fmt: skip


def _read_deadline(d: dict[str, Any]) -> model.Deadline:
    kind, what = d["kind"] or "by", d["for"] or ""
    for_ = what if kind == "by" else f"[{kind}] {what}".strip()
    return model.Deadline(d["words"] or "", *_ends(d), d["by"], for_, doubts=_list(d, "doubts"))


def _read_consequence(c: dict[str, Any]) -> model.Consequence:
    return model.Consequence(
        c["words"] or "", *_ends(c), c["id"], c["task"], list(c["clause"] or ()), c["if"] or "",
        c["then"] or "", c["kind"], c["amount"], c["unit"], c["from"], c["season"], _list(c, "doubts"),
    )  # fmt: skip
