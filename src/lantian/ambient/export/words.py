"""The words of an exported explanation, Chinese and English; names of the field come from the glossary."""

from __future__ import annotations

from lantian.ambient.marks import describe
from lantian.glossary import terms

LANGUAGES = ("zh", "en")

WORDS: dict[str, tuple[str, str]] = {
    "no_value": ("无", "none"),
    "value": ("结果", "result"),
    "period": ("时段", "period"),
    "regime": ("评价标准", "regime"),
    "by_date": ("（按日期适用）", " (by date)"),
    "level": ("对象", "level"),
    "city": ("城市", "city"),
    "station": ("点位", "station"),
    "group": ("点位组（区县、乡镇、园区）", "group of stations"),
    "data": ("数据", "data"),
    "data_version": ("数据版本", "data version"),
    "rulebook": ("规则库", "rulebook"),
    "own_rules": ("自有规则文件", "own rule files"),
    "day_list": ("剔除清单", "list of days taken out"),
    "index_of_six": ("综合指数：六项单项指数之和", "composite index: the sum of six single indices"),
    "item": ("项目", "item"),
    "statistic": ("统计量", "statistic"),
    "weight": ("权重", "weight"),
    "limit": ("限值", "limit"),
    "quotient": ("统计量 ÷ 限值", "statistic ÷ limit"),
    "single_index": ("单项指数", "single index"),
    "sum": ("合计", "sum"),
    "without_rounding": ("若全程不修约：{0}", "with no rounding on the way: {0}"),
    "mean": ("日均值的平均值", "mean of the daily values"),
    "percentile": ("日值的第{0}百分位数", "percentile {0} of the daily values"),
    "mean_line": ("{0} ÷ {1}天 = {2}", "{0} ÷ {1} days = {2}"),
    "total_line": ("{0}个日值之和 = {1}", "sum of {0} daily values = {1}"),
    "k_line": ("k = 1 + ({0} − 1) × {1}% = {2}", "k = 1 + ({0} − 1) × {1} % = {2}"),
    "at_line": (
        "k为整数，取升序第{0}个值：{1}", "k is whole: the value at place {0} in ascending order, {1}",
    ),
    "between_line": (
        "升序第{0}个值 {1}，第{2}个值 {3}：{1} + ({3} − {1}) × {4} = {5}",
        "place {0} holds {1}, place {2} holds {3}: {1} + ({3} − {1}) × {4} = {5}",
    ),
    "sorted": ("升序排列（第k个前后两值加框）", "in ascending order (the values about place k are framed)"),
    "rounded": (
        "一次修约（GB/T 8170，四舍六入五成双）：{0} → {1}",
        "rounded once, half to even (GB/T 8170): {0} → {1}",
    ),
    "exactly": ("无需修约：{0}", "nothing to round: {0}"),
    "days": ("日值", "daily values"),
    "day": ("日期", "day"),
    "hours": ("小时数", "hours"),
    "windows": ("8小时均值数", "8-h means"),
    "windows_ending": ("8小时平均", "8-h mean"),
    "members": ("点位数", "stations"),
    "unrounded": ("修约前", "unrounded"),
    "refused": ("未采用（{0}）", "not used ({0})"),
    "reason": ("原因", "reason"),
    "lent": (
        "＊有效小时不足，因归档丢失而计入",
        "* short of hours, counted because the archive lost them",
    ),
    "count_of": ("AQI天数", "days by AQI"),
    "count_line": (
        "{0}天计入；有AQI的共{1}天，时段共{2}天",
        "{0} days counted, of {1} days with an AQI; the period has {2}",
    ),
    "colon": ("：", ": "),
    "without_items": ("† 按清单剔除部分项目后的AQI", "† the AQI without the items a list takes out"),
    "ratio_line": ("{0} ÷ {1} × 100% = {2}%", "{0} ÷ {1} × 100 % = {2} %"),
    "change_line": ("({0} − {1}) ÷ {1} × 100% = {2}%", "({0} − {1}) ÷ {1} × 100 % = {2} %"),
    "rank_line": (
        "{0}个地方的指数更小，排名 {0} + 1 = {1}（共{2}个）",
        "{0} places have a smaller index: rank {0} + 1 = {1} (of {2})",
    ),
    "equal_line": ("并列：{0}", "level with {0}"),
    "rank": ("排名", "rank"),
    "place": ("地方", "place"),
    "aqi_of": ("空气质量指数：分指数的最大值", "air quality index: the largest sub-index"),
    "primary": ("首要污染物", "primary pollutant"),
    "iaqi": ("分指数", "sub-index"),
    "cell": ("计算（进位取整）", "arithmetic (rounded up)"),
    "hours_line": ("小时值之和 {0} ÷ {1} = {2}", "sum of hours {0} ÷ {1} = {2}"),
    "hour": ("小时", "hour"),
    "rules": ("依据", "rules"),
    "document": ("文件", "document"),
    "clause": ("条款", "clause"),
    "path": ("规则", "rule"),
    "checked": ("核对", "checked"),
    "verified": ("已核对原文", "read in its document"),
    "unverified": ("未核对", "not verified"),
    "note": ("说明", "note"),
    "versions": ("数据来源", "where the data come from"),
    "version": ("版本", "version"),
    "taken": ("入库时间", "taken"),
    "file": ("文件", "file"),
    "rows": ("行数", "rows"),
    "rows_refused": ("拒收行", "refused"),
    "reviews": ("审核", "reviews"),
    "entries": ("从评价中剔除的日子", "days taken out of the evaluation"),
    "items": ("剔除项目", "items"),
    "scopes": ("用于", "for"),
    "concentration": ("浓度", "concentrations"),
    "aqi": ("AQI", "AQI"),
    "raw": ("原始小时值", "hours as the store holds them"),
    "raw_note": (
        "小时为截止时刻（01至24时）；空格为来源缺测，整行不在为无此小时",
        "hours by their end, 01 to 24; a blank is missing at the source, an absent row is not in the store",
    ),
    "taken_out": ("剔除前 {0}", "before that {0}"),
    "recompute": (
        "本页可用计算器复核：日值、个数、商、修约均已列出。",
        "Everything here can be recomputed with a calculator: daily values, their number, quotients, "
        "rounding.",
    ),
    "pm_join": ("、", ", "),
    "load_share_of": ("{0}污染负荷比", "load share of {0}"),
    "change_rate": ("综合指数同比变化率", "change of the composite index against the year before"),
    "percentile_name": ("{0}日均值百分位数（达标评价）", "percentile of daily {0} (attainment)"),
}  # fmt: skip

