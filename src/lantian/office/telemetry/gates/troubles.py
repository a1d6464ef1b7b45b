"""Problems that gates open: passes not allowed of an enterprise on a day, a silent gate; each once."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Subquery
from django.db.models.functions import TruncDate
from django.utils import translation
from django.utils.translation import gettext as _

from lantian.office.findings.models import Source
from lantian.office.findings.recording import NewFinding, record_once
from lantian.office.frame import clock
from lantian.office.ledgers.vehicles.gate_system import GateState, GateSystem
from lantian.office.people.actions import record
from lantian.office.telemetry.gates import rules
from lantian.office.telemetry.gates.models import GateKey, GatePass, GateTrouble, TroubleKind
from lantian.rulebook import Rule, load

PLATES = 6
"""Named in the words of a problem."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a run did: problems opened, passes noted in open ones, gates that are back."""

    opened: int = 0
    grown: int = 0
    back: int = 0


def refresh() -> Done:
    """Open what is to be opened. The same again changes nothing.

    Rules: `telemetry.gates.finding_passes`, `.finding_days`, `.finding_kinds`, `.silent_hours`.
    """
    with translation.override(settings.LANGUAGE_CODE):
        opened, grown = _passes()
        silent, back = _silent()
    return Done(opened + silent, grown, back)


def _rule(name: str) -> Rule:
    return load().rule(f"telemetry.gates.{name}", on=clock.today())


def _passes() -> tuple[int, int]:
    """Passes not allowed: one problem an enterprise and local day."""
    first = clock.now() - timedelta(days=_rule("finding_days").integer)
    rows = (
        GatePass.objects.filter(allowed=False, at__gte=first)
        .annotate(day=TruncDate("at", tzinfo=rules.CHINA))
        .order_by()
        .values("gate__enterprise", "gate", "day")
        .annotate(n=Count("pk"))
    )
    days: dict[tuple[int, date], list[tuple[int, int]]] = defaultdict(list)
    for row in rows:
        days[row["gate__enterprise"], row["day"]].append((row["n"], row["gate"]))
    keys = {f"passes|{firm}|{day}": (firm, day, gates) for (firm, day), gates in days.items()}
    known = {row.key: row for row in GateTrouble.objects.filter(key__in=keys).select_related("finding")}
    least, oldest = _rule("finding_passes").integer, first.astimezone(rules.CHINA).date()
    opened = grown = 0
    for key, (_firm, day, gates) in sorted(keys.items()):
        count = sum(n for n, _gate in gates)
        trouble = known.get(key)
        if trouble is None and count >= least:
            _most, pk = max(gates)
            gate = GateSystem.objects.select_related("enterprise", "region", "unit").get(pk=pk)
            opened += _open(key, TroubleKind.PASSES, gate, day, count)
        # Of the oldest day only a part is looked at: it can have grown, not shrunk.
        elif trouble is not None and count > trouble.count and day > oldest:
            grown += _grow(trouble, count)
    return opened, grown


def _silent() -> tuple[int, int]:
    """Gates with a key in force that sent nothing for too long; and those that came back."""
    since = rules.silent_since()
    newest = GatePass.objects.filter(gate=OuterRef("pk")).order_by("-at").values("at")[:1]
    made = GateKey.objects.filter(gate=OuterRef("pk"), revoked_at=None).order_by()
    gates = (
        GateSystem.objects.filter(Exists(made), withdrawn=False, status=GateState.RUNNING)
        .select_related("enterprise", "region", "unit")
        .defer("region__geometry")
        .annotate(
            last=Subquery(newest),
            keyed=Subquery(made.values("gate").annotate(m=Max("made_at")).values("m")),
        )
    )
    opened = 0
    for gate in gates:
        # A gate that never sent is waited for from its key on.
        last: datetime = gate.last or gate.keyed
        if last < since:
            key = f"silent|{gate.pk}|{last:%Y%m%d%H%M%S}"
            if not GateTrouble.objects.filter(key=key).exists():
                opened += _open(key, TroubleKind.SILENT, gate, last.astimezone(rules.CHINA).date(), 0)
    back = 0
    open_ones = GateTrouble.objects.filter(kind=TroubleKind.SILENT, ended_at=None)
    for trouble in open_ones.select_related("finding").annotate(
        last=Subquery(GatePass.objects.filter(gate=OuterRef("gate")).order_by("-at").values("at")[:1])
    ):
        if trouble.last is not None and trouble.last >= since:
            back += _end(trouble, trouble.last)
    return opened, back


def _open(key: str, kind: TroubleKind, gate: Any, day: date, count: int) -> int:
    kinds: Any = _rule("finding_kinds").table
    if kind == TroubleKind.PASSES:
        words = _("%(count)d vehicles that may not pass went through the gates on %(day)s: %(why)s") % {
            "count": count, "day": day.isoformat(), "why": _why(gate.enterprise_id, day),
        }  # fmt: skip
    else:
        hours = load().rule("telemetry.gates.silent_hours").integer
        words = _("the gate has sent nothing since %(day)s, longer than %(hours)d hours") % {
            "day": day.isoformat(), "hours": hours,
        }  # fmt: skip
    with transaction.atomic():
        finding = record_once(
            None,
            NewFinding(
                kind=kinds[kind], source=Source.DATA_CHECK, severity=kinds["severity"], region=gate.region,
                unit=gate.unit, place=f"{gate.enterprise.name} {gate.gate}", words=words,
                found_on=clock.today(), enterprise=gate.enterprise, register="gate_systems",
                record_id=gate.pk, form_id=uuid.uuid5(uuid.NAMESPACE_URL, f"gate:{key}"),
            ),
        ).finding  # fmt: skip
        GateTrouble.objects.create(
            key=key, kind=kind, enterprise=gate.enterprise, gate=gate, day=day, count=count, finding=finding
        )
    return 1


def _why(enterprise: int, day: date) -> str:
    """How many passes of a day for which reason, and some plates."""
    start = datetime.combine(day, datetime.min.time(), rules.CHINA)
    rows = GatePass.objects.filter(
        gate__enterprise=enterprise, allowed=False, at__gte=start, at__lt=start + timedelta(days=1)
    ).order_by("at", "pk")
    counts: dict[str, int] = defaultdict(int)
    plates: dict[str, None] = {}
    for plate, faults in rows.values_list("plate", "faults"):
        plates[plate] = None
        for code in faults:
            counts[code] += 1
    said = [f"{rules.FAULTS.get(code, code)} {n}" for code, n in sorted(counts.items(), key=lambda c: -c[1])]
    shown = "、".join(list(plates)[:PLATES]) + (" …" if len(plates) > PLATES else "")
    return f"{'；'.join(said)}（{shown}）"


def _grow(trouble: GateTrouble, count: int) -> int:
    with transaction.atomic():
        before = trouble.count
        trouble.count = count
        trouble.save(update_fields=["count"])
        record(None, "more_gate_passes", trouble.finding, before={"passes": before}, after={"passes": count})
    return 1


def _end(trouble: GateTrouble, at: datetime) -> int:
    with transaction.atomic():
        trouble.ended_at = at
        trouble.save(update_fields=["ended_at"])
        record(None, "gate_back", trouble.finding, after={"since": at.isoformat()})
    return 1
