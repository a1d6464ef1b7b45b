"""The simulated stations: where they stand and what their air is like."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources

BASINS = {
    "大同": "north", "朔州": "north", "忻州": "north", "太原": "centre", "阳泉": "centre", "晋中": "centre",
    "吕梁": "centre", "长治": "south", "晋城": "south", "运城": "south", "临汾": "south",
}  # fmt: skip

# What the air of a city is like in an ordinary year: pm2_5, pm10's coarse part, so2, no2 [µg/m³], co [mg/m³],
# the daily ozone maximum as a factor of the province's, and the change in a year. Chosen, not measured.
CHARACTER = {
    "太原": (41.0, 39.0, 11.5, 36.0, 0.74, 1.03, -0.050),
    "大同": (28.0, 31.0, 14.0, 26.0, 0.58, 0.94, -0.020),
    "阳泉": (37.0, 35.0, 13.5, 32.0, 0.70, 1.01, -0.035),
    "长治": (38.0, 31.0, 11.0, 27.0, 0.74, 1.03, -0.060),
    "晋城": (36.0, 34.0, 9.5, 27.0, 0.78, 1.06, -0.045),
    "朔州": (31.0, 36.0, 15.5, 29.0, 0.62, 0.96, -0.010),
    "晋中": (38.0, 36.0, 14.5, 31.0, 0.72, 1.04, -0.040),
    "运城": (45.0, 38.0, 9.5, 26.0, 0.80, 1.06, -0.055),
    "忻州": (37.0, 36.0, 12.5, 30.0, 0.72, 0.98, 0.015),
    "临汾": (47.0, 39.0, 12.5, 33.0, 0.95, 1.08, -0.065),
    "吕梁": (33.0, 37.0, 14.5, 31.0, 0.74, 0.99, -0.025),
}
# Counties on the floor of a basin; those in the hills have cleaner air.
VALLEY = {
    "小店区", "迎泽区", "杏花岭区", "尖草坪区", "万柏林区", "晋源区", "清徐县", "榆次区", "太谷区", "祁县",
    "平遥县", "介休市", "灵石县", "文水县", "交城县", "孝义市", "汾阳市", "尧都区", "洪洞县", "襄汾县",
    "曲沃县", "侯马市", "霍州市", "翼城县", "盐湖区", "河津市", "稷山县", "新绛县", "闻喜县", "永济市",
    "临猗县", "万荣县", "潞州区", "上党区", "潞城区", "屯留区", "长子县", "襄垣县", "忻府区", "定襄县",
    "原平市", "代县", "平城区", "云冈区", "朔城区", "怀仁市", "山阴县", "应县", "离石区", "矿区",
}  # fmt: skip
# Stations beyond the one that every county has, most of them in the districts a city is judged by.
MORE = {
    "140105": 2, "140106": 2, "140107": 2, "140108": 2, "140109": 2, "140110": 2, "140213": 3, "140214": 2,
    "140215": 1, "140302": 2, "140303": 1, "140311": 1, "140403": 4, "140404": 1, "140405": 1, "140406": 1,
    "140502": 5, "140581": 1, "140602": 4, "140603": 1, "140702": 4, "140703": 1, "140802": 4, "140882": 1,
    "140902": 4, "141002": 5, "141024": 1, "141102": 3,
}  # fmt: skip
# A small build takes these counties first: they are the ones the plan documents speak of.
FIRST = ("141002", "141024", "141023", "141026", "141028", "140524", "140502", "140105", "140106", "140213")
CLOSED = "140109"  # the last station of this county was taken down during the second year


@dataclass(frozen=True, slots=True)
class Station:
    """A simulated station: `number` is its place in the full list and seeds its noise."""

    number: int
    code: str
    name: str
    county: str  # region code
    county_name: str
    city: str  # region code
    city_name: str
    basin: str
    urban: bool  # in a district: one of those a city's own figure is the mean of
    valley: bool
    closed: bool  # taken down during the second year


@dataclass(frozen=True, slots=True)
class Division:
    """One row of the region list carried by the office."""

    code: str
    name: str
    level: str
    parent_code: str


def divisions() -> list[Division]:
    """The province, its cities and its counties, from `lantian/office/regions/data/shanxi.csv`."""
    text = resources.files("lantian.office.regions").joinpath("data/shanxi.csv").read_text(encoding="utf-8")
    return [
        Division(row["code"], row["name"], row["level"], row["parent_code"])
        for row in csv.DictReader(text.splitlines())
    ]


def stations(count: int | None = None) -> list[Station]:
    """The simulated stations; with `count`, that many of them, the counties of the plan documents first."""
    listed = divisions()
    names = {division.code: division.name for division in listed}
    found: list[Station] = []
    rounds: list[int] = []
    for division in listed:
        if division.level != "county":
            continue
        city = names[division.parent_code]
        total = 1 + MORE.get(division.code, 0)
        for nth in range(1, total + 1):
            number = len(found) + 1
            found.append(
                Station(
                    number=number,
                    code=f"SIM{number:04d}",
                    name=f"模拟{city}{division.name}{nth}号站",
                    county=division.code,
                    county_name=division.name,
                    city=division.parent_code,
                    city_name=city,
                    basin=BASINS[city.removesuffix("市")],
                    urban=division.name.endswith("区"),
                    valley=division.name in VALLEY,
                    closed=division.code == CLOSED and nth == total,
                )
            )
            rounds.append(nth)
    if count is None or count >= len(found):
        return found

    def turn(index: int) -> tuple[int, int, int]:
        county = found[index].county
        return rounds[index], FIRST.index(county) if county in FIRST else len(FIRST), index

    return [found[index] for index in sorted(sorted(range(len(found)), key=turn)[:count])]
