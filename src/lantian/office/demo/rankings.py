"""A simulated official list and a pool of the office's own, so that those pages have something to show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lantian.office.people.models import User

SIMULATED = "模拟"
VALLEY = ("太原市", "晋中市", "吕梁市", "临汾市", "运城市")
# What a real list does: figures rounded along another way, one from other data, one slip.
SLIPS = {"阳泉市": Decimal("0.01"), "临汾市": Decimal("-0.02"), "太原市": Decimal("0.31")}


def fill(people: Mapping[str, User], today: date) -> None:
    """Keep a list of last month's cities, a little off ours, and a pool of five cities."""
    from lantian.ambient import Period
    from lantian.ambient.ranking import rank, standings
    from lantian.office.monitoring import kernel
    from lantian.office.rankings import actions, pools
    from lantian.office.rankings.ground import ground_of_pool
    from lantian.office.regions.models import Region

    analyst, province = people["analyst"], Region.objects.get(code="140000")
    table = "\n".join(["名单,单位", *(f"汾河谷地（{SIMULATED}）,{name}" for name in VALLEY)])
    actions.keep_pools(analyst, province, "pools.csv", table.encode(), f"演示设定（{SIMULATED}）")
    month = date(today.year - (today.month == 1), today.month - 1 or 12, 1)
    period = Period.month(month.year, month.month)
    key = pools.default_key(province)
    pool = pools.find(analyst, key, period.last)
    if pool is None:
        return
    regime = kernel.regime_on(period.last)
    evaluation = ground_of_pool(pool, period, regime).evaluation(period, regime)
    ours = rank(evaluation, pool.kernel, rulebook=kernel.rulebook())
    values = {
        row.name: row.value + SLIPS.get(row.name, Decimal(0)) for row in ours.rows if row.value is not None
    }
    if len(values) < len(SLIPS):
        return
    places = standings(values)
    title = f"山西省{month.year}年{month.month}月城市环境空气质量排名（{SIMULATED}）"
    lines = [title, "名次,城市,综合指数"]
    ordered = sorted(values, key=lambda name: (places[name].rank, name))
    lines += [f"{places[name].rank},{name},{values[name]}" for name in ordered]
    actions.keep_official(
        analyst,
        province,
        "official-list.csv",
        "\n".join(lines).encode(),
        pool=key,
        period=period,
        document=title,
    )
