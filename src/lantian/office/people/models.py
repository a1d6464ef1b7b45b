"""Users, units, the action log, and who failed to sign in."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.office.people.rules import Role, can
from lantian.office.people.scope import ScopedQuerySet
from lantian.office.regions.models import in_english


class UnitKind(models.TextChoices):
    """What a unit is."""

    DEPARTMENT = "department", _("Department")
    GOVERNMENT = "government", _("Government")
    COMMITTEE = "committee", _("Committee")
    ENTERPRISE = "enterprise", _("Enterprise")
    OTHER = "other", _("Other")


class Unit(models.Model):
    """Whoever a plan can make responsible: a department, a government, a committee, an enterprise."""

    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="units",
        verbose_name=_("region"),
    )
    kind = models.CharField(
        _("kind of unit"), max_length=12, choices=UnitKind.choices, default=UnitKind.DEPARTMENT
    )

    scope_region = "region__path"
    scope_unit = "pk"

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=["name", "region"], name="unit_of_a_region_once"),
            # NULLs differ from each other on SQLite: a unit of no region needs its own rule.
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(region=None), name="unit_of_no_region_once"
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the active language."""
        return self.name_en if in_english() and self.name_en else self.name


class User(AbstractUser):
    """Someone who signs in; what they see follows their region and unit, what they may do their role."""

    # One name, written as its bearer writes it: splitting 王建国 into first and last name helps no one.
    first_name = None
    last_name = None
    name = models.CharField(_("person's name"), max_length=80, blank=True)
    region = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        verbose_name=_("region"),
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="users", verbose_name=_("unit")
    )
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.COUNTY_OFFICER)
    must_change_password = models.BooleanField(_("must set a new password at next sign-in"), default=False)

    scope_region = "region__path"
    scope_unit = "unit_id"

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ("username",)

    def get_full_name(self) -> str:
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()

    def may(self, capability: str) -> bool:
        """Whether this person's role allows it."""
        return can(self, capability)


class OnlyAppend(models.QuerySet["ActionLog"]):
    """A log is written by `people.actions.record` and by nothing else."""

    def update(self, **kwargs: Any) -> int:
        raise TypeError("the action log is append-only")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("the action log is append-only")

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        raise TypeError("the action log is written by people.actions.record")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise TypeError("the action log is append-only")


class LogQuerySet(OnlyAppend, ScopedQuerySet["ActionLog"]):
    """Append-only, and read by who is asking."""


class ActionLog(models.Model):
    """One write: who did what to which thing, why, what it was before and after.

    Rows form a chain: `hash` covers every other column and the hash of the row before. `before` and `after`
    are kept as canonical JSON text, so that the text that was hashed is the text that is stored, on every
    database.
    """

    number = models.BigIntegerField(_("row of the log"), primary_key=True)
    at = models.DateTimeField(_("done at"))
    actor = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="actions",
        verbose_name=_("done by"),
        db_constraint=False,
    )
    actor_name = models.CharField(_("done by"), max_length=150)
    verb = models.CharField(_("what was done"), max_length=40)
    target_type = models.CharField(_("kind of thing"), max_length=60)
    target_id = models.CharField(_("key of the thing"), max_length=64)
    target_name = models.CharField(_("thing"), max_length=200)
    region_path = models.CharField(_("region"), max_length=120, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    before = models.TextField(_("value before"), blank=True)
    after = models.TextField(_("value after"), blank=True)
    request_id = models.CharField(_("number of the request"), max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64, editable=False)
    hash = models.CharField(max_length=64, editable=False)

    scope_region = "region_path"

    objects = LogQuerySet.as_manager()

    class Meta:
        verbose_name = _("recorded action")
        verbose_name_plural = _("action log")
        ordering = ("-number",)
        default_permissions = ("view",)
        indexes = (models.Index(fields=["target_type", "target_id"], name="log_of_a_thing"),)

    def __str__(self) -> str:
        return f"{self.number} {self.actor_name} {self.verb} {self.target_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        raise TypeError("the action log is written by people.actions.record, and never changed")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("the action log is append-only")

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        """(what, before, after) of every value that differs, for a history page."""
        before, after = (json.loads(text) if text else {} for text in (self.before, self.after))
        if not isinstance(before, dict) or not isinstance(after, dict):
            return [("", before, after)]
        keys = [*after, *(key for key in before if key not in after)]
        return [(key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]


class LogHead(models.Model):
    """The end of the chain: one row, locked by whoever appends, so that removing the last rows shows too."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    scope_exempt = "the lock and end mark of the log; never shown"

    class Meta:
        default_permissions = ()
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="one_head_of_the_log"),)


class FailedSignIn(models.Model):
    """A failed sign-in, kept for as long as it counts against the next try."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    name = models.CharField(max_length=150)
    address = models.GenericIPAddressField(null=True)

    scope_exempt = "counted by the sign-in throttle; never shown"

    class Meta:
        default_permissions = ()
