"""Places: named ones, lists with one ending, areas and groups; words that only look like places."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lantian.planning import read_plan
from lantian.planning.fold import Folded
from lantian.planning.places import find_places, task_regions


def places(text: str) -> list[str]:
    return [name for _, _, name in find_places(Folded(text).text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("完成平川县、东阳市、河东区、祁县改造", ["平川县", "东阳市", "河东区", "祁县"]),
        ("祁县、和顺县和寿阳县", ["祁县", "和顺县", "寿阳县"]),
        ("推进海城市铸造,晋城市陶瓷", ["海城市", "晋城市"]),
        ("临清、东阿、莘州等3个开发区", ["临清", "东阿", "莘州"]),
        ("大同、朔州、忻州3市平原地区", ["大同", "朔州", "忻州"]),
        ("沿河6县(市、区)和东平经济开发区", ["沿河6县(市、区)", "东平经济开发区"]),
        ("推动汾渭平原大气联防联控", ["汾渭平原"]),
        ("统筹推进汾河谷地治理，加强对上党盆地的指导", ["汾河谷地", "上党盆地"]),
        ("进入市区规划区的车辆", ["市区规划区"]),
        ("联防联控县开展整治", ["联防联控县"]),
        ("推动近郊的河东区金店镇、柳村镇", ["河东区金店镇"[:3], "金店镇", "柳村镇"]),
    ],
)
def test_places_as_written(text: str, expected: list[str]) -> None:
    assert places(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "城市功能定位",
        "工业园区整治",
        "市场监管",
        "超市、小区和社区",
        "加强控制区管理",
        "建设示范区",
        "县级医院",
        "全市推进",
        "《东平市方案》",
    ],
)
def test_words_that_are_no_places(text: str) -> None:
    assert places(text) == []


def test_regions_of_a_task() -> None:
    units = ["市生态环境局", "各县市区人民政府", "东平经济开发区管委会"]
    assert task_regions("在全市开展整治", units, plan_region="某市") == ["各县市区", "东平经济开发区"]
    assert task_regions("某市推进改造", ["市住建局"], plan_region="某市") == []
    assert task_regions("长岭县率先完成", ["长岭县", "河东区人民政府"], plan_region=None) == [
        "长岭县",
        "河东区",
    ]


@pytest.mark.shared
@pytest.mark.parametrize(("name", "least"), [("linfen-city-2024", 0.9), ("shanxi-province-2024", 0.75)])
def test_regions_of_the_annotated_plans(name: str, least: float, shared: Path) -> None:
    gold = json.loads((shared / "data" / "plan_gold" / f"{name}.json").read_text(encoding="utf-8"))
    read = {t.number: set(t.regions) for t in read_plan(shared / "seeds" / f"{name}.txt").tasks}
    wanted = {t["number"]: {Folded(r).text for r in t["regions"]} for t in gold["tasks"]}
    hits = sum(len({Folded(r).text for r in read[n]} & wanted[n]) for n in wanted)
    total = sum(len(read[n]) + len(wanted[n]) for n in wanted)
    assert 2 * hits / total >= least
