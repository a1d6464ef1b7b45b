"""Ranking of places: pools with dated members, ranks with ties, change, distance to a line, official lists.

>>> from lantian.ambient.ranking import pool
>>> from datetime import date
>>> pool("汾渭平原", date(2023, 1, 1)).size, pool("汾渭平原", date(2024, 1, 1)).size
(11, 13)
"""

from lantian.ambient.ranking.change import ChangeRanking, ChangeRow, rank_change
from lantian.ambient.ranking.comparing import Compared, Explanation, compare_official, rounding_bound
from lantian.ambient.ranking.line import Distance, Line, distance
from lantian.ambient.ranking.names import Member
from lantian.ambient.ranking.official import OfficialList, OfficialRow, period_of, read_official
from lantian.ambient.ranking.order import Ranking, RankRow, rank, standings
from lantian.ambient.ranking.over_time import LinePoint, distance_over_time
from lantian.ambient.ranking.pool_file import PoolsRead, read_pools
from lantian.ambient.ranking.pools import Pool, pool, pool_of, pools
from lantian.ambient.ranking.reduction import Reduction, Reductions, reductions

__all__ = [
    "ChangeRanking",
    "ChangeRow",
    "Compared",
    "Distance",
    "Explanation",
    "Line",
    "LinePoint",
    "Member",
    "OfficialList",
    "OfficialRow",
    "Pool",
    "PoolsRead",
    "RankRow",
    "Ranking",
    "Reduction",
    "Reductions",
    "compare_official",
    "distance",
    "distance_over_time",
    "period_of",
    "pool",
    "pool_of",
    "pools",
    "rank",
    "rank_change",
    "read_official",
    "read_pools",
    "reductions",
    "rounding_bound",
    "standings",
]
