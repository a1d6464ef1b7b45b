"""The proof of the log, and that no state was written past it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.apps import apps

from lantian.office.loops.record import Looped
from lantian.office.people.actions import Break, verify_chain
from lantian.office.people.models import ActionLog

CHUNK = 5000


def audit() -> list[Break]:
    """Everything that is not as it was written: broken links of the chain first, then states past the log.

    A thing in a loop must be in the state its last logged row says, or, where none speaks of its state, in
    the loop's first one.
    """
    return [*verify_chain(), *sorted(_states(), key=lambda found: (found.number == 0, found.number))]


def looped_models() -> list[type[Looped]]:
    """Every kind of thing that goes through a loop."""
    return [model for model in apps.get_models() if issubclass(model, Looped)]


def _states() -> Iterator[Break]:
    by_label = {model._meta.label_lower: model for model in looped_models()}
    last: dict[tuple[str, str], tuple[int, str]] = {}
    rows = (
        ActionLog.objects.filter(target_type__in=list(by_label), after__contains='"state":')
        .order_by("number")
        .values_list("number", "target_type", "target_id", "after")
    )
    for number, label, key, after in rows.iterator(chunk_size=CHUNK):
        told = json.loads(after)
        if isinstance(told, dict) and isinstance(told.get("state"), str):
            last[label, key] = (number, told["state"])
    for label, model in by_label.items():
        for key, state in (
            model._base_manager.order_by("pk").values_list("pk", "state").iterator(chunk_size=CHUNK)
        ):
            number, logged = last.get((label, str(key)), (0, str(model.loop.start)))
            if state != logged:
                said = f"row {number} left it" if number else "no row moved it from"
                yield Break(number, f"{label} {key} is “{state}”, but {said} “{logged}”")
