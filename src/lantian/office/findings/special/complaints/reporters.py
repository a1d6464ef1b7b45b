"""Who complained: kept sealed, opened by two roles, each time with a reason and a row of the log."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.findings.special.complaints.models import Complaint, Reporter
from lantian.office.findings.special.complaints.sealing import seal, unseal
from lantian.office.people.actions import record
from lantian.office.people.rules import may_read_reporter
from lantian.office.people.scope import get_visible_or_404

READ = "read_reporter"


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """A complainant. It has no `repr`: a traceback or a log line must not carry it."""

    name: str = ""
    phone: str = ""
    id_number: str = ""
    address: str = ""
    account: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nobody is named."""
        return not any(getattr(self, field.name).strip() for field in fields(self))

    def __repr__(self) -> str:
        return "<Identity>"


def keep(complaint: Complaint, identity: Identity) -> None:
    """Seal an identity beside its complaint, in the transaction that records the complaint."""
    text = json.dumps(
        {k: v.strip()[:200] for k, v in asdict(identity).items() if v.strip()}, ensure_ascii=False
    )
    Reporter.objects.create(complaint=complaint, sealed=seal(text, complaint.number))


def read(actor: Any, complaint: Complaint, reason: str) -> Identity:
    """Open an identity. The log row says who read which complaint's name and why, and not the name.

    Raises
    ------
    PermissionDenied
        the person has neither of the two roles, or is a superuser
    LantianError
        the reason is missing, the complaint has no name, or the sealed text does not open
    Http404
        the complaint lies outside the person's scope
    """
    person = getattr(actor, "user", actor)
    if not may_read_reporter(person):
        raise PermissionDenied
    row = get_visible_or_404(Complaint, person, pk=complaint.pk)
    if len(reason.strip()) < 4:
        raise LantianError(
            _("reading a complainant's name needs a reason"), remedy=_("Say in a few words what it is for.")
        )
    with transaction.atomic():
        # Written first: a reading that cannot be logged does not take place.
        record(actor, READ, row, reason=reason.strip())
        kept = Reporter.objects.filter(complaint=row).first()
        if kept is None:
            raise LantianError(_("this complaint names nobody"))
        return Identity(**json.loads(unseal(kept.sealed, row.number)))
