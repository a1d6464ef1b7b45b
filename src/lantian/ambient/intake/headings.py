"""What a heading means: the many spellings of a pollutant, a place and a time, and units in brackets.

A spelling that is not listed here is not understood, and the column is reported as unused. Nothing is
guessed from the values under a heading.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from lantian.errors import LantianError

POLLUTANTS = ("so2", "no2", "co", "o3", "o3_8h", "pm10", "pm2_5")
PUBLISHED = {pollutant: "mg/m³" if pollutant == "co" else "µg/m³" for pollutant in POLLUTANTS}

SPELLINGS = {
    "so2": "so2 二氧化硫",
    "no2": "no2 二氧化氮",
    "co": "co 一氧化碳",
    "o3": "o3 o3_1h o3_1 o31h o3_h 臭氧 臭氧1小时 臭氧_1h ozone",
    "o3_8h": "o3_8h o38h o3_8h_max o3_max_8h o3_8 o3_mda8 mda8 mda8_o3 o3_8小时 臭氧8小时 臭氧_8h"
    " 臭氧日最大8小时 臭氧日最大8小时平均 o3日最大8小时 o3日最大8小时平均 臭氧8小时滑动",
    "pm10": "pm10 可吸入颗粒物 可吸入颗粒物_pm10",
    "pm2_5": "pm2_5 pm25 pm_2_5 pm_25 细颗粒物 细颗粒物_pm2_5",
    "aqi": "aqi 空气质量指数 aqi指数 maxaqi aqi_max max_aqi",
    "level": "level quality 质量等级 空气质量等级 空气质量类别 空气质量级别 等级 级别 类别 污染等级",
    "place": "place 地点",
    "name": "name 名称",
    "city": "city cityname city_name 城市 城市名 城市名称 area 地市 市",
    "station": "station station_name stationname site site_name sitename watchpoint positionname"
    " position_name 站点 站点名称 监测点 监测点名称 监测点位 监测站 监测站点 测点 测点名称 点位 点位名称",
    "code": "code station_code stationcode station_id stationid site_id siteid site_code subid"
    " 站点编码 站点编号 站点代码 监测点编码 监测点编号 点位编码 点位编号",
    "time": "time datetime date_time timestamp timepoint time_point 时间 监测时间 日期时间 数据时间",
    "date": "date 日期 监测日期",
    "hour": "hour 小时 时",
    "year": "year 年",
    "month": "month 月",
    "day": "day 日",
    "type": "type 指标 项目 监测项目",
    "revised": "captured_at capture_time crawled_at revised_at updated_at update_time"
    " 采集时间 抓取时间 更新时间 入库时间",
}
MAY_REPEAT = ("", "aqi", "level", "name", "year", "month", "day", "revised")
_ROLES = {spelling: role for role, spellings in SPELLINGS.items() for spelling in spellings.split()}

# Powers of ten from the written unit to µg/m³.
UNITS = {
    "μg/m3": 0,
    "ug/m3": 0,
    "ugm3": 0,
    "ugm-3": 0,
    "μgm3": 0,
    "μg/m^3": 0,
    "ug/m^3": 0,
    "μg·m-3": 0,
    "微克/立方米": 0,
    "mg/m3": 3,
    "mgm3": 3,
    "mgm-3": 3,
    "mg/m^3": 3,
    "mg·m-3": 3,
    "毫克/立方米": 3,
}
_BRACKETS = re.compile(r"^(?P<name>.*?)[(\[](?P<inside>[^()\[\]]*)[)\]]$")
_SUFFIX_UNIT = re.compile(r"^(?P<name>.+?)_(?P<inside>ug_?m3|mg_?m3|ppb|ppm)$")
_SUFFIX_WORD = re.compile(r"(_?value|_?conc|小时均值|小时浓度|小时平均|日均值|日均浓度|浓度值|浓度|均值)$")
_FOREIGN = {"ppb", "ppm", "ppbv", "ppmv", "nmol/mol", "μmol/mol"}


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a file: its index, the heading as written, what it means and in which unit it is.

    `role` is a pollutant, a part of place or time, or empty when the column is not used. `shift` is the
    power of ten from the cell to thousandths of the published unit, for pollutants; `stated` whether
    the heading said the unit.
    """

    index: int
    text: str
    role: str
    shift: int = 0
    stated: bool = False


def plain(text: str) -> str:
    """A heading without case, blanks, wide letters, subscripts and dots: `ＰＭ₂.₅ ` is `pm2_5`."""
    text = unicodedata.normalize("NFKC", text).replace("\ufeff", "").strip().strip("\"'").strip().lower()
    return re.sub(r"[\s.\-–]+", "_", text)


def roles_of(texts: Iterable[str]) -> set[str]:
    """What the headings mean, units aside: enough to recognise a layout."""
    return {_role(_split(_folded(text))[0]) for text in texts} - {""}


def understand(texts: Iterable[str], units: dict[str, str] | None = None) -> list[Heading]:
    """What each heading means.

    Parameters
    ----------
    texts
        the headings as written
    units
        units that the layout knows for columns whose heading states none, as {"co": "µg/m³"}

    Raises
    ------
    LantianError
        when two columns mean the same, or a pollutant stands in a unit that cannot be converted
    """
    found = [_understand(index, text, units or {}) for index, text in enumerate(texts)]
    seen: dict[str, Heading] = {}
    for heading in found:
        other = seen.get(heading.role)
        if other is not None and heading.role not in MAY_REPEAT:
            raise LantianError(
                f'columns "{other.text.strip()}" and "{heading.text.strip()}" both mean {heading.role}',
                remedy="Remove or rename one of them.",
            )
        seen.setdefault(heading.role, heading)
    taken = set(seen.values())
    return [h if h in taken or not h.role else replace(h, role="") for h in found]


def _understand(index: int, text: str, units: dict[str, str]) -> Heading:
    name, unit = _split(_folded(text))
    role = _role(name)
    if role not in POLLUTANTS:
        return Heading(index, text, role)
    if unit in _FOREIGN:
        raise LantianError(
            f'column "{text.strip()}" is in {unit}, which is not converted',
            remedy="Give µg/m³, or mg/m³, at the reference state of the standard.",
        )
    stated = unit in UNITS
    power = UNITS[unit] if stated else UNITS[_written(units.get(role, PUBLISHED[role]))]
    published = UNITS[_written(PUBLISHED[role])]
    return Heading(index, text, role, 3 + power - published, stated)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


def _written(unit: str) -> str:
    return unicodedata.normalize("NFKC", unit)


def _split(text: str) -> tuple[str, str]:
    """Name and unit of a heading; the unit is empty when none is written."""
    if match := _BRACKETS.match(text):
        inside = re.sub(r"\s", "", match["inside"])
        if inside in UNITS or inside in _FOREIGN:
            return match["name"], inside
        # 细颗粒物(PM2.5): the brackets hold another name.
        return f"{match['name']}_{inside}", ""
    if match := _SUFFIX_UNIT.match(text):
        return match["name"], match["inside"].replace("_", "")
    return text, ""


def _role(name: str) -> str:
    name = plain(name).strip("_")
    if name in _ROLES:
        return _ROLES[name]
    return _ROLES.get(_SUFFIX_WORD.sub("", name).strip("_"), "")
