"""Targets: cases in the style of plans, with years, numbers, places and widths the rules did not grow on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.planning import read_plan
from lantian.planning.model import Meta, Passage, Target
from lantian.planning.targets import find_targets

GOLD = Path(__file__).parent / "gold"
META = Meta(title="某市空气质量持续改善行动计划", region="某市", year=2024)
FULL_WIDTH = str.maketrans("0123456789%,()PM", "０１２３４５６７８９％，（）ＰＭ")


def find(text: str, heading: str = "重点任务", meta: Meta = META, start: int = 0) -> list[Target]:
    return find_targets([Passage(["三", "（一）", "1"], heading, text, start, None)], meta=meta)


def keys(text: str, heading: str = "重点任务") -> list[tuple[str, str, float | None, str | None]]:
    found = [t for t in find(text, heading) if t.value is not None and not t.implied_value]
    return [(t.indicator, t.comparator, t.value, t.by) for t in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("到2025年，短流程炼钢产量占比力争达3%以上", [("short_process_steel_share", ">=", 3, "2025")]),
        ("钢铁行业先进产能占比力争达到80%以上", [("advanced_capacity_share", ">=", 80, None)]),
        (
            "12月底前,全市A、B(含B-)级和引领性企业数量力争达到60家以上",
            [("grade_ab_count", ">=", 60, "2024-12-31")],
        ),
        (
            "到2025年，非化石能源消费比重达12%，电能占终端能源消费比重达30%左右。",
            [("non_fossil_share", ">=", 12, "2025"), ("electricity_share", "=", 30, "2025")],
        ),
        (
            "10月底前,完成甲县、乙市等2个县(市、区)28,242户居民清洁取暖改造工作",
            [("clean_heating_households", ">=", 28242, "2024-10-31")],
        ),
        ("力争完成清洁取暖改造6000户", [("clean_heating_households", ">=", 6000, None)]),
        (
            "铁路、水路货运量比2020年分别增长10%和12%左右",
            [
                ("rail_freight_growth", "increase", 10, None),
                ("waterway_freight_growth", "increase", 12, None),
            ],
        ),
        (
            "2025年，铁路货运量比2020年增长10%左右。大型企业运输的煤炭和焦炭中，铁路运输比例力争达到90%。",
            [("rail_freight_growth", "increase", 10, "2025"), ("rail_share", ">=", 90, None)],
        ),
        (
            "更新的公共领域车辆中，新能源及清洁能源比例不低于80%（市区不低于100%）",
            [("nev_share", ">=", 80, None), ("nev_share", ">=", 100, None)],
        ),
        (
            "加大物流园区运输车辆新能源及清洁能源替代力度,年底前达到60%以上,2025年达到80%以上",
            [("nev_share", ">=", 60, "2024-12-31"), ("nev_share", ">=", 80, "2025")],
        ),
        (
            "年底前，企业新能源及清洁能源运输比例达到60%以上；2025年，达到80%以上",
            [("clean_transport_ratio", ">=", 60, "2024-12-31"), ("clean_transport_ratio", ">=", 80, "2025")],
        ),
        ("铁矿石等清洁运输（含新能源车）比例力争达到80%", [("clean_transport_ratio", ">=", 80, None)]),
        (
            "到2025年,装配式建筑占新建建筑面积比例达30%；市区建成区道路机械化清扫率达到80%左右，县城达70%左右。",
            [
                ("prefab_building_share", ">=", 30, "2025"),
                ("mechanised_sweeping_ratio", "=", 80, "2025"),
                ("mechanised_sweeping_ratio", "=", 70, "2025"),
            ],
        ),
        ("秸秆综合利用率稳定在90%以上", [("straw_utilisation_ratio", ">=", 90, None)]),
        (
            "2025年，甲市PM2.5浓度稳定控制在25微克/立方米以下，乙市稳定控制在28微克/立方米以下",
            [("pm25", "<=", 25, "2025"), ("pm25", "<=", 28, "2025")],
        ),
        (
            "2024年，PM2.5浓度不高于36微克/立方米，2025年不高于34微克/立方米",
            [("pm25", "<=", 36, "2024"), ("pm25", "<=", 34, "2025")],
        ),
        (
            "PM2.5、PM10浓度分别控制在35、70微克/立方米以内",
            [("pm25", "<=", 35, None), ("pm10", "<=", 70, None)],
        ),
        ("二氧化氮、二氧化硫浓度下降5%", [("no2", "decrease", 5, None), ("so2", "decrease", 5, None)]),
        (
            "2024年，优良天数比例达到72%以上，重污染天数控制在2天以内，空气质量综合指数下降5%",
            [
                ("good_days_ratio", ">=", 72, "2024"),
                ("heavy_days", "<=", 2, "2024"),
                ("composite_index", "decrease", 5, "2024"),
            ],
        ),
        (
            "PM2.5浓度、优良天数比例分别达到40微克/立方米、75%",
            [("pm25", "<=", 40, None), ("good_days_ratio", ">=", 75, None)],
        ),
        (
            "PM2.5浓度较2020年下降15%，达到38微克/立方米",
            [("pm25", "decrease", 15, None), ("pm25", "<=", 38, None)],
        ),
        (
            "到2024年底，完成燃煤锅炉淘汰20台，工业炉窑改造12座",
            [("other:燃煤锅炉淘汰", ">=", 20, "2024-12-31"), ("other:工业炉窑改造", ">=", 12, "2024-12-31")],
        ),
        ("优良天数达到280天以上", [("good_days", ">=", 280, None)]),
        (
            "2024、2025年度市区空气质量综合指数均退出168城市后10位",
            [("composite_rank", "exit_bottom", 10, "2024"), ("composite_rank", "exit_bottom", 10, "2025")],
        ),
        (
            "甲县退出全省后 3，乙市退出全省后十",
            [("composite_rank", "exit_bottom", 3, None), ("composite_rank", "exit_bottom", 10, None)],
        ),
        ("综合指数排名力争进入全省前20位", [("composite_rank", "<=", 20, None)]),
        ("全县降尘量不高于7吨/月平方公里", [("dustfall", "<=", 7, None)]),
        ("集中培育1-2个引领型低碳环保集团", [("other:引领型低碳环保集团", ">=", 1, None)]),
        ("6月底前,71个乡镇空气质量监测站全部联网", [("other:乡镇空气质量监测站", "=", 71, "2024-06-30")]),
        (
            "淘汰国三及以下排放标准柴油货车3000辆，培育绿色工厂5家以上",
            [("other:国三及以下排放标准柴油货车", ">=", 3000, None), ("other:绿色工厂", ">=", 5, None)],
        ),
        ("清洁取暖覆盖率力争达百分之六十以上", [("other:清洁取暖覆盖率", ">=", 60, None)]),
        (
            "氮氧化物和VOCs排放总量比2020年分别下降10%以上",
            [
                ("other:氮氧化物排放总量", "decrease", 10, None),
                ("other:VOCs排放总量", "decrease", 10, None),
            ],
        ),
        ("全市细颗粒物浓度控制在每立方米43微克以内", [("pm25", "<=", 43, None)]),
        ("环境空气质量综合指数在全省13个设区市排名力争进入前五", [("composite_rank", "<=", 5, None)]),
        (
            "2024年和2025年，PM2.5浓度分别控制在45微克/立方米和43微克/立方米以内",
            [("pm25", "<=", 45, "2024"), ("pm25", "<=", 43, "2025")],
        ),
        (
            "2024年、2025年分别淘汰老旧货车1000辆、1500辆",
            [("other:老旧货车", ">=", 1000, "2024"), ("other:老旧货车", ">=", 1500, "2025")],
        ),
        (
            "完成8家水泥企业、3家焦化企业超低排放改造",
            [("other:水泥企业", ">=", 8, None), ("other:焦化企业超低排放改造", ">=", 3, None)],
        ),
        (
            "对使用溶剂型涂料的企业加快替代，四季度完成22家，明年6月底前再完成15家",
            [
                ("other:使用溶剂型涂料的企业加快替代", ">=", 22, "2024-12-31"),
                ("other:使用溶剂型涂料的企业加快替代", ">=", 15, "2025-06-30"),
            ],
        ),
        ("新增A、B级和绩效引领性企业12家", [("grade_ab_count", ">=", 12, None)]),
        ("更新的公交车中新能源车占比100%", [("nev_share", "=", 100, None)]),
        (
            "餐饮单位净化设施安装率、正常使用率均达到100%",
            [("other:餐饮单位净化设施安装率", ">=", 100, None), ("other:正常使用率", ">=", 100, None)],
        ),
        (
            "水路、铁路货运量分别比2020年增长12%、10%",
            [
                ("waterway_freight_growth", "increase", 12, None),
                ("rail_freight_growth", "increase", 10, None),
            ],
        ),
        ("全省80%以上的钢铁产能完成超低排放改造", [("other:钢铁产能完成超低排放改造", ">=", 80, None)]),
        ("完成50个产业集群排查整治", [("other:产业集群排查整治", ">=", 50, None)]),
        ("6月底前完成汽修、家具行业97家企业提标", [("other:企业提标", ">=", 97, "2024-06-30")]),
        (
            "二氧化硫(SO2)、氮氧化物(NOX)和挥发性有机物(VOCs)等主要污染物排放总量比2015年分别下降15%、10%和26%",
            [
                ("other:二氧化硫排放总量", "decrease", 15, None),
                ("other:氮氧化物排放总量", "decrease", 10, None),
                ("other:挥发性有机物排放总量", "decrease", 26, None),
            ],
        ),
        ("涉气重复信访投诉量比2017年下降30%", [("other:涉气重复信访投诉量", "decrease", 30, None)]),
        (
            "2024年、2025年、2026年分别完成55家、70家、40家企业原辅材料替代",
            [
                ("other:企业原辅材料替代", ">=", 55, "2024"),
                ("other:企业原辅材料替代", ">=", 70, "2025"),
                ("other:企业原辅材料替代", ">=", 40, "2026"),
            ],
        ),
        ("2026年非电用煤比2023年减少15万吨", [("other:非电用煤", "decrease", 15, "2026")]),
        ("全年火点数同比下降20%", [("other:火点数", "decrease", 20, None)]),
        (
            "6月底前完成治理项目34个，9月底前再完成28个",
            [("other:治理项目", ">=", 34, "2024-06-30"), ("other:治理项目", ">=", 28, "2024-09-30")],
        ),
        ("80%以上水泥熟料产能完成超低排放改造", [("other:水泥熟料产能完成超低排放改造", ">=", 80, None)]),
        ("老旧柴油货车淘汰任务完成80%", [("other:老旧柴油货车淘汰任务", ">=", 80, None)]),
        ("PM2.5年均浓度完成43微克/立方米的年度目标", [("pm25", "<=", 43, None)]),
        ("全县12个乡镇优良天数均达到270天以上", [("good_days", ">=", 270, None)]),
        ("清洁能源公交车占比100%", [("nev_share", "=", 100, None)]),
        ("建成充电桩1.2万个", [("other:充电桩", ">=", 1.2, None)]),
        (
            "淘汰燃煤锅炉11台，其中建成区7台",
            [("other:燃煤锅炉", ">=", 11, None), ("other:燃煤锅炉", ">=", 7, None)],
        ),
        ("全年淘汰国三柴油货车85辆以上", [("other:国三柴油货车", ">=", 85, None)]),
        ("降尘控制在3.5吨/平方公里·月以内", [("dustfall", "<=", 3.5, None)]),
        ("开展机械抽测不少于800台次", [("other:开展机械抽测", ">=", 800, None)]),
        (
            "统筹推进清洁取暖，10月底前新增改造农户1.2万户",
            [("clean_heating_households", ">=", 1.2, "2024-10-31")],
        ),
    ],
)
def test_goals_with_numbers(text: str, expected: list[tuple[str, str, float, str | None]]) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "巩固35蒸吨/小时以上、65蒸吨/小时以下燃煤锅炉超低排放改造成果",
        "使用的原辅材料VOCs含量（质量比）低于10%的工序",
        "PM2.5年均浓度在40微克/立方米以上的设区市和综合指数在全省排名后20的县（市、区）",
        "降尘量最高值高于9吨/月·平方公里的市县要开展整治",
        "新建及迁建年运量150万吨以上的物流园区",
        "未完成的从6月起降低10%生产负荷",
        "新建锅炉氮氧化物排放浓度不高于50毫克/立方米",
        "3家保留和4家新建焦化企业力争完成备用干熄焦建设",
        "5家火电企业9月底前完成深度治理",
        "炭化室高度4.3米焦炉退出",
        "5000平方米及以上工地全部安装视频监控",
        "提高未来7—10天预报精准性",
        "对完成年度PM2.5浓度下降3%目标任务的县（区）给予奖励",
        "严禁新增钢铁产能",
        "2024年以来，全市PM2.5浓度下降5%",
        "落实“六个百分之百”要求",
        "每月路检不少于300辆次，入户检查不少于12家",
        "11个设区市二氧化氮指标全部达到二级标准",
    ],
)
def test_thresholds_bans_and_descriptions_are_no_targets(text: str) -> None:
    assert keys(text) == []


@pytest.mark.parametrize(
    ("text", "indicator", "comparator", "value"),
    [
        ("到2025年，煤炭消费量较2020年实现负增长", "coal_consumption", "decrease", None),
        ("实现系族全覆盖", "other:实现系族全覆盖覆盖率", "=", 100),
        ("对35蒸吨/小时及以下燃煤锅炉进行动态清零", None, "=", 0),
        ("其他县（市）排名稳定前移", "composite_rank", "improve", None),
        ("空气质量综合指数持续降低", "composite_index", "decrease", None),
        ("基本消除铁路机车“冒黑烟”现象", None, "decrease", None),
        ("PM2.5浓度力争全面达标", "pm25", "<=", None),
        ("提高先进燃煤机组占比", "advanced_capacity_share", "increase", None),
    ],
)
def test_goals_without_a_written_number(
    text: str, indicator: str | None, comparator: str, value: float | None
) -> None:
    (target,) = find(text)
    assert (target.comparator, target.value) == (comparator, value)
    assert indicator is None or target.indicator == indicator
    assert target.value is None or target.implied_value


def test_places_in_their_kinds() -> None:
    def places(text: str) -> list[list[str]]:
        return [t.region for t in find(text)]

    assert places("平川县、东阳市SO₂浓度下降20%，平川县、河东区PM2.5浓度下降10%") == [
        ["平川县", "东阳市"],
        ["平川县", "河东区"],
    ]
    assert places("祁县、和顺县和寿阳县退出全省后20") == [["祁县", "和顺县", "寿阳县"]]
    assert places("京津冀及周边地区、汾渭平原PM2.5浓度分别下降20%、15%") == [
        ["京津冀及周边地区"],
        ["汾渭平原"],
    ]
    assert places("全市秸秆综合利用率稳定在90%以上") == [["某市"]]
    assert places("临清、东阿、莘州等3个开发区内企业，新能源比例达到100%") == [["临清", "东阿", "莘州"]]
    assert places("市区建成区机械化清扫率达到80%，其他县(市)建成区达到70%") == [
        ["市区建成区"],
        ["其他县(市)建成区"],
    ]


def test_a_heading_names_places_year_and_binding() -> None:
    passages = [
        Passage(
            ["二", "（一）", "1"], "", "2026年，综合指数下降。空气质量综合指数排名退出全省后20。", 0, None
        ),
        Passage(["二", "（二）"], "", "PM2.5浓度控制在35微克/立方米以下。", 50, None),
    ]
    headings = {
        ("二",): "主要目标",
        ("二", "（一）"): "东阳县、平川县空气质量指标控制要求",
        ("二", "（二）"): "力争性指标",
    }
    targets = [t for t in find_targets(passages, meta=META, headings=headings) if t.value is not None]
    assert [(t.region, t.by, t.binding) for t in targets] == [
        (["东阳县", "平川县"], "2026", "unspecified"),
        (["某市"], None, "aspiration"),
    ]
    assert [t.id for t in find_targets(passages, meta=META, headings=headings)] == ["T01", "T02", "T03"]


def test_a_plan_of_one_year_is_due_in_it() -> None:
    meta = Meta(title="某省空气质量巩固提升2023年行动计划", region="某省", year=2023)
    (target,) = find("二氧化硫排放量较上年下降2%以上", meta=meta)
    assert (target.by, target.baseline) == ("2023", "2022")
    passage = Passage(["附件", "一", "（一）"], "", "降尘量不高于7吨/月·平方公里", 0, None)
    (target,) = find_targets([passage], meta=META, headings={("附件",): "某县2025年行动计划"})
    assert target.by == "2025"


def test_binding_and_baseline() -> None:
    (target,) = find("对综合指数未退出全省117县排名后10位的县（市、区），取消当年评先评优资格")
    assert (target.binding, target.comparator, target.value) == ("constraint", "exit_bottom", 10)
    (target,) = find("煤炭消费量较2020年下降5%")
    assert (target.binding, target.baseline) == ("unspecified", "2020")
    (target,) = find("力争PM2.5浓度下降5%")
    assert target.binding == "aspiration"
    (target,) = find("PM2.5浓度控制在35微克/立方米左右")
    assert (target.comparator, target.scope) == ("=", "左右")


SPELLINGS = ["PM2.5", "PM_{2.5}", "PM₂.₅", "ＰＭ2.5", "PM 2.5", "细颗粒物", "细颗粒物（PM2.5）", "PM\n2.5"]
NUMERALS = "零一二三四五六七八九"


@given(
    name=st.sampled_from(SPELLINGS),
    value=st.integers(11, 99),
    year=st.integers(2024, 2059),
    chinese=st.booleans(),
    wide=st.booleans(),
    unit=st.sampled_from(["微克/立方米", "μg/m³", "µg/m3", "微克每立方米"]),
    start=st.integers(0, 5000),
)
def test_any_spelling_number_year_and_width(
    *, name: str, value: int, year: int, chinese: bool, wide: bool, unit: str, start: int
) -> None:
    tens, ones = divmod(value, 10)
    number = (
        (NUMERALS[tens] if tens > 1 else "") + "十" + (NUMERALS[ones] if ones else "")
        if chinese
        else str(value)
    )
    text = f"到{year}年,东平县{name}浓度稳定控制在{number}{unit}以下,其他县(市)达到{value + 1}{unit}以内。"
    if wide:
        text = text.translate(FULL_WIDTH)
    targets = find(text, start=start)
    assert [(t.indicator, t.comparator, t.value, t.by) for t in targets] == [
        ("pm25", "<=", value, str(year)),
        ("pm25", "<=", value + 1, str(year)),
    ]
    assert targets[0].region == ["东平县"]
    for target in targets:
        assert text[target.start - start : target.end - start] == target.quote


@given(
    st.text(
        alphabet="PM2.5浓度达到控制在以上下左右0358%户家年底前，。；（）后位退出"
        "全省市县的新能源比例、增长分别\n ",
        max_size=80,
    )
)
def test_any_text_is_read_and_quotes_stand_where_they_say(text: str) -> None:
    for target in find(text, start=7):
        assert text[target.start - 7 : target.end - 7] == target.quote
        assert target.comparator in (
            ">=",
            "<=",
            ">",
            "<",
            "=",
            "increase",
            "decrease",
            "exit_bottom",
            "improve",
        )


def same(a: tuple[str, float, str | None], b: tuple[str, float, str | None]) -> bool:
    dates = a[2] == b[2] if a[2] is None or b[2] is None else a[2][: len(b[2])] == b[2][: len(a[2])]
    return a[:2] == b[:2] and dates


@pytest.mark.shared
@pytest.mark.parametrize("name", ["jinzhong-city-2024", "lingchuan-county-2024", "shanxi-province-2021"])
def test_plans_read_by_eye(name: str, shared: Path) -> None:
    gold = json.loads((GOLD / f"{name}.targets.json").read_text(encoding="utf-8"))
    plan = read_plan(shared / "seeds" / f"{name}.txt")
    read = [t for t in plan.targets if t.value is not None and not t.implied_value]
    left = [(t.indicator.split(":")[0], t.value or 0, t.by) for t in read]
    missed = []
    for wanted in gold["targets"]:
        key = (wanted["indicator"].split(":")[0], wanted["value"], wanted["by"])
        hit = next((k for k in left if same(k, key)), None)
        left.remove(hit) if hit else missed.append(key)
    assert (missed, left) == ([], [])
    regions = {(t.indicator.split(":")[0], t.value, tuple(t.region)) for t in read}
    right = [
        w
        for w in gold["targets"]
        if (w["indicator"].split(":")[0], w["value"], tuple(w["region"])) in regions
    ]
    assert len(right) >= 0.7 * len(gold["targets"])


@pytest.mark.shared
@pytest.mark.parametrize("name", ["linfen-city-2024", "shanxi-province-2024"])
def test_other_numbers_other_names_full_width(name: str, shared: Path, tmp_path: Path) -> None:
    """The plan with every percentage, place and width changed says the changed things."""
    text = (shared / "seeds" / f"{name}.txt").read_text(encoding="utf-8")
    changed = text.replace("80%", "百分之八十").replace("90%", "９０％").replace("28242", "３１，００７")
    for old, new in (("临汾", "东平"), ("洪洞", "长岭"), ("太原", "北原"), ("运城", "海城")):
        changed = changed.replace(old, new)
    (tmp_path / "changed.txt").write_text(changed, encoding="utf-8")

    def read(path: Path) -> list[tuple[str, float | None, str | None]]:
        return [
            (t.indicator.split(":")[0], t.value, t.by) for t in read_plan(path).targets if not t.implied_value
        ]

    expected = [(i, 31007.0 if v == 28242 else v, b) for i, v, b in read(shared / "seeds" / f"{name}.txt")]
    assert read(tmp_path / "changed.txt") == expected


def test_a_winter_of_two_years_is_no_plan_of_one_year() -> None:
    winter = Meta(title="某市2024—2025年秋冬季攻坚方案", year=2024)
    assert [t.by for t in find("机械化清扫率达到90%", meta=winter)] == [None]
    year = Meta(title="某市2024年大气污染防治“夏季攻势”实施方案", year=2024)
    assert [t.by for t in find("机械化清扫率达到90%", meta=year)] == ["2024"]


def test_the_heading_tells_what_households_are_counted() -> None:
    found = find("10月底前新增改造3200户。", heading="持续推进清洁取暖")
    assert [(t.indicator, t.value, t.by) for t in found] == [("clean_heating_households", 3200, "2024-10-31")]
    assert find("走访群众3200户。", heading="持续推进清洁取暖") == []


def test_a_leading_year_holds_for_the_goals_after_it() -> None:
    text = "到2025年，完成约束性指标。全市PM2.5浓度控制在40微克/立方米以内。到2027年，优良天数比率达到75%。"
    dated = [
        (t.indicator, t.by) for t in find(text, "工作目标") if t.value is not None and not t.implied_value
    ]
    assert dated == [("pm25", "2025"), ("good_days_ratio", "2027")]
    elsewhere = [t.by for t in find(text, "重点任务") if t.indicator == "pm25"]
    assert elsewhere == [None]


def test_binding_indicators_handed_down_are_a_goal_of_each_year() -> None:
    found = find("坚决完成省下达我市的大气污染物总量2024年、2025年约束性指标。")
    assert [(t.indicator[:14], t.by) for t in found] == [
        ("other:省下达我市的大气", "2024"),
        ("other:省下达我市的大气", "2025"),
    ]
    assert find("提升PM2.5和臭氧协同监测能力。") == []


def test_the_quote_of_a_counted_goal_names_what_is_counted() -> None:
    (goal,) = find("10月底前，完成3家企业退出，其余继续生产。")
    assert goal.quote == "10月底前，完成3家企业退出"
