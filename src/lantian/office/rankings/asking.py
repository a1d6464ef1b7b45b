"""What a ranking page is asked for, read out of its address; a wrong word falls back and is said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.ambient import Period
from lantian.office.frame.views import own_region
from lantian.office.monitoring import kernel, series, words
from lantian.office.monitoring.indicators import INDICATORS
from lantian.office.monitoring.requests import as_of_of, regime_for
from lantian.office.rankings import dust, periods, pools
from lantian.office.rankings import words as rank_words
from lantian.office.rankings.pools import OfficePool, PoolChoice

if TYPE_CHECKING:
    from lantian.ambient.events import DayList

FIGURES = ("composite_index", "pm2_5", "pm10", "so2", "no2", "co", "o3_8h")
BY = (*FIGURES, "good_days_ratio", "good_days", "heavy_days")
VALUE, CHANGE = "value", "change"
KINDS = {
    pools.CITIES: gettext_lazy("Cities"),
    pools.COUNTIES: gettext_lazy("Counties"),
    pools.TOWNSHIPS: gettext_lazy("Townships"),
    pools.RULE: gettext_lazy("Pools of documents"),
    pools.OWN: gettext_lazy("Pools of our own"),
}
SHOWN = ("all", "best-10", "best-20", "worst-10", "worst-20")


@dataclass(frozen=True)
class Ask:
    """One ranking as asked for. `order` is `value` or `change`; `without` takes dust days out."""

    pool: OfficePool
    period: Period
    by: str
    order: str
    regime: str
    without: bool
    show: str
    as_of: int | None
    day_list: DayList | None = field(repr=False)
    problems: tuple[str, ...] = ()

    @property
    def named_regime(self) -> str:
        """The one regime both years are computed under."""
        return kernel.regime_on(self.period.last) if self.regime == "by-date" else self.regime

    @property
    def excluded(self) -> DayList | None:
        """The list that is applied."""
        return self.day_list if self.without else None


def asked(request: HttpRequest, *, pool_key: str = "", default: Period | None = None) -> Ask | None:
    """The ranking of the query; None while there are no data or no pool for this person."""
    problems = []
    period, problem = periods.asked_period(request, default or series.last_full_month())
    if problem:
        problems.append(problem)
    if period is None:
        return None
    key = request.GET.get("pool", "") or pool_key
    found = pools.find(request.user, key, period.last) if key else None
    if found is None:
        if request.GET.get("pool"):
            problems.append(
                _("There is no such pool on %(day)s; another one is shown.") % {"day": period.last}
            )
        found = pools.find(request.user, pools.default_key(own_region(request)), period.last)
    if found is None:
        return None
    by = request.GET.get("by", "")
    order = request.GET.get("order", "")
    by = by if by in BY else "composite_index"
    order = CHANGE if order == CHANGE else VALUE
    if order == CHANGE and by not in FIGURES:
        problems.append(_("Days are not compared in per cent; the composite index is shown."))
        by = "composite_index"
    show = request.GET.get("show", "")
    day_list = dust.day_list(found, period)
    return Ask(
        pool=found,
        period=period,
        by=by,
        order=order,
        regime=regime_for(request, period),
        without=request.GET.get("days") == "without" and day_list is not None,
        show=show if show in SHOWN else "all",
        as_of=as_of_of(request),
        day_list=day_list,
        problems=tuple(problems),
    )


def form(request: HttpRequest, ask: Ask) -> dict[str, Any]:
    """What the choosers of the page offer."""
    return {
        "pool_groups": grouped(pools.choices(request.user, ask.period.last)),
        "period_groups": periods.groups(),
        "bys": [(key, INDICATORS[key].label, rank_words.short(key)) for key in BY],
        "regimes": [(name, words.regime(name)) for name in ("by-date", *kernel.regimes())],
        "shows": [(key, show_label(key)) for key in SHOWN],
        "custom": ask.period.label not in {c.value for group in periods.groups() for c in group.choices},
    }


def grouped(found: list[PoolChoice]) -> list[tuple[str, list[PoolChoice]]]:
    """Pools under their headings."""
    return [
        (str(KINDS[kind]), under)
        for kind in KINDS
        if (under := [choice for choice in found if choice.kind == kind])
    ]


def show_label(key: str) -> str:
    """`worst-10` in words."""
    side, _dash, number = key.partition("-")
    if side == "all":
        return _("all")
    words_of = {"best": _("best %(number)s"), "worst": _("worst %(number)s")}
    return words_of[side] % {"number": number}
