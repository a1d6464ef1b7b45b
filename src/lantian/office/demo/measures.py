"""Dustfall, road dust and species of the demonstration: tables as offices keep them, loaded as people do.

Simulated like the air: levels as in the notices of Shanxi, more dust in spring, some months invalid, some
rows wrong, so that every page and every refusal has something to show.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lantian.office.demo.province import CHARACTER, VALLEY, divisions
from lantian.office.demo.weather import SEED

if TYPE_CHECKING:
    from lantian.office.people.models import User

ROAD_CITY, ROAD_COUNTY = "临汾市", "尧都区"
ROADS = (
    ("迎宾大道", "主干道", 5.2), ("平阳南街", "主干道", 4.4), ("解放路", "主干道", 6.1),
    ("煤化路", "主干道", 9.4), ("学府街", "次干道", 4.9), ("环城西路", "次干道", 9.8),
    ("站前街", "次干道", 7.2), ("工业大道", "支路", 14.6),
)  # fmt: skip
LIMITS = """\
# Simulated limits of the demonstration: no document sets them.
add:
  ambient.road_dust.limits.临汾市:
    - value: {主干道: 8, 次干道: 10, 支路: 15}
      unit: g/m²
      document: {zh: 演示设定, en: set for the demonstration}
      clause: {zh: 模拟, en: simulated}
      verified: false
      note: {zh: 模拟数据，无依据, en: "simulated, no document"}
"""
# mean [ppb], and how much the hour of the day moves it: traffic at dusk, isoprene at noon
VOC = {
    "乙烷": (5.8, 0.2), "丙烷": (4.1, 0.3), "正丁烷": (2.2, 0.4), "异戊烷": (1.9, 0.5), "乙烯": (3.1, 0.5),
    "丙烯": (1.0, 0.5), "异戊二烯": (0.35, -0.9), "乙炔": (2.4, 0.4), "苯": (1.1, 0.4), "甲苯": (1.3, 0.5),
    "间/对-二甲苯": (0.7, 0.5), "邻-二甲苯": (0.3, 0.5), "甲醛": (4.6, -0.3), "二氯甲烷": (1.2, 0.1),
}  # fmt: skip
# share of the weighed PM2.5 [µg/µg]
PARTS = {
    "SO4": 0.15, "NO3": 0.24, "NH4": 0.125, "Cl-": 0.024, "OC": 0.155, "EC": 0.045, "Al": 0.0065,
    "Si": 0.0155, "Ca": 0.0095, "Fe": 0.0078, "Ti": 0.0005, "K": 0.0092,
}  # fmt: skip
ELEMENTS = ("Al", "Si", "Ca", "Fe", "Ti", "K")


def fill(data: Path, people: Mapping[str, User], today: date, months: int) -> None:
    """Write the rule file and the tables, and load them as the province's analyst does.

    Parameters
    ----------
    data
        the office's folder
    people
        accounts by sign-in name
    today
        the last day of the observations; only months that ended before it are there
    months
        how many of them
    """
    (data / "rules").mkdir(exist_ok=True)
    (data / "rules" / "demo-road-dust.yaml").write_text(LIMITS, encoding="utf-8")
    from lantian.office.measures.actions import Wishes, load_table, register_site
    from lantian.office.regions.models import Region

    analyst = people["analyst"]
    load_table(analyst, "dustfall", "降尘量.csv", dustfall_table(today, months + 12))
    load_table(analyst, "road", "道路积尘.csv", road_table(today))
    load_table(analyst, "road_ranks", "道路排名.csv", list_table(today))
    county = Region.objects.get(code="141002")
    for name, name_en, kind, table in (
        ("临汾超级站（模拟）", "Linfen supersite (simulated)", "VOC.csv", voc_table(today)),
        ("临汾组分站（模拟）", "Linfen component site (simulated)", "PM2.5组分.csv", particle_table(today)),
    ):
        site = register_site(analyst, name, county, name_en)
        load_table(analyst, "species", kind, table, Wishes(site=site))


def month_before(day: date) -> date:
    """The first day of the month before."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def dustfall_table(today: date, months: int) -> bytes:
    """Every county's months, newest last; a few invalid, a few missing, three rows that must be refused."""
    random = np.random.default_rng([SEED, 31])
    listed = divisions()
    names = {division.code: division.name for division in listed}
    counties = [(names[d.parent_code], d.name) for d in listed if d.level == "county"]
    own = {place: math.exp(random.normal(0, 0.16)) for place in counties}
    first = []
    month = month_before(today)
    for _ in range(months):
        first.append(month)
        month = month_before(month)
    lines = ["城市,县区,月份,降尘量(t/(km²·30d)),有效性,备注"]
    for month in reversed(first):
        season = 4.6 + 2.6 * math.exp(-(((month.month - 4.3) / 1.7) ** 2))
        for city, county in counties:
            coarse = CHARACTER[city.removesuffix("市")][1] / 35
            level = season * coarse * own[city, county] * (1.08 if county in VALLEY else 0.92)
            value = f"{level * math.exp(random.normal(0, 0.17)):.1f}"
            chance = random.random()
            if chance < 0.006:
                lines.append(f"{city},{county},{month:%Y-%m},{value},无效,采样缸倾倒（模拟）")
            elif chance < 0.009:
                lines.append(f"{city},{county},{month:%Y-%m},,缺测,点位施工（模拟）")
            else:
                lines.append(f"{city},{county},{month:%Y-%m},{value},有效,")
    newest = f"{first[0]:%Y-%m}"
    lines += [
        f"临汾市,东山县,{newest},5.1,有效,",
        f"临汾市,吉县,{newest},5，2,有效,",
        f"吕梁市,岚县,{newest},5100,有效,",
    ]
    return "\n".join(lines).encode()


