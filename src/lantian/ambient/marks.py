"""Marks: what a reader must know beside a figure, as short stable codes, and what they say in two languages.

A code may carry a value after a colon (`station_share:3`). This is the one home of their words: the command
line, exported pages and the office take them from here.
"""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "source_stations": ("由城市各点位平均", "mean of the city's stations"),
    "source_city_feed": (
        "取自城市均值数据：其臭氧低于各点位日最大值的平均",
        "from the city-mean feed: its ozone is lower than the mean of station maxima",
    ),
    "source_city_days": ("采用来源给出的日值", "from daily values as given by the source; hours not known"),
    "regime_change": (
        "时段内评价标准有变化：逐日各从其规，统计从末日之规",
        "the rules change in the period; each day has its own, the statistics the last",
    ),
    "few_days": ("有统计量的有效天数不足", "has a statistic with too few valid days"),
    "no_index": ("缺统计量，无法计算综合指数", "no composite index: a statistic is missing"),
    "station_share": ("有效点位不足的天数", "days on which too few of the city's stations were valid"),
    "lost_hours": (
        "小时数不足、因归档整体缺失而照常计入的天数",
        "days short of hours, counted because the archive lost them for nearly every place",
    ),
    "event_days": (
        "按官方清单剔除沙尘等事件的天数",
        "days from which dust or another event was taken out by an official list",
    ),
    "event_excluded": (
        "按官方清单作为沙尘等事件剔除",
        "taken out as dust or another event by an official list",
    ),
    "unverified_rules": ("尚未与文件原文核对的规则", "rules used that were not verified in their document"),
    "no_days": ("没有有效日", "no valid day"),
    "too_few_days": ("有效天数不足", "fewer valid days than the period needs"),
    "too_few_days_in_month": ("某月有效天数不足", "fewer valid days than that month needs"),
    "too_few_hours": ("有效小时数不足", "too few valid hours"),
    "no_data": ("无数据", "no data"),
    "no_row": ("本地无此小时，其他地方有", "not in the archive, though other places are"),
    "voided": ("审核判为无效", "declared invalid in a review"),
    "lost_here": ("归档丢失：几乎所有地方均无此小时", "lost by the archive for nearly every place"),
    "not_monitored": ("按设计不监测，标记为“/”", "not monitored by design, shown as /"),
    "items_missing": ("有污染物缺有效值", "an item of the index is missing"),
    "no_items": ("各项污染物均无有效值", "no item of the index is valid"),
    "not_a_year": ("以年平均限值评价非年度时段", "annual limits held against a period that is not a year"),
    "index_method": (
        "综合指数采用的不是城市排名的算法",
        "the composite index is not that of the city ranking but of this method",
    ),
    "period_empty": ("该时段无数据", "nothing of the period"),
    "against_empty": ("对比时段无数据", "nothing of the period compared with"),
    "members_missing": ("区域内无数据的成员数", "members of the region without any figure"),
    "realtime_change": (
        "实时AQI的算法自该日起改变，前后小时值不可比",
        "the real-time AQI is of another kind from this day on; the hours do not compare",
    ),
    "no_value": ("有时段缺少数值", "a period has no value"),
    "too_few_periods": ("时段数不足，不能判断变化趋势", "fewer periods than a trend needs"),
    "no_critical_value": ("时段数超出临界值表", "more periods than the table of critical values has"),
    "ties": (
        "趋势分析的时段中有相同数值",
        "equal values: the trend is judged with and without correction for them",
    ),
    "not_reported": ("上年同期有数据，本期未报送", "reported a year before and not now"),
    "limit_changes": (
        "限值在该时段内变化，按最后的限值评价",
        "the limit changes in the period; the last one is taken",
    ),
    "below_detection": ("低于方法检出限", "below the detection limit of the method"),
    "below_quantitation": ("低于方法测定下限", "below the limit of quantitation of the method"),
    "sampling_days": ("集尘缸采样天数不符合要求", "the cylinder stood too short or too long"),
    "no_limit": ("该地该类别无限值", "no limit is known for this place and class"),
    "few_points": ("采样点数少于规定", "sampled at fewer points than the rule asks"),
}
"""Code -> Chinese, English."""

MEANINGS = {code: english for code, (_chinese, english) in WORDS.items()}
"""The English words alone."""

_VALUE = ("{0}：{1}", "{0}: {1}")


def describe(mark: str, language: str = "en") -> str:
    """A mark in words; a code that is not known stands as it is.

    Parameters
    ----------
    mark
        a code, perhaps with its value
    language
        `zh` (or `zh-hans`) or `en`

    >>> describe("station_share:3")
    "days on which too few of the city's stations were valid: 3"
    >>> describe("voided", "zh")
    '审核判为无效'
    """
    at = 0 if language.startswith("zh") else 1
    code, _, value = mark.partition(":")
    words = WORDS.get(code)
    meaning = words[at] if words else code
    return _VALUE[at].format(meaning, value) if value else meaning
