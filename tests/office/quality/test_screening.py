"""Runs of the screens: what they find in real values, what stops them, what a load starts."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import now

from lantian.errors import LantianError
from lantian.office.monitoring import actions as monitoring_actions
from lantian.office.quality import locking, screening
from lantian.office.quality.models import Screening, Suspicion


def test_a_station_that_repeats_one_row_is_found_once(air: Any) -> None:
    first = screening.screen_hours()
    row = Suspicion.objects.get(place="1001A")
    assert (row.code, row.state, row.certain) == ("stopped", "open", True)
    # Days inside what was looked at before: the same row, with its beginning.
    again = screening.screen_hours(None, date(2025, 6, 10), date(2025, 6, 30))
    assert first.added == first.found == 3 and again.added == 0 and again.found == 3
    kept = Suspicion.objects.get(place="1001A")
    assert (kept.pk, kept.since, kept.hours) == (row.pk, row.since, row.hours)


def test_two_runs_at_once_are_refused(air: Any) -> None:
    with locking.alone(locking.SCREENING), pytest.raises(LantianError):
        screening.screen_hours()
    assert Screening.objects.get().state == "failed"


def test_a_run_whose_process_is_gone_is_told(air: Any) -> None:
    run = Screening.objects.create()
    assert screening.running() == run
    Screening.objects.update(started_at=now() - timedelta(minutes=5))
    assert screening.running() is None and Screening.objects.get().state == "failed"


def test_a_run_that_breaks_keeps_nothing(air: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any, **_more: Any) -> Any:
        raise ZeroDivisionError("of the screens")

    monkeypatch.setattr(screening, "screen", broken)
    with pytest.raises(ZeroDivisionError):
        screening.screen_hours()
    run = Screening.objects.get()
    assert run.state == "failed" and "ZeroDivisionError" in run.trouble and not Suspicion.objects.exists()


def test_no_hours_no_run(province: Any) -> None:
    with pytest.raises(LantianError):
        screening.screen_hours()
    assert not Screening.objects.exists()


@pytest.fixture
def station_file(tmp_path: Path) -> Any:
    """Days of hours of two stations in a file with named columns."""

    def write(days: int) -> Path:
        lines = ["time,place,name,city,pm2_5,pm10,so2,no2,co,o3"]
        for day in range(days):
            stamp = date(2025, 6, 1) + timedelta(days=day)
            for hour in range(24):
                lines += [
                    f"{stamp} {hour:02d}:00,{code},站{code},临汾,{30 + hour},60,10,20,1,100"
                    for code in ("1001A", "1003A")
                ]
        path = tmp_path / f"{days}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


def test_a_load_is_screened_where_that_is_quick(province: Any, station_file: Any) -> None:
    said: list[str] = []
    report = monitoring_actions.load_ambient([station_file(3)], progress=said.append)
    assert report.rows_taken == 144, report.lines()
    assert Screening.objects.get().state == "done"
    assert any(line.startswith("screened:") for line in said)
    monitoring_actions.load_ambient([station_file(80)], progress=said.append)
    assert Screening.objects.count() == 1 and any("lantian office screen" in line for line in said)
