"""Who may see leads of forged data: officers of the office with the capability, nobody else."""

from __future__ import annotations

from typing import Any

from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import ScopedQuerySet, is_enterprise


class LeadQuerySet(ScopedQuerySet[Any]):
    """Leads exist only for those who may check them; for everybody else there is nothing at their address."""

    def visible_to(self, user: Any) -> LeadQuerySet:
        """The leads of a person's scope; none without the capability, and none for an enterprise's people."""
        if not can(user, Capability.CHECK_LEADS) or is_enterprise(user):
            return self.none()
        return super().visible_to(user)  # type: ignore[return-value]