def road_table(today: date) -> bytes:
    """Three points of every road of two places, every week of the last three months."""
    random = np.random.default_rng([SEED, 32])
    lines = ["城市,县区,道路,道路等级,日期,点1(g/m²),点2(g/m²),点3(g/m²)"]
    places = [(ROAD_CITY, county, road) for county in (ROAD_COUNTY, "洪洞县", "襄汾县") for road in ROADS]
    places += [
        ("晋城市", "陵川县", road)
        for road in (("古陵路", "核心道路", 6.2), ("望洛路", "一般道路", 10.9), ("棋源街", "一般道路", 8.1))
    ]
    own = {place: math.exp(random.normal(0, 0.14)) for place in places}
    for week in range(12, -1, -1):
        day = today - timedelta(days=7 * week + 1)
        for city, county, (road, kind, level) in places:
            base = level * own[city, county, (road, kind, level)]
            points = ",".join(f"{base * math.exp(random.normal(0, 0.16)):.1f}" for _ in range(3))
            lines.append(f"{city},{county},{road},{kind},{day},{points}")
    return "\n".join(lines).encode()


def list_table(today: date) -> bytes:
    """Lists of the dirtiest and cleanest roads of the last three months, as city papers print them."""
    lines = ["城市,县区,榜单,名次,道路,月份"]
    month = month_before(today)
    for turn in range(3):
        worst = [ROADS[index][0] for index in (7, 5, 3 - turn % 2)]
        best = [ROADS[index][0] for index in (1, 4, 0)]
        for side, roads in (("最差", worst), ("最净", best)):
            lines += [
                f"{ROAD_CITY},{ROAD_COUNTY},{side},{rank},{road},{month:%Y-%m}"
                for rank, road in enumerate(roads, 1)
            ]
        month = month_before(month)
    return "\n".join(lines).encode()


def voc_table(today: date) -> bytes:
    """Three weeks of hours of VOC."""
    random = np.random.default_rng([SEED, 33])
    lines = [",".join(["时间", *(f"{name}(ppb)" for name in VOC)])]
    for back in range(21, 0, -1):
        day = today - timedelta(days=back)
        still = math.exp(random.normal(0, 0.25))
        for hour in range(24):
            dusk = math.cos((hour - 20) / 12 * math.pi)
            cells = []
            for mean, swing in VOC.values():
                value = mean * still * (1 + swing * dusk) * math.exp(random.normal(0, 0.15))
                chance = random.random()
                cells.append("" if chance < 0.01 else "<0.02" if value < 0.05 else f"{value:.2f}")
            lines.append(f"{day} {hour:02d}:00,{','.join(cells)}")
    return "\n".join(lines).encode()


def particle_table(today: date) -> bytes:
    """Sixty daily filters; on one the mass was not weighed, on one carbon is missing."""
    random = np.random.default_rng([SEED, 34])
    head = [f"{name}({'ng/m³' if name in ELEMENTS else 'µg/m³'})" for name in PARTS]
    lines = [",".join(["日期", "PM2.5(µg/m³)", *head])]
    for back in range(60, 0, -1):
        day = today - timedelta(days=back)
        mass = 48 * math.exp(random.normal(0, 0.45))
        cells = ["" if back == 17 else f"{mass:.0f}"]
        for name, share in PARTS.items():
            value = mass * share * math.exp(random.normal(0, 0.12)) * (1000 if name in ELEMENTS else 1)
            cells.append("" if (back == 31 and name == "OC") else f"{value:.2f}")
        lines.append(f"{day},{','.join(cells)}")
    return "\n".join(lines).encode()
