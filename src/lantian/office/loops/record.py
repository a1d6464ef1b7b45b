"""The columns of a thing that goes through a loop."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.office.frame import clock
from lantian.office.loops.declaration import Loop


class Looped(models.Model):
    """A thing in a loop. `state`, `state_since` and `state_due` are written by `moving.move` alone."""

    loop: ClassVar[Loop]
    # What its moves ask about: read with the thing in one question.
    moved_with: ClassVar[tuple[str, ...]] = ()

    state = models.CharField(_("state of the work"), max_length=16, db_index=True)
    state_since = models.DateTimeField(_("In this state since"), default=clock.now)
    state_due = models.DateTimeField(_("To be moved on by"), null=True, blank=True)
    version = models.PositiveIntegerField(_("times moved"), default=1)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.state = self.state or self.loop.start
        super().save(*args, **kwargs)

    @property
    def state_label(self) -> str:
        """The state in the active language."""
        return str(self.loop.states(self.state).label)

    @property
    def is_closed(self) -> bool:
        """Whether nothing is left to be done."""
        return self.state in self.loop.closed

    @property
    def is_late(self) -> bool:
        """Whether its time limit has passed while it is still open."""
        return not self.is_closed and self.state_due is not None and self.state_due < clock.now()
