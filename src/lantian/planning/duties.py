"""Which passages of a plan are tasks, and who is bound to them.

Under an arabic number everything up to a bracket of responsibility is one task; a second or third bracketed
passage under the number is a task of its own (12b, 12c). Where there are no arabic numbers each paragraph
that ends in such a bracket is a task, and several brackets in a paragraph are several tasks. A part without
brackets has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lantian.planning.clean import CleanText
from lantian.planning.marks import fold
from lantian.planning.model import Unit
from lantian.planning.notes import Note
from lantian.planning.responsibility import Bracket, find_responsibility
from lantian.planning.structure import Clause, Part, Skeleton

_NO_DUTIES = re.compile(
    r"总体要求|指导思想|总体思路|基本原则|工作原则|工作思路|目标|编制依据|基本情况|现状|形势|工作要求|保障措施|组织保障|组织实施|组织领导|保障机制|工作机制|附则"
)


@dataclass(slots=True)
class Duty:
    """A task before its deadlines and quantities are found; spans are of the clean text."""

    number: str
    path: list[str]
    title: str | None
    start: int
    end: int
    body: list[tuple[int, int]]
    units: list[Unit] = field(default_factory=list)
    times: list[tuple[int, int]] = field(default_factory=list)
    standing: list[Unit] = field(default_factory=list)
    identity: str = ""
    siblings: int = 1


@dataclass(slots=True)
class Duties:
    """All tasks, the paragraphs that belong to none of them, and what a reviewer must know."""

    tasks: list[Duty] = field(default_factory=list)
    others: list[tuple[Clause, list[tuple[int, int]]]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    brackets: int = 0
    unread: list[tuple[int, int]] = field(default_factory=list)  # brackets, spans of the clean text


@dataclass(slots=True)
class _Piece:
    """A paragraph of a group, with its brackets and, where it opens a sub-item, its clause."""

    start: int
    end: int
    clause: Clause
    brackets: list[Bracket]
    opens: bool


def find_duties(clean: CleanText, skeleton: Skeleton, document: str) -> Duties:
    """Find the tasks of a plan.

    Parameters
    ----------
    clean, skeleton
        the words and their parts
    document
        the document's text, to see where units were listed with spaces between them
    """
    return _Finder(clean, skeleton, document).find()


class _Finder:
    def __init__(self, clean: CleanText, skeleton: Skeleton, document: str) -> None:
        self.clean, self.skeleton, self.document = clean, skeleton, document
        self.folded = fold(clean.text)
        self.result = Duties()
        self.at = {span: self._brackets(*span) for clause in skeleton.clauses() for span in clause.paragraphs}

    def find(self) -> Duties:
        result = self.result
        result.brackets = sum(b.reading is not None for found in self.at.values() for b in found)
        for found in self.at.values():
            for bracket in found:
                if bracket.reading is None:
                    words = self.clean.text[bracket.start : bracket.end]
                    result.unread.append((bracket.start, bracket.end))
                    result.notes.append(Note.of("unread_bracket", words=words))
        unread = len(result.notes)
        for part in self.skeleton.parts:
            for group in _chapters(part):
                self._chapter(group)
        if not result.brackets and result.tasks:
            result.notes.insert(unread, Note.of("no_brackets"))
        return result

    def _brackets(self, start: int, end: int) -> list[Bracket]:
        def gap(place: int) -> bool:
            i = start + place
            between = self.document[self.clean.offsets[i - 1] + 1 : self.clean.offsets[i]] if i else ""
            return any(c in " \t\u3000\u00a0" for c in between) and "\n" not in between

        return find_responsibility(self.folded[start:end], self.clean.text[start:end], offset=start, gap=gap)

    def _read(self, clause: Clause) -> int:
        return sum(b.reading is not None for span in clause.paragraphs for b in self.at[span])

    def _chapter(self, clauses: list[Clause]) -> None:
        """One first-level clause with everything under it."""
        bound = any(self._read(c) for c in clauses)
        if not bound and (self.result.brackets or any(_NO_DUTIES.search(c.heading) for c in clauses[:1])):
            self.result.others += [(c, list(c.paragraphs)) for c in clauses]
            return
        arabic = any(c.rank == 3 for c in clauses)
        i = 0
        while i < len(clauses):
            clause = clauses[i]
            group = [clause]
            i += 1
            if clause.rank >= 3:
                while i < len(clauses) and clauses[i].rank > clause.rank:
                    group.append(clauses[i])
                    i += 1
                self._item(group)
            elif not self.result.brackets and not arabic and clause.rank == 2:
                self._item(group)
            else:
                self._paragraphs(clause)

    def _item(self, group: list[Clause]) -> None:
        """An arabic item with its sub-items: split behind each bracket."""
        head = group[0]
        pieces = [
            _Piece(
                s, e, clause, [b for b in self.at.get((s, e), []) if b.reading], n == 0 and clause is not head
            )
            for clause in group
            for n, (s, e) in enumerate(_words_of(clause, head))
        ]
        for piece in pieces:
            if piece.opens:
                piece.start = piece.clause.start
        tasks = self._split(pieces, head)
        if not tasks and head.heading:
            # A heading and nothing under it is the duty itself.
            tasks = [Duty("", list(head.path), None, head.start, head.head[1], [head.head])]
        if self.result.brackets and not any(duty.units for duty in tasks):
            self.result.notes.append(Note.of("no_units", item="".join(head.path)))
        self._number(tasks, head)

    def _paragraphs(self, clause: Clause) -> None:
        """Unnumbered paragraphs of a clause: each that holds a bracket is a task or several."""
        rest: list[tuple[int, int]] = []
        tasks: list[Duty] = []
        own = bool(
            clause.inline and clause.paragraphs and any(b.reading for b in self.at[clause.paragraphs[0]])
        )
        for n, (start, end) in enumerate(clause.paragraphs):
            found = [b for b in self.at[(start, end)] if b.reading]
            if not found:
                rest.append((start, end))
                continue
            pieces = [_Piece(start, end, clause, found, False)]
            if rest and not self._says(start, found[0].start):
                # The bracket stands in a paragraph of its own: it closes the paragraph before it.
                pieces.insert(0, _Piece(*rest.pop(), clause, [], False))
            made = self._split(pieces, clause)
            if made and not (own and n == 0):
                made[0].title, made[0].start = None, made[0].body[0][0]
            tasks += made
        self._number(tasks, clause, by_position=not own)
        self.result.others.append((clause, rest))

    def _says(self, start: int, end: int) -> bool:
        return bool(self.folded[start:end].strip("。；，、 \n."))

    def _split(self, pieces: list[_Piece], head: Clause) -> list[Duty]:
        """Cut a run of paragraphs behind each bracket."""
        tasks: list[Duty] = []
        body: list[tuple[int, int]] = []
        opened: list[Clause] = []
        for piece in pieces:
            at = piece.start
            if piece.opens:
                opened.append(piece.clause)
            for n, bracket in enumerate(piece.brackets):
                at = self._skip(at, bracket.start)
                if bracket.start > at:
                    body.append((at, bracket.start))
                at = bracket.end
                if not body and not tasks and head.heading:
                    # `1.每月通报排名。（某局负责）`: the heading is all there is.
                    body.append(head.head)
                if not body and tasks:
                    tasks[-1].end = bracket.end
                    self._bind(tasks[-1], bracket)
                elif body:
                    tasks.append(self._close(body, opened, head, bracket, n=len(tasks)))
                    body, opened = [], []
                if tasks and not body and n + 1 == len(piece.brackets):
                    at = self._after(tasks[-1], bracket.end, piece.end)
            at = self._skip(at, piece.end)
            if piece.end > at:
                body.append((at, piece.end))
        if body and not tasks:
            tasks.append(
                Duty("", list(head.path), head.heading or None, head.start, body[-1][1], _tidy(body))
            )
        elif body:
            self.result.others.append((head, body))
            words = self.clean.text[body[0][0] : body[0][0] + 20].partition("\n")[0]
            self.result.notes.append(Note.of("no_task", clause="".join(head.path), words=words))
        return tasks

    def _close(
        self, body: list[tuple[int, int]], opened: list[Clause], head: Clause, bracket: Bracket, *, n: int
    ) -> Duty:
        """The duty a bracket closes: of the one sub-item it stands in, else of the item."""
        whole = _tidy(body)
        duty = Duty("", list(head.path), None, whole[0][0], bracket.end, whole)
        if len(opened) == 1 and whole[0][0] == opened[0].start:
            child = opened[0]
            duty.path, duty.title = list(child.path), child.heading or None
            first = child.paragraphs[0][0] if child.paragraphs else child.head[0]
            duty.body = [(max(s, first), e) for s, e in whole if e > first] or [child.head]
            duty.title = None if duty.body == [child.head] else duty.title
        elif not n and head.heading and whole != [head.head]:
            duty.title, duty.start = head.heading, head.start
        last = self.folded[duty.body[-1][1] - 1]
        behind = self.folded[bracket.end : bracket.end + 1]
        if behind in {"。", "；"} and last not in "。；！？":
            # A full stop behind the bracket ends the sentence before it.
            duty.body.append((bracket.end, bracket.end + 1))
            duty.end = bracket.end + 1
        self._bind(duty, bracket)
        return duty

    def _skip(self, at: int, end: int) -> int:
        while at < end and self.folded[at] in "。；，、 \n.":
            at += 1
        return at

    def _after(self, duty: Duty, at: int, end: int) -> int:
        """Words behind the last bracket of a paragraph belong to the duty the bracket closed."""
        if self._says(at, end):
            begin = self._skip(at, end) if self.folded[at] in "。；" else at
            duty.body.append((begin, end))
            duty.end = end
        return end

    def _bind(self, duty: Duty, bracket: Bracket) -> None:
        if bracket.reading:
            duty.units += [u for u in bracket.reading.units if u not in duty.units]
            duty.times += bracket.reading.times
            duty.standing += bracket.reading.standing

    def _number(self, tasks: list[Duty], head: Clause, *, by_position: bool = False) -> None:
        own = head.path[-1] if head.path else ""
        counts: dict[tuple[str, ...], int] = {}
        for i, duty in enumerate(tasks, 1):
            if by_position:
                duty.path, duty.number = [*head.path, str(i)], str(i)
                duty.identity = f"{''.join(head.path)}-{i}"
                continue
            n = counts.get(tuple(duty.path), 0)
            counts[tuple(duty.path)] = n + 1
            below = "".join(duty.path[len(head.path) :])
            duty.number = own + below + (_letter(n) if n else "")
            duty.identity = "".join(head.path[:-1]) + duty.number
        if tasks and not by_position:
            tasks[0].siblings = len(tasks)
        self.result.tasks += tasks


def _words_of(clause: Clause, head: Clause) -> list[tuple[int, int]]:
    """The paragraphs of a clause; of a sub-item that is all heading, the heading."""
    return clause.paragraphs or ([] if clause is head else [clause.head])


def _letter(n: int) -> str:
    return chr(ord("a") + n) if n < 26 else f".{n + 1}"


def _tidy(body: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that stand side by side."""
    joined: list[tuple[int, int]] = []
    for start, end in body:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _chapters(part: Part) -> list[list[Clause]]:
    """Clauses of a part, grouped under their first-level numbers."""
    top = min((c.rank for c in part.clauses if c.mark), default=-1)
    groups: list[list[Clause]] = []
    for clause in part.clauses:
        if not groups or (clause.mark and clause.rank == top and top < 3):
            groups.append([])
        groups[-1].append(clause)
    return groups
