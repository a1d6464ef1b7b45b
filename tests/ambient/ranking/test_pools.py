"""Pools: who is ranked together on which day, by which of its names; pools of the user's own."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from lantian.ambient.ranking import Member, pool, pools, read_pools
from lantian.ambient.ranking.names import Names, short
from lantian.errors import LantianError
from lantian.rulebook import load


def names(name: str, day: str) -> list[str]:
    return [member.name for member in pool(name, date.fromisoformat(day)).members]


@pytest.mark.parametrize(
    ("name", "day", "size"),
    [
        ("168", "2018-12-31", 169), ("168", "2019-01-01", 168), ("cities-168", "2025-06-01", 168),
        ("2+26", "2023-11-29", 28), ("2+36", "2023-11-30", 38), ("京津冀及周边", "2020-01-01", 28),
        ("汾渭平原", "2023-01-01", 11), ("汾渭", "2024-01-01", 13), ("长三角", "2020-01-01", 41),
        ("长三角地区", "2025-01-01", 31), ("山西", "2025-01-01", 11), ("shanxi_counties", "2025-01-01", 117),
        ("shanxi_ranked_units", "2019-09-30", 120), ("山西119县", "2020-06-30", 119),
    ],
)  # fmt: skip
def test_a_pool_has_the_members_of_its_day(name: str, day: str, size: int) -> None:
    found = pool(name, date.fromisoformat(day))
    assert found.size == size
    assert found.complete == (found.key != "shanxi_ranked_units")
    assert len({(member.group, member.name) for member in found.members}) == len(found.members)


def test_the_cities_that_moved_between_regions() -> None:
    moved = {"太原", "阳泉", "长治", "晋城"}
    assert moved <= set(names("2+26", "2023-06-30")) and not moved & set(names("汾渭", "2023-06-30"))
    assert moved <= set(names("汾渭", "2024-06-30")) and not moved & set(names("2+36", "2024-06-30"))
    assert {"洛阳", "三门峡"} <= set(names("汾渭", "2023-06-30"))
    assert {"洛阳", "三门峡"} <= set(names("2+36", "2024-06-30"))
    assert not {"大同", "朔州", "忻州"} & {m for name in ("2+36", "汾渭") for m in names(name, "2024-06-30")}
    assert set(names("168", "2018-06-30")) - set(names("168", "2019-06-30")) == {"莱芜"}


def test_doubt_is_said() -> None:
    assert not pool("168", date(2025, 1, 1)).verified
    assert pool("2+36", date(2025, 1, 1)).verified
    unsure = pool("shanxi_ranked_units", date(2019, 9, 30))
    assert (unsure.size, len(unsure.members), unsure.complete) == (120, 119, False)
    assert {"阳泉开发区", "晋城开发区"} <= {member.name for member in unsure.members}


def test_the_groups_of_the_168_are_the_168() -> None:
    day = date(2024, 1, 1)
    groups = ["bth_surroundings_54", "yangtze_delta_41", "fenwei_11", "chengyu_16", "yangtze_middle_22",
              "pearl_delta_9", "capitals_15"]  # fmt: skip
    parts = [member.name for group in groups for member in pool(group, day).members]
    assert sorted(parts) == sorted(names("168", "2024-01-01"))
    assert {"cities_168", *groups} <= {found.key for found in pools(day)}


def test_a_name_of_another_day_says_which_days() -> None:
    with pytest.raises(LantianError, match=r"from 2018-06-27 to 2023-11-29, not on 2024-05-01.*2\+36"):
        pool("2+26", date(2024, 5, 1))
    with pytest.raises(LantianError, match=r"Did you mean .*2\+26"):
        pool("26+2", date(2024, 5, 1))


def test_pools_of_the_rulebook_cut_no_evaluation() -> None:
    assert date(2023, 11, 30) not in load().changes("ambient.", date(2023, 1, 1), date(2023, 12, 31))


@pytest.mark.parametrize(
    ("text", "found"),
    [("平城区", 0), ("140213", 0), ("大同市平城区", 0), ("大同平城", 0), ("山西省大同市平城区", 0),
     ("平城", 0), ("城区", None), ("阳泉市城区", 1), ("晋城城区", 2), ("祁县", 3), ("祁", None),
     ("阳泉开发区", 4)],
)  # fmt: skip
def test_a_county_by_any_of_its_names(text: str, found: int | None) -> None:
    members = [Member("平城区", "140213", "大同市"), Member("城区", "140302", "阳泉市"),
               Member("城区", "140502", "晋城市"), Member("祁县", "140727", "晋中市"),
               Member("阳泉开发区", "", "阳泉市", ("阳泉经济技术开发区",))]  # fmt: skip
    hits = Names("county", members).find(text)
    assert hits == {found} if found is not None else len(hits) != 1


def test_cities_are_not_districts_of_their_name() -> None:
    known = Names("city", [Member("朝阳"), Member("吉林市"), Member("大同市")])
    assert known.find("朝阳市") == {0} and known.find("吉林") == {1} and known.find("大同") == {2}
    assert not known.find("朝阳区") and not known.find("吉林省") and not known.find("大同区")
    assert short("呼伦贝尔盟", "city") == "呼伦贝尔"


def test_two_places_of_one_member_are_said_not_chosen() -> None:
    matched = Names("city", [Member("临汾市")]).match(
        [("临汾", "临汾"), ("临汾市", "临汾市"), ("北京", "北京")]
    )
    assert (matched.found, matched.ambiguous, matched.outside) == ({0: 0}, ("临汾市",), ("北京",))


def test_a_pool_file_with_days(tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    file.write_text(
        "名单,单位,所属市,起,止,别名\n区县,小店区,太原市,,,\n区县,综改区,太原市,2020-01-01,2021-12-31,综改示范区\n"
        "区县,清徐经开区,太原市,2022-01-01,,\n区县,小店区,太原市,,,\n区县,阳曲县,太原市,2021-05-01,2021-04-01,\n"
        "园区,综改区,,2020-13-01,,\n",
        encoding="utf-8",
    )
    read = read_pools(file)
    assert [(r.row, r.code) for r in read.refusals] == [
        (5, "duplicate"), (6, "ends_before_it_begins"), (7, "not_a_date")
    ]  # fmt: skip
    early, late = (pool("区县", date(year, 6, 1), files=[file]) for year in (2021, 2022))
    assert [m.name for m in early.members] == ["小店区", "综改区"]
    assert [m.name for m in late.members] == ["小店区", "清徐经开区"]
    assert (early.valid_from, early.valid_to) == (date(2020, 1, 1), date(2021, 12, 31))
    assert (late.valid_from, late.valid_to) == (date(2022, 1, 1), None)
    assert early.names().find("综改示范区") == {1}
    day = early.valid_from
    assert day is not None
    assert len(pool("区县", day - timedelta(days=1), files=[file]).members) == 1


def test_a_file_without_pools_is_one_named_as_the_file(tmp_path: Path) -> None:
    (tmp_path / "三市.csv").write_text("城市\n临汾\n运城\n晋中\n", encoding="gb18030")
    assert pool("三市", date(2025, 1, 1), files=[tmp_path / "三市.csv"]).size == 3
    (tmp_path / "none.csv").write_text("城市,起\n临汾,x\n", encoding="utf-8")
    with pytest.raises(LantianError, match="no unit could be taken"):
        read_pools(tmp_path / "none.csv")


@pytest.mark.shared
def test_lists_are_those_of_the_facts(shared: Path) -> None:
    facts = yaml.safe_load((shared / "facts/ambient-air-standards.yaml").read_text(encoding="utf-8"))
    assert sorted(names("168", "2024-01-01")) == sorted(c for g in facts["cities_168"].values() for c in g)
    for name, key in (
        ("2+36", "京津冀及周边地区_2plus36"),
        ("长三角", "长三角地区_31"),
        ("汾渭", "汾渭平原_13"),
    ):
        assert sorted(names(name, "2024-01-01")) == sorted(facts["key_regions_2023"][key])
    shanxi = [short(name, "city") for name in names("山西", "2024-01-01")]
    assert sorted(shanxi) == sorted(facts["shanxi_prefectures"])


@pytest.mark.shared
def test_townships_of_a_county_from_a_list_of_divisions(shared: Path) -> None:
    file = shared / "data/admin_shanxi/divisions.csv"
    towns = pool("140105", date(2024, 1, 1), files=[file])
    assert towns.level == "township" and towns.members[0].group == "小店区"
    assert sum(len(pool_.stays) for pool_ in read_pools(file).pools.values()) == 1484
    counties = {m.code for m in pool("shanxi_counties", date(2024, 1, 1)).members}
    zones = {"140171", "140271", "140671", "140971"}
    listed = [m.code for p in pool("140000", date(2024, 1, 1), files=[file]).members
              for m in pool(p.code, date(2024, 1, 1), files=[file]).members]  # fmt: skip
    assert set(listed) - zones == counties


@pytest.mark.shared
def test_names_of_the_county_notices_are_members(shared: Path) -> None:
    known = pool("shanxi_ranked_units", date(2020, 6, 30)).names()
    lines = (shared / "data/published_tables/shanxi_county_rank_notices_2020.csv").read_text("utf-8-sig")
    named = [name for line in lines.splitlines()[1:] for name in line.split(",")[2].split("|")]
    assert len(named) == 40
    assert [name for name in named if len(known.find(name)) != 1] == []
