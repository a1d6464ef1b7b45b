"""Assumptions and reasons of an outlook, in words."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "own_method": ("本软件自定的统计方法，非标准规定", "a statistical method of our own, no standard's"),
    "past_years": ("往年样本：{}", "past years drawn from: {}"),
    "one_past_year": (
        "只有一个往年，年际差异取规则库的先验值",
        "only one past year: how much years differ is taken from the rulebook",
    ),
    "learned_from": (
        "年际差异由{}个往年与其前各年比较得出，并向规则库先验值收缩",
        "how much years differ was learned from past years beside those before them ({}), "
        "and drawn towards the rulebook's priors",
    ),
    "prior_only": ("年际差异取规则库先验值", "how much years differ is taken from the rulebook alone"),
    "carried": ("今年以来的差异预计延续的比例：{}", "share of this year's anomaly carried on: {}"),
    "one_regime": ("各年均按{}评价", "every year is judged under {}"),
    "as_published": ("按修约后的公布值判定是否达标", "the published, rounded figure has to attain"),
    "every_day": (
        "倒推值假定其余每天都有有效数据",
        "what has to be held assumes a value on each remaining day",
    ),
    "zeros_left_out": (
        "作为缺测剔除的零值（含全部地方）：{}个",
        "zeros left out as missing, of all places: {}",
    ),
    "mixed_sources": ("各年数据来源不同：{}", "the years come from different sources: {}"),
    "dust_kept": ("未扣除沙尘", "dust days are not deducted"),
    "dust_out": (
        "已按名单扣除沙尘等异常天",
        "listed dust and event days are taken out, of past years too",
    ),
    "rivals": ("参加排名的地方：{}个", "places ranked: {}"),
    "rivals_missing": ("缺少数据、未参加排名的地方：{}个", "places of the pool that cannot be ranked: {}"),
    "paths": ("可能的全年情形：{}种", "possible years drawn: {}"),
    "no_past_year": ("没有可用的往年数据", "there is no past year with enough days to draw from"),
    "no_data": ("该地没有数据", "nothing is held of this place"),
    "no_figure": ("多数可能的情形得不出该指标", "most possible years give no such figure"),
    "not_in_pool": ("该地不在排名范围内", "the place is not in the pool"),
}


def say(code: str, language: str = "en") -> str:
    """An assumption or a reason in words, Chinese for `zh…`, else English.

    >>> say("one_regime:gb3095-2012")
    'every year is judged under gb3095-2012'
    """
    name, _, value = code.partition(":")
    zh, en = WORDS[name]
    return (zh if language.lower().startswith("zh") else en).format(value)
