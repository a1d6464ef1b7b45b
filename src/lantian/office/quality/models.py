"""What is kept: runs of the screens, what they suspect, what people decided, and days that are taken out."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.office.people.scope import ScopedQuerySet

OPEN, ACCEPTED, VOIDED, CORRECTED, GONE = "open", "accepted", "voided", "corrected", "gone"


class Screening(models.Model):
    """One run of the screens over a span of days."""

    class State(models.TextChoices):
        RUNNING = "running", pgettext_lazy("a run of the screens", "running")
        DONE = "done", pgettext_lazy("a run of the screens", "finished")
        STOPPED = "stopped", pgettext_lazy("a run of the screens", "stopped")
        FAILED = "failed", pgettext_lazy("a run of the screens", "failed")

    state = models.CharField(_("State"), max_length=8, choices=State.choices, default=State.RUNNING)
    since = models.DateField(_("First day"), null=True)
    until = models.DateField(_("Last day"), null=True)
    started_at = models.DateTimeField(_("Started"), auto_now_add=True)
    ended_at = models.DateTimeField(_("Ended"), null=True)
    started_by = models.ForeignKey(
        "people.User", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Started by")
    )
    steps_done = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)
    stop_asked = models.BooleanField(default=False)
    data_version = models.PositiveIntegerField(_("Data version"), default=0)
    places = models.PositiveIntegerField(_("Places looked at"), default=0)
    found = models.PositiveIntegerField(_("Found"), default=0)
    added = models.PositiveIntegerField(_("Found for the first time"), default=0)
    trouble = models.CharField(max_length=300, blank=True)

    scope_exempt: ClassVar[str] = "says when the screens ran and how many they found; names no place"

    class Meta:
        ordering: ClassVar[Any] = ["-pk"]
        verbose_name = _("run of the screens")
        verbose_name_plural = _("runs of the screens")

    def __str__(self) -> str:
        return f"{self.since or '…'} – {self.until or '…'}"

    @property
    def share(self) -> int:
        """How much of it is done [%]."""
        return min(99, 100 * self.steps_done // self.steps) if self.steps else 0


class Suspicion(models.Model):
    """One thing that looks wrong, as the kernel's screens found it, and what became of it.

    `key` is the kernel's: a later run finds the same row again. `body` is the kernel's suspicion as plain
    data; the columns beside it are for filters. `items` holds the pollutants between blanks.
    """

    class State(models.TextChoices):
        OPEN = OPEN, pgettext_lazy("a suspicion", "open")
        VOIDED = VOIDED, pgettext_lazy("a suspicion", "declared invalid")
        CORRECTED = CORRECTED, pgettext_lazy("a suspicion", "corrected")
        ACCEPTED = ACCEPTED, pgettext_lazy("a suspicion", "accepted as right")
        GONE = GONE, pgettext_lazy("a suspicion", "found no longer")

    key = models.CharField(max_length=16, unique=True, editable=False)
    kind = models.CharField(max_length=40, editable=False)
    code = models.CharField(_("What is suspected"), max_length=24)
    place = models.CharField(_("Place in the store"), max_length=120, blank=True)
    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("Region")
    )
    station = models.ForeignKey(
        "monitoring.Station",
        null=True,
        on_delete=models.SET_NULL,
        related_name="suspicions",
        verbose_name=_("Station"),
    )
    items = models.CharField(_("Pollutants"), max_length=60)
    since = models.DateTimeField(_("First hour"))
    until = models.DateTimeField(_("Last hour"))
    hours = models.PositiveIntegerField(_("Hours"))
    certain = models.BooleanField(_("No other explanation"), default=False)
    body = models.JSONField(editable=False)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.OPEN)
    found_in = models.ForeignKey(
        Screening, on_delete=models.PROTECT, related_name="+", verbose_name=_("Found in")
    )
    seen_in = models.ForeignKey(
        Screening, on_delete=models.PROTECT, related_name="+", verbose_name=_("Last seen in")
    )
    found_at = models.DateTimeField(_("Found"), auto_now_add=True)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "region__path"

    class Meta:
        ordering: ClassVar[Any] = ["-until", "pk"]
        verbose_name = _("suspicion")
        verbose_name_plural = _("suspicions")
        indexes: ClassVar[Any] = [models.Index(fields=["state", "code"]), models.Index(fields=["place"])]

    def __str__(self) -> str:
        return f"{self.body.get('name') or self.place or self.region} {self.code} {self.since:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("quality:suspicion", args=[self.pk])

    @property
    def pollutants(self) -> tuple[str, ...]:
        """The pollutants it speaks of."""
        return tuple(self.items.split())

    @property
    def is_open(self) -> bool:
        """Whether a decision is awaited."""
        return bool(self.state == OPEN)


class Decision(models.Model):
    """What a person decided about a suspicion. `reviews` are the kernel's, as plain data.

    It is written as intended (`pending`) before the store of observations is touched, and closed in the same
    transaction as the log: what was cut short between the two is finished or dropped at the next decision.
    """

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("a decision", "being written")
        APPLIED = "applied", pgettext_lazy("a decision", "in force")

    class Verdict(models.TextChoices):
        ACCEPT = "accept", _("The data are right")
        VOID = "void", _("Invalid")
        CORRECT = "correct", pgettext_lazy("a decision", "Corrected")

    suspicion = models.ForeignKey(
        Suspicion, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("suspicion")
    )
    batch = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    state = models.CharField(_("State"), max_length=8, choices=State.choices, default=State.PENDING)
    verdict = models.CharField(_("Decision"), max_length=8, choices=Verdict.choices)
    reviews = models.JSONField(editable=False)
    reason = models.TextField(_("Reason"))
    made_by = models.ForeignKey(
        "people.User", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Decided by")
    )
    made_at = models.DateTimeField(_("Decided"), auto_now_add=True)
    version = models.PositiveIntegerField(_("Data version"), default=0)
    changed = models.PositiveIntegerField(_("Rows changed"), default=0)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "suspicion__region__path"

    class Meta:
        ordering: ClassVar[Any] = ["-pk"]
        verbose_name = _("decision about hours")
        verbose_name_plural = _("decisions about hours")

    def __str__(self) -> str:
        return f"{self.suspicion}: {self.get_verdict_display()}"


class EventList(models.Model):
    """An official list of days that are taken out for dust or another event, with its file."""

    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("Region")
    )
    name = models.CharField(_("File"), max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    document = models.CharField(_("Source document"), max_length=300, blank=True)
    refusals = models.JSONField(default=list, editable=False)
    uploaded_by = models.ForeignKey(
        "people.User", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Uploaded by")
    )
    uploaded_at = models.DateTimeField(_("Uploaded"), auto_now_add=True)

    objects = ScopedQuerySet.as_manager()
    # A city sees the province's list that names it, and of it its own entries.
    scope_region: ClassVar[tuple[str, ...]] = ("region__path", "entries__region__path")

    class Meta:
        ordering: ClassVar[Any] = ["-uploaded_at", "-pk"]
        verbose_name = _("list of days taken out")
        verbose_name_plural = _("lists of days taken out")

    def __str__(self) -> str:
        return self.document or self.name

    def get_absolute_url(self) -> str:
        return reverse("quality:day-list", args=[self.pk])

    @property
    def path(self) -> Path:
        """Where the file lies."""
        suffix = Path(self.name).suffix.lower()
        return Path(settings.DATA) / "files" / self.sha256[:2] / f"{self.sha256}{suffix}"


class EventQuerySet(ScopedQuerySet["EventEntry"]):
    """Entries, and which of them count."""

    def active(self) -> EventQuerySet:
        """Entries that were not withdrawn."""
        return self.filter(withdrawn_at=None)

    def within(self, first: date, last: date) -> EventQuerySet:
        """Entries that touch these days."""
        return self.filter(first__lte=last, last__gte=first)


class EventEntry(models.Model):
    """Days of one place on which some pollutants do not count, and for what."""

    event_list = models.ForeignKey(
        EventList, on_delete=models.PROTECT, related_name="entries", verbose_name=_("list of days taken out")
    )
    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("Region")
    )
    place = models.CharField(_("Place as written"), max_length=120)
    first = models.DateField(_("First day"))
    last = models.DateField(_("Last day"))
    items = models.CharField(_("Pollutants"), max_length=60)
    scopes = models.CharField(_("Taken out of"), max_length=30)
    reason = models.CharField(_("Reason"), max_length=300, blank=True)
    document = models.CharField(_("Source document"), max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(_("Withdrawn"), null=True)
    withdrawn_by = models.ForeignKey(
        "people.User", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("Withdrawn by")
    )
    withdrawn_reason = models.CharField(_("Why it was withdrawn"), max_length=300, blank=True)

    objects = EventQuerySet.as_manager()
    scope_region: ClassVar[str] = "region__path"

    class Meta:
        ordering: ClassVar[Any] = ["-first", "region__path", "pk"]
        verbose_name = _("days taken out")
        verbose_name_plural = _("days taken out")

    def __str__(self) -> str:
        return f"{self.place} {self.days}"

    @property
    def days(self) -> str:
        """The days in one word: `2026-03-22` or `2026-03-22..2026-03-23`."""
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"

    @property
    def pollutants(self) -> tuple[str, ...]:
        """The pollutants it takes out."""
        return tuple(self.items.split())

    @property
    def uses(self) -> tuple[str, ...]:
        """What it takes them out of: `concentration`, `aqi`."""
        return tuple(self.scopes.split())


def padded(names: Iterable[str]) -> str:
    """Names between blanks, so that each can be searched for as a whole word."""
    return f" {' '.join(names)} "
