"""A bulletin of an earlier month, and what came later: a station-day delivered anew, hours declared void."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lantian.ambient import Period
from lantian.ambient.reviews import Review, apply_reviews

POOL = "cities-140000"
REASON = "模拟：质控检查不合格，数据作废"
FACTOR = 3
HOURS = 72


def issue_and_correct(people: dict[str, Any]) -> None:
    """Issue the bulletin of the month before the last full one, then let data come in late.

    Parameters
    ----------
    people
        accounts by sign-in name
    """
    from lantian.office.bulletins import actions
    from lantian.office.monitoring import kernel, series
    from lantian.office.monitoring.models import Station

    newest, first = series.last_full_month(), kernel.first_day()
    if newest is None or first is None:
        return
    month = Period.parse(f"{newest.first - timedelta(days=1):%Y-%m}")
    month = month if month.first >= first else newest
    analyst = people["analyst"]
    draft = actions.make_draft(analyst, POOL, month, issuer="山西省生态环境厅")
    actions.issue(analyst, draft, public=True)
    stations = Station.objects.counted("city").order_by("code")
    day = month.first + timedelta(days=9)
    again = next((one for one in stations if _deliver_anew(one.place, day)), None)
    other = stations.exclude(region=again.region).last() if again else None
    if other is not None:
        _void(other.place, day + timedelta(days=3), str(analyst.get_username()))


def _deliver_anew(place: str, day: date) -> bool:
    """One station's day with its PM10 as a late check found it; False when it has no such day."""
    from lantian.lake import arrow
    from lantian.office.monitoring import kernel

    table: pa.Table = arrow(kernel.lake().read(kernel.STATION_HOUR, since=day, until=day, places=[place]))
    if not table.num_rows or table["pm10"].null_count > table.num_rows // 2:
        return False
    for item in ("pm10", "pm2_5"):
        whole = pc.multiply(table[item], pa.scalar(FACTOR, table[item].type))
        table = table.set_column(table.schema.get_field_index(item), table.schema.field(item), whole)
    kernel.lake().append(kernel.STATION_HOUR, table, source=f"simulated-{place}-{day}.csv")
    return True


def _void(place: str, day: date, actor: str) -> None:
    """Particles of three days declared void."""
    from lantian.office.monitoring import kernel

    # The first hour of a local day ends at 01:00, which is 17:00 UTC of the day before.
    since = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=7)
    review = Review(
        place=place,
        items=("pm10", "pm2_5"),
        since=since,
        until=since + timedelta(hours=HOURS - 1),
        verdict="void",
        reason=REASON,
        actor=actor,
    )
    apply_reviews(kernel.lake(), kernel.STATION_HOUR, [review])
