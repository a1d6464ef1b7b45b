"""Ranking of places: pools with dated members, ranks with ties, change, distance to a line, official lists.

>>> from lantian.ambient.ranking import pool
>>> from datetime import date
>>> pool("汾渭平原", date(2023, 1, 1)).size, pool("汾渭平原", date(2024, 1, 1)).size
(11, 13)
"""

from lantian.ambient.ranking.order import Ranking, RankRow, rank, standings
from lantian.ambient.ranking.pool_file import PoolsRead, read_pools
from lantian.ambient.ranking.pools import Pool, pool, pool_of, pools

__all__ = [
    "Pool",
    "PoolsRead",
    "RankRow",
    "Ranking",
    "pool",
    "pool_of",
    "pools",
    "rank",
    "read_pools",
    "standings",
]
