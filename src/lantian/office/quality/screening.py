"""Running the screens: a run of its own record, in this process or in one beside the server.

A run writes what it found in one transaction at its end; one that was stopped or cut short leaves nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lantian.ambient.screens import ScreenReport, screen
from lantian.ambient.screens.grid import windows
from lantian.ambient.screens.screening import span_of
from lantian.errors import LantianError
from lantian.office.monitoring import kernel
from lantian.office.people.actions import record
from lantian.office.people.rules import Capability, can
from lantian.office.quality import locking, taking
from lantian.office.quality.models import Screening

KINDS = (kernel.STATION_HOUR, kernel.CITY_HOUR)
CHEAP_DAYS = 62
"""A load that touches at most so many days is screened at once: seconds for a province's stations."""
# Screens look at a month at a time and need days before the span to know what is usual.
LOOK_BACK = timedelta(days=7)
Say = Callable[[str], None]


class StoppedError(Exception):
    """A person stopped the run."""


def start(request: Any, since: date | None, until: date | None) -> Screening:
    """Start a run beside the server; its record tells how far it is.

    Raises
    ------
    PermissionDenied
        this person may not review data
    LantianError
        one is running already, or the store holds nothing in that span
    """
    if not can(request.user, Capability.REVIEW_DATA):
        raise PermissionDenied
    _check(since, until)
    if running() is not None:
        raise LantianError(_("the screens are running already"), remedy=_("Wait for them, or stop them."))
    run = Screening.objects.create(since=since, until=until, started_by=request.user)
    launch(run)
    return run


def launch(run: Screening) -> None:
    """Do the work of a run in a process of its own: the pages stay quick, and it can be stopped."""
    environment = {**os.environ, "LANTIAN_DATA": str(settings.DATA)}
    # This interpreter and our own module: nothing of it comes from outside.
    subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "lantian.office.quality.worker", str(run.pk)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def screen_hours(
    actor: Any = None, since: date | None = None, until: date | None = None, say: Say | None = None
) -> Screening:
    """Run the screens now, in this process.

    Parameters
    ----------
    actor
        the request or person; None for the command line
    since, until
        first and last local day; None is all there is
    say
        told a line for each part of the span

    Raises
    ------
    LantianError
        the screens are running already, or the store holds nothing in that span
    """
    _check(since, until)
    user = getattr(actor, "user", actor)
    run = Screening.objects.create(since=since, until=until, started_by=user)
    return work(run, actor, say)


def work(run: Screening, actor: Any = None, say: Say | None = None) -> Screening:
    """Do the work of a run; afterwards it is finished, stopped or failed, and says why.

    Raises
    ------
    LantianError
        the screens are running already
    """
    try:
        with locking.alone(locking.SCREENING, wait=False):
            _work(run, actor, say)
    except locking.BusyError:
        _end(run, Screening.State.FAILED, _("the screens were running already"))
        raise LantianError(
            _("the screens are running already"), remedy=_("Wait for them, or stop them.")
        ) from None
    except StoppedError:
        _end(run, Screening.State.STOPPED)
    except LantianError as error:
        _end(run, Screening.State.FAILED, error.line)
    except BaseException as error:
        _end(run, Screening.State.FAILED, f"{type(error).__name__}: {error}")
        raise
    return run


def _work(run: Screening, actor: Any, say: Say | None) -> None:
    lake = kernel.lake()
    spans = _spans(run.since, run.until)
    run.steps = sum(len(list(windows(first, last))) for _kind, first, last in spans)
    run.save(update_fields=["steps"])

    def tick(line: str) -> None:
        run.steps_done += 1
        Screening.objects.filter(pk=run.pk).update(steps_done=run.steps_done)
        if Screening.objects.filter(pk=run.pk, stop_asked=True).exists():
            raise StoppedError
        if say:
            say(line)

    reports: list[ScreenReport] = []
    for kind, _first, _last in spans:
        reports.append(
            screen(
                lake, kind=kind, since=run.since, until=run.until, rulebook=kernel.rulebook(), progress=tick
            )
        )
    # A decision made meanwhile must not be laid over by what was found before it.
    with locking.alone(locking.DECIDING), transaction.atomic():
        for report in reports:
            taken = taking.take(run, report)
            run.found += len(report.suspicions)
            run.added += taken
            run.places += report.places
        run.data_version = max((report.data_version for report in reports), default=lake.version)
        run.state, run.ended_at, run.steps_done = Screening.State.DONE, now(), run.steps
        run.save()
        record(actor, "screen", run, after={"found": run.found, "found_first": run.added})


def _end(run: Screening, state: str, trouble: str = "") -> None:
    run.state, run.ended_at, run.trouble = state, now(), trouble[:300]
    run.save(update_fields=["state", "ended_at", "trouble"])


def _spans(since: date | None, until: date | None) -> list[tuple[str, datetime, datetime]]:
    """First and last stamp of each kind that holds hours of the span."""
    lake = kernel.lake()
    found = []
    for kind in KINDS:
        if kind in lake.kinds():
            try:
                found.append((kind, *span_of(lake, kind, since, until, lake.version)))
            except LantianError:
                continue
    return found


def _check(since: date | None, until: date | None) -> None:
    if since is not None and until is not None and until < since:
        raise LantianError(_("the span ends before it begins"), remedy=_("Swap the two days."))
    if not _spans(since, until):
        raise LantianError(
            _("the store holds no hours of this span"), remedy=_("Load hours first, or choose other days.")
        )


def running() -> Screening | None:
    """The run in progress. One whose process is gone is told as failed."""
    run = Screening.objects.filter(state=Screening.State.RUNNING).first()
    if run is None:
        return None
    # A process that was only just started may not hold the lock yet.
    if (now() - run.started_at).total_seconds() > 60:
        try:
            with locking.alone(locking.SCREENING, wait=False):
                run.refresh_from_db()
                if run.state == Screening.State.RUNNING:
                    _end(run, Screening.State.FAILED, _("the run was cut short"))
                return None
        except locking.BusyError:
            return run
    return run


def stop(request: Any, run: Screening) -> None:
    """Ask a run to stop; it does at the next part of its span.

    Raises
    ------
    PermissionDenied
        this person may not review data
    """
    if not can(request.user, Capability.REVIEW_DATA):
        raise PermissionDenied
    Screening.objects.filter(pk=run.pk, state=Screening.State.RUNNING).update(stop_asked=True)


def after_load(
    *, kind: str, first: datetime, last: datetime, actor: Any, progress: Any, **_more: Any
) -> None:
    """Screen the days a load touched where that is quick; else say how it is done."""
    since = (first.astimezone(kernel.SHANGHAI) - timedelta(hours=1)).date()
    until = (last.astimezone(kernel.SHANGHAI) - timedelta(hours=1)).date()
    say = progress or (lambda line: None)
    if (until - since).days >= CHEAP_DAYS:
        say(f"{(until - since).days + 1} days came in: screen them with `lantian office screen`")
        return
    try:
        run = screen_hours(actor, since - LOOK_BACK, until)
    except LantianError as error:
        say(f"not screened: {error.line}")
        return
    say(
        f"screened: {run.found} suspicions, {run.added} for the first time"
        if run.state == Screening.State.DONE
        else f"not screened: {run.trouble}"
    )
