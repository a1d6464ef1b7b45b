"""How a figure of a bulletin was computed, from what it was frozen with; and how it is computed now."""

from __future__ import annotations

from datetime import date

from django.http import Http404
from django.utils.translation import gettext as _

from lantian import ambient
from lantian.ambient import Explanation, Period
from lantian.ambient.changes import Snapshot
from lantian.errors import LantianError
from lantian.office.bulletins import comparing, files
from lantian.office.bulletins.models import Bulletin
from lantian.office.bulletins.texts import unit_name
from lantian.office.monitoring import kernel
from lantian.office.monitoring.exporting import for_the_public, with_names
from lantian.office.monitoring.kept import kept

NOW, THEN = "now", "then"
EXPLAINED = {
    "so2", "no2", "pm10", "pm2_5", "co", "o3_8h", "composite_index", "change_rate", "composite_rank",
    "good_days", "heavy_days", "days_used", "aqi",
}  # fmt: skip


def explanation(
    bulletin: Bulletin, code: str, figure: str, *, state: str, side: str, day: date | None, public: bool
) -> Explanation:
    """One figure of a bulletin explained.

    Parameters
    ----------
    state
        `then`: from the data, rules, list and stations it was frozen with; `now`: from those of today
    side
        `raw`: with all days
    day
        of an AQI
    public
        leave out single stations, their hours and the names of files

    Raises
    ------
    Http404
        no such unit or figure, or there is nothing to explain
    """
    row = next((one for one in bulletin.body["rows"] if one["code"] == code and one["place"]), None)
    if row is None or figure not in EXPLAINED or (figure == "aqi") != (day is not None):
        raise Http404(_("There is nothing at this address."))
    period = Period(day, day, "day") if day is not None else bulletin.span
    groups = bulletin.body["groups"]
    if state == NOW:
        now = comparing.now_of(bulletin)
        listed = None if side == files.RAW else now.day_list
        basis = Snapshot.of(kernel.lake(), rulebook=kernel.rulebook(), day_list=listed)
        if now.ground is not None and (now.ground.groups is None) == (groups is None):
            groups = now.ground.groups
    else:
        basis = files.snapshot_of(bulletin, side if side in bulletin.snapshots else files.MAIN)
    key = (
        bulletin.hash, code, figure, period.label, state, side, basis.rulebook.digest,
        basis.day_list.digest if basis.day_list else "", sorted((groups or {}).items()),
    )  # fmt: skip
    try:
        found = kept(
            "bulletin-explain",
            basis.version,
            key,
            lambda: ambient.explain(
                kernel.lake(),
                row["place"],
                figure,
                period,
                level=comparing.files_level(bulletin),
                regime=bulletin.regime,
                groups=groups,
                as_of=basis.version,
                rulebook=basis.rulebook,
                day_list=basis.day_list,
            ),
        )
    except LantianError as error:
        raise Http404(error.line) from error
    named = with_names(found, unit_name(row))
    return for_the_public(named) if public else named