REGIMES = {
    "gb3095-2012": ("GB 3095—2012", "GB 3095-2012"),
    "gb3095-2026-transition": ("GB 3095—2026（过渡阶段限值）", "GB 3095-2026, transition limits"),
    "gb3095-2026": ("GB 3095—2026", "GB 3095-2026, final limits"),
}

KINDS = {
    "ambient_station_hour": ("点位小时值", "hours of stations"),
    "ambient_city_hour": ("城市小时值", "hours of cities"),
    "ambient_city_day": ("城市日值", "days of cities"),
}

O3 = {"o3": "O₃", "o3_1h": "O₃-1h"}


class Words:
    """The words in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._at = 0 if language.startswith("zh") else 1

    def __call__(self, key: str, *values: object) -> str:
        return WORDS[key][self._at].format(*values)

    def pick(self, pair: tuple[str, str]) -> str:
        """The one of a pair that is in this language."""
        return pair[self._at]

    def mark(self, code: str) -> str:
        """A mark or reason in words."""
        return describe(code, self.language)

    def item(self, code: str) -> str:
        """A pollutant by its symbol, another term by its name; other words stay."""
        if code in O3:
            return O3[code]
        found = terms().get(code)
        return code if found is None else found.symbol or found.label(self.language)

    def indicator(self, code: str) -> str:
        """The name of what is explained."""
        if code.startswith("load_share_"):
            return self("load_share_of", self.item(code.removeprefix("load_share_")))
        if code.endswith("_percentile"):
            return self("percentile_name", self.item(code.removesuffix("_percentile")))
        if code == "change_rate":
            return self("change_rate")
        found = terms().get(code)
        if found is None:
            return code
        label = found.label(self.language)
        if found.group != "pollutants":
            return label
        return f"{label}（{found.symbol}）" if self._at == 0 else f"{label} ({found.symbol})"

    def regime(self, name: str) -> str:
        """A regime by its document."""
        return self.pick(REGIMES[name]) if name in REGIMES else name

    def kind(self, name: str) -> str:
        """A kind of rows; several are separated by commas."""
        parts = [part.strip() for part in name.split(",")]
        return self("pm_join").join(self.pick(KINDS[part]) if part in KINDS else part for part in parts)
