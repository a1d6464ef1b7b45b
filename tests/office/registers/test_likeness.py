"""The same firm under two spellings: names out of real notices, and what must not be taken for one."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from lantian.office.registers.crossing.likeness import alike, likeness, take_apart

PLACES = {"山西省": "140000", "山西": "140000", "阳泉市": "140300", "阳泉": "140300", "大同市": "140200",
          "新荣区": "140212", "浑源县": "140225", "介休市": "140781", "介休": "140781"}  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("介休市茂胜热电有限公司", "茂胜热电有限责任公司", "same_words"),
        ("山西潞宝集团晋钢兆丰煤化工有限公司", "潞宝（集团）晋钢兆丰煤化工有限公司", "same_words"),
        ("山西高义钢铁有限公司", "山西高義钢铁有限公司", ""),
        ("山西高义钢铁有限公司", "山西高义煤化有限公司", ""),
        ("华电大同第一热电厂有限公司", "华电大同第二热电厂有限公司", ""),
        ("大同市新荣区污水处理厂", "浑源县污水处理厂", ""),
        ("大同市污水处理厂", "浑源县污水处理厂", "same_words"),
        ("太原狮头水泥股份有限公司", "太原狮头水泥股份有限公司朔州分公司", ""),
        (
            "阳泉煤业(集团)股份有限公司发供电分公司第三热电厂",
            "山西国阳新能股份有限公司发供电分公司三电厂",
            "same_branch",
        ),
        ("阳泉煤业(集团)股份有限公司升华实业分公司", "阳泉煤业集团有限责任公司升华实业分公司", "same_words"),
    ],
)
def test_pairs_by_hand(one: str, other: str, why: str) -> None:
    first, second = take_apart(one, PLACES), take_apart(other, PLACES)
    assert likeness(first, second).why == why
    assert likeness(first, second) == likeness(second, first)


@pytest.mark.shared
def test_of_forty_published_names_the_one_real_pair_is_proposed(shared: Path) -> None:
    with (shared / "data/enterprises_shanxi/enterprises_in_notices.csv").open(encoding="utf-8-sig") as file:
        names = sorted({row["name_as_published"] for row in csv.DictReader(file)})
    with (shared / "data/admin_shanxi/divisions.csv").open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] != "township"]
    places = {text: row["code"] for row in rows for text in (row["name"], row["name"][:-1]) if len(text) > 1}
    found = [{names[one], names[other]} for one, other, _likeness in alike(enumerate(names), places)]
    assert found == [
        {
            "阳泉煤业(集团)股份有限公司发供电分公司第三热电厂",
            "山西国阳新能股份有限公司发供电分公司三电厂",
        }
    ]


def test_ten_thousand_names_are_not_compared_pair_by_pair() -> None:
    names = [(n, f"{chr(0x4E00 + n % 5000)}{chr(0x5E00 + n // 3)}铸造有限公司") for n in range(10_000)]
    assert sum(1 for _ in alike(names)) < 10_000
