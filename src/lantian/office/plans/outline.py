"""The clause tree of a plan, from the sections and tasks of its reading. No database here.

The tree covers the whole text: what stands before, between or after the numbered parts gets a node without
a number, so that a page that shows every node shows every word of the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lantian.planning.model import Section, Task


@dataclass(eq=False, slots=True)
class Node:
    """A clause: its path as a document cites it, heading and span, and the clauses inside it."""

    path: tuple[str, ...]
    heading: str
    start: int
    end: int
    children: list[Node] = field(default_factory=list)
    parent: Node | None = None

    @property
    def number(self) -> str:
        """The clause's own number: 三, （一）, 12."""
        return self.path[-1] if self.path else ""

    @property
    def depth(self) -> int:
        """0 for a top part."""
        return 0 if self.parent is None else self.parent.depth + 1


def outline(sections: Sequence[Section], tasks: Sequence[Task], text: str) -> list[Node]:
    """The clauses in reading order, parents before children.

    Parameters
    ----------
    sections, tasks
        of the reading; a task whose item has no section of its own makes one
    text
        the document's text
    """
    nodes = [Node(tuple(s.path), s.heading or "", s.start, s.end) for s in sections]
    items: dict[tuple[str, ...], Node] = {}
    for task in tasks:
        path = tuple(task.clause_path)
        if any(n.path == path and n.start <= task.start < n.end for n in nodes):
            continue
        item = items.get(path)
        if item is None:
            items[path] = Node(path, task.title or "", task.start, task.end)
        else:
            item.start, item.end = min(item.start, task.start), max(item.end, task.end)
    nodes += items.values()
    nodes.sort(key=lambda n: (n.start, -n.end, len(n.path)))
    tops: list[Node] = []
    stack: list[Node] = []
    for node in nodes:
        while stack and not (node.start >= stack[-1].start and node.end <= stack[-1].end):
            stack.pop()
        if stack:
            node.parent = stack[-1]
            stack[-1].children.append(node)
        else:
            tops.append(node)
        stack.append(node)
    ordered: list[Node] = []
    for top in _with_gaps(tops, text):
        _preorder(top, ordered)
    return ordered


def outline_by_paths(sections: Sequence[Section], paths: Iterable[Sequence[str]]) -> list[Node]:
    """The clauses of a plan whose document's text is not there: by their paths, in the order they are named.

    Parameters
    ----------
    sections
        of the plan file
    paths
        of everything that stands in a clause; one that no section has gets a node of its own
    """
    nodes: dict[tuple[str, ...], Node] = {}
    for section in sections:
        path = tuple(section.path)
        nodes.setdefault(path, Node(path, section.heading or "", section.start, section.end))
    for named in paths:
        nodes.setdefault(tuple(named), Node(tuple(named), "", 0, 0))
    if not nodes:
        nodes[()] = Node((), "", 0, 0)
    tops: list[Node] = []
    for path, node in nodes.items():
        above = next((nodes[path[:n]] for n in range(len(path) - 1, 0, -1) if path[:n] in nodes), None)
        node.parent = above
        (above.children if above else tops).append(node)
    ordered: list[Node] = []
    for top in tops:
        _preorder(top, ordered)
    return ordered


def innermost(nodes: Sequence[Node], at: int) -> Node:
    """The innermost clause that holds a character of the text."""
    holding = [n for n in nodes if n.start <= at < n.end]
    return max(holding, key=lambda n: (n.depth, n.start)) if holding else nodes[0]


def own_spans(start: int, end: int, inside: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts of `start … end` outside the spans of its children: a clause's own words."""
    spans, at = [], start
    for child_start, child_end in sorted(inside):
        if child_start > at:
            spans.append((at, child_start))
        at = max(at, child_end)
    if at < end:
        spans.append((at, end))
    return spans


def _with_gaps(tops: list[Node], text: str) -> list[Node]:
    """The top parts, and a node without a number for the words around them."""
    gaps = own_spans(0, len(text), [(n.start, n.end) for n in tops])
    extra = [Node((), "", start, end) for start, end in gaps if text[start:end].strip()]
    return sorted([*tops, *extra], key=lambda n: n.start)


def _preorder(node: Node, into: list[Node]) -> None:
    into.append(node)
    for child in node.children:
        _preorder(child, into)
