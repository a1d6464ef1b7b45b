"""The office answers what rules ask: indicators, overdue duties, findings; lists whom they may be about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from lantian.assessment.consequences import Evidence, Figure, FindingFact, Rule, Subject, TaskFact
from lantian.assessment.consequences.facts import FINDING, REGION, TASK, UNIT
from lantian.office import indicators
from lantian.office.findings import catalogue
from lantian.office.findings.models import Finding
from lantian.office.findings.models import State as FindingState
from lantian.office.people.models import Unit
from lantian.office.plans.models import Deadline, Task
from lantian.office.plans.terms import DeadlineKind, Review, State
from lantian.office.regions.models import Region

LOOK_BACK = 400  # days: a finding older than this raises nothing any more


class OfficeFacts:
    """Facts of one day, within the subtree of one region (its path; empty for everything).

    What is asked twice is looked up once; one object serves one judging.
    """

    def __init__(self, on: date, within: str = "") -> None:
        self.on, self.within = on, within
        self._figures: dict[tuple[str, str, str, date, date], Figure] = {}
        self._findings: list[Finding] | None = None
        self._deadlines: list[tuple[Deadline, frozenset[str], frozenset[int]]] | None = None
        self.objects: dict[tuple[str, str], Any] = {}

    # --- whom rules may be about

    def subjects(self, rules: Iterable[Rule]) -> list[Subject]:
        """Everybody and everything the rules' kinds and levels can fall on."""
        wanted = list(rules)
        kinds = {rule.subject for rule in wanted}
        found: list[Subject] = []
        if REGION in kinds:
            levels = {level for rule in wanted if rule.subject == REGION for level in rule.levels}
            found += self._regions(levels)
        if UNIT in kinds:
            found += self._units()
        if TASK in kinds:
            found += self._tasks()
        if FINDING in kinds:
            found += self._finding_subjects()
        return found

    def _regions(self, levels: set[str]) -> Iterator[Subject]:
        regions = Region.objects.filter(path__startswith=self.within).order_by("path")
        for region in regions.filter(level__in=levels) if levels else regions.exclude(level="province"):
            yield self._keep(Subject(REGION, region.code, region.name, region.path, region.level), region)

    def _units(self) -> Iterator[Subject]:
        units = Unit.objects.filter(region__path__startswith=self.within).select_related("region")
        for unit in units.order_by("region__path", "pk"):
            yield self._keep(Subject(UNIT, str(unit.pk), unit.name, unit.region.path, unit.kind), unit)

    def _tasks(self) -> Iterator[Subject]:
        seen = set()
        for deadline, _paths, _units in self._overdue():
            if deadline.task_id in seen:
                continue
            seen.add(deadline.task_id)
            task = deadline.task
            for region in self._regions_left(task):
                if region.path.startswith(self.within):
                    name = f"{task}（{region.short or region.name}）"[:300]
                    subject = Subject(TASK, f"{task.pk}:{region.code}", name, region.path, region.level)
                    yield self._keep(subject, (task, region))

    def _regions_left(self, task: Task) -> list[Region]:
        """The regions that share a task and have not done their share; else that of the plan."""
        done = {share.region_id for share in task.shares.all() if share.state == State.DONE}
        bound = {
            region.pk: region
            for assignment in task.assignments.all()
            if assignment.collective
            for region in assignment.regions.all()
        }
        left = [region for pk, region in bound.items() if pk not in done]
        return sorted(left, key=lambda region: region.path) if bound else [task.plan.region]

    def _finding_subjects(self) -> Iterator[Subject]:
        for row in self._rows():
            if row.region.path.startswith(self.within):
                yield self._keep(Subject(FINDING, str(row.pk), str(row)[:300], row.region.path), row)

    def _keep(self, subject: Subject, thing: Any) -> Subject:
        self.objects[subject.kind, subject.key] = thing
        return subject

    # --- what rules ask

    def figure(self, code: str, subject: Subject, first: date, last: date) -> Figure:
        """An indicator through the office's one door."""
        key = (code, subject.kind, subject.key, first, last)
        if key not in self._figures:
            thing = self.objects[subject.kind, subject.key]
            whom = (
                indicators.Subject(region=thing) if subject.kind == REGION else indicators.Subject(unit=thing)
            )
            answer = indicators.ask(code, whom, indicators.Period(first, last))
            lines = tuple(
                Evidence(line.words, "" if line.value is None else str(line.value), line.url)
                for line in answer.lines
            )
            if not lines and answer.url:
                lines = (Evidence(str(indicators.known()[code].title), str(answer.value or ""), answer.url),)
            self._figures[key] = Figure(answer.value, answer.reason, lines, answer.verified, answer.among)
        return self._figures[key]

    def open_tasks(self, subject: Subject, on: date) -> Sequence[TaskFact]:
        """Dated duties not fulfilled on a day, of a region, a unit, or a task."""
        if subject.kind == TASK:
            task = self.objects[TASK, subject.key][0]
            rows = [row for row, _paths, _units in self._overdue() if row.task_id == task.pk]
        elif subject.kind == UNIT:
            rows = [row for row, _paths, units in self._overdue() if int(subject.key) in units]
        else:
            rows = [
                row
                for row, paths, _units in self._overdue()
                if any(path.startswith(subject.path) for path in paths)
            ]
        return [
            TaskFact(
                key=str(row.pk),
                words=f"{row.line}{row.what}",
                last_day=row.last_day,
                tags=frozenset(getattr(row.task, "tags", None) or ()),
                text=row.task.title,
                url=row.task.get_absolute_url(),
            )
            for row in rows
        ]

    def findings(self, subject: Subject, first: date, last: date) -> Sequence[FindingFact]:
        """Problems found of a region, of a unit, or the one finding; void ones are none."""
        return [
            FindingFact(
                key=str(row.pk),
                kind=row.kind,
                found_on=row.found_on,
                state=row.state,
                severity=row.severity,
                points=catalogue.points(row.found_on).for_one(row.severity, row.is_repeat),
                repeated=row.is_repeat,
                words=str(row),
                url=row.get_absolute_url(),
            )
            for row in self._rows()
            if first <= row.found_on <= last and self._belongs(row, subject)
        ]

    @staticmethod
    def _belongs(row: Finding, subject: Subject) -> bool:
        if subject.kind == FINDING:
            return str(row.pk) == subject.key
        if subject.kind == UNIT:
            return str(row.unit_id) == subject.key
        return bool(row.region.path.startswith(subject.path))

    def _rows(self) -> list[Finding]:
        if self._findings is None:
            rows = Finding.objects.exclude(state=FindingState.VOID).filter(
                found_on__range=(self.on - timedelta(days=LOOK_BACK), self.on)
            )
            rows = rows.filter(
                Q(region__path__startswith=self.within) | Q(unit__region__path__startswith=self.within)
            )
            self._findings = list(rows.select_related("region", "unit").order_by("found_on", "pk"))
        return self._findings

    def _overdue(self) -> list[tuple[Deadline, frozenset[str], frozenset[int]]]:
        """Deadlines that passed before the day and were not met on it, with the paths and units bound."""
        if self._deadlines is None:
            rows = (
                Deadline.objects.filter(task__isnull=False, kind=DeadlineKind.BY, last_day__lt=self.on)
                .filter(Q(met_on=None) | Q(met_on__gt=self.on))
                .exclude(task__state=State.DONE)
                .exclude(task__review=Review.REJECTED)
                .select_related("task__plan__region")
                .prefetch_related("task__assignments__regions", "task__shares")
                .order_by("task_id", "last_day", "pk")
            )
            self._deadlines = [(row, *self._bound(row.task)) for row in rows]
        return self._deadlines

    @staticmethod
    def _bound(task: Task) -> tuple[frozenset[str], frozenset[int]]:
        assignments = list(task.assignments.all())
        paths = {region.path for one in assignments for region in one.regions.all()} or {
            task.plan.region.path
        }
        return frozenset(paths), frozenset(one.unit_id for one in assignments if one.unit_id is not None)
