"""Truth screens, run over the last days of each device: what they flag becomes a lead, once."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lantian.office.frame import clock
from lantian.office.ledgers.industry.line_device import LineDevice
from lantian.office.loops import move
from lantian.office.monitoring.kernel import rulebook
from lantian.office.people.actions import record
from lantian.office.telemetry.alarms import casing, steps
from lantian.office.telemetry.alarms.asking import LEADS_OPEN
from lantian.office.telemetry.alarms.models import Judged, Lead
from lantian.office.telemetry.alarms.raising import of_device
from lantian.office.telemetry.alarms.states import LeadState
from lantian.telemetry.truth import Score, screen_all

LOG = logging.getLogger(__name__)
STACK = "stack"
LANGUAGES = ("zh", "en")
MOST_ROWS = 60


def screen_changed(mns: Iterable[str]) -> tuple[int, int]:
    """Screen the devices of which something came, each once a local day: devices screened, leads raised.

    Data no screen was made for cost the other devices nothing: the fault goes to the log of the process, and
    the device is asked again by the next run.
    """
    today = clock.today()
    asked = sorted(set(mns))
    done = set(Judged.objects.filter(mn__in=asked, screened_on__gte=today).values_list("mn", flat=True))
    devices = (
        LineDevice.objects.filter(mn__in=[mn for mn in asked if mn not in done], kind=STACK, withdrawn=False)
        .select_related("outlet__enterprise", "enterprise__unit", "region", "unit")
        .defer("region__geometry")
        .order_by("pk")
    )
    screened = raised = 0
    for device in devices:
        try:
            raised += screen(device, today - timedelta(days=1))
        except (ArithmeticError, LookupError, TypeError, ValueError):
            LOG.exception("the screens of %s failed", device.mn)
            continue
        screened += 1
        row, _made = Judged.objects.get_or_create(mn=device.mn)
        row.screened_on = today
        row.save(update_fields=["screened_on"])
    return screened, raised


def screen(device: Any, last: date) -> int:
    """Put all screens to the days of a device that end with `last`; how many leads are new."""
    table: Any = steps.rule("leads", last).table
    first = last - timedelta(days=int(table["days"]) - 1)
    case = casing.case_of(device, first, last)
    if not any(len(series) and series.values for series in (case.minutes, case.hours)):
        return 0
    least = Decimal(str(table["score"]))
    scores = screen_all(case, book=rulebook())
    raised = 0
    with transaction.atomic():
        for score in scores:
            raised += _keep(device, score, first, last, least)
    return raised


def _keep(device: Any, score: Score, first: date, last: date, least: Decimal) -> int:
    """Keep what one screen said: a new lead, a lead grown, or one whose ground is gone; how many are new."""
    rows = list(
        Lead.objects.select_for_update(of=("self",))
        .filter(mn=device.mn, screen=score.code)
        .order_by("-last", "-pk")
    )
    open_ = next((row for row in rows if row.state in LEADS_OPEN), None)
    if not score.flagged or score.score is None or Decimal(str(score.score)) < least:
        if open_ is not None and open_.state == LeadState.NEW and open_.first >= first:
            move(open_, "withdraw_lead", None, _note("gone"))
        return 0
    since, until = _period(score, first, last)
    figures = {
        "first": since, "last": until, "score": Decimal(str(round(score.score, 3))),
        "evidence": evidence_of(score), "picture": picture_of(score),
    }  # fmt: skip
    if open_ is not None:
        _grow(open_, figures)
        return 0
    settled = next((row for row in rows if row.state in (LeadState.CONFIRMED, LeadState.DISMISSED)), None)
    if settled is not None:
        if until <= settled.last:
            return 0  # a person decided about these days
        figures["first"] = max(since, settled.last + timedelta(days=1))
    gone = next((row for row in rows if row.state == LeadState.WITHDRAWN and row.last >= since), None)
    if gone is not None:
        move(gone, "lead_back", None, _note("back"))
        _grow(gone, figures)
        return 1
    made = Lead(
        key=f"{score.code}|{device.mn}|{figures['first']}", screen=score.code, mn=device.mn,
        state_since=clock.now(), **of_device(device), **figures,
    )  # fmt: skip
    made.save(force_insert=True)
    record(
        None, "raise_lead", made,
        after={"screen": score.code, "score": made.score, "first": made.first, "last": made.last},
    )  # fmt: skip
    return 1


def _grow(row: Lead, figures: dict[str, Any]) -> None:
    figures["first"] = min(figures["first"], row.first)
    before = {name: getattr(row, name) for name in ("first", "last", "score")}
    after = {name: figures[name] for name in before}
    for name, value in figures.items():
        setattr(row, name, value)
    row.screened_at = clock.now()
    row.save(update_fields=[*figures, "screened_at"])
    if before != after:
        record(None, "screen_lead", row, before=before, after=after)


def _period(score: Score, first: date, last: date) -> tuple[date, date]:
    """The local days the suspect stretches touch; the whole period where a screen names none."""
    if not score.when:
        return first, last
    since = timezone.localdate(min(a for a, _b in score.when))
    until = timezone.localdate(max(b for _a, b in score.when) - timedelta(seconds=1))
    return max(first, since), max(since, min(last, until))


def evidence_of(score: Score) -> list[dict[str, Any]]:
    """What a screen said and its rows, in both languages, as they are kept."""
    rows: list[dict[str, Any]] = [{"said": {language: score.said.text(language) for language in LANGUAGES}}]
    for row in score.evidence[:MOST_ROWS]:
        plain = row.as_dict("zh")
        rows.append({**plain, "why": {language: row.why.text(language) for language in LANGUAGES}})
    return rows


def picture_of(score: Score) -> dict[str, Any]:
    """The picture's data in both languages; empty where a screen draws none."""
    if score.picture is None:
        return {}
    return {language: score.picture.as_dict(language) for language in LANGUAGES}


def _note(which: str) -> str:
    """Why the office itself moves a lead, in the office's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return {
            "gone": _("After new data the screen finds nothing odd in these days."),
            "back": _("After new data the screen finds these days odd again."),
        }[which]
