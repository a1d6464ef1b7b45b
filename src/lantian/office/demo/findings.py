"""Problems found in the demonstration: eight months of patrols, with fire spots, repeats, late and void ones.

Every one goes through its loop as people do it, on the days they would have done it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lantian.office.people.models import User

LOCAL = timezone(timedelta(hours=8))
# days ago, kind, region, place, words, severity, source, how far: o open, a assigned, r rectified,
# x opened again, c closed, v void, l assigned long ago and late
ROWS = (
    (228, "dust", "141024", "涧河路改造工地", "渣土未覆盖，出入口未冲洗", "ordinary", "patrol", "c"),
    (219, "bulk_coal", "141024", "广胜寺镇某村", "查出散煤约2吨", "serious", "inspection", "c"),
    (205, "fire_spot", "140524", "崇文镇某村地头", "焚烧玉米秸秆约1亩", "serious", "satellite", "c"),
    (201, "dust", "141002", "滨河西路工地", "裸土约3000平方米未覆盖", "ordinary", "patrol", "c"),
    (190, "vehicles", "141002", "城南物流园", "非道路机械冒黑烟", "ordinary", "inspection", "c"),
    (188, "dust", "141002", "滨河西路工地", "裸土覆盖后又掀开", "ordinary", "patrol", "C"),
    (170, "catering", "141002", "鼓楼北街某饭店", "油烟净化器未开启", "minor", "complaint", "c"),
    (163, "voc", "141024", "某包装印刷厂", "车间门窗敞开，废气未收集", "ordinary", "inspection", "c"),
    (149, "small_polluters", "141024", "堤村乡某院", "无手续石料加工点", "serious", "complaint", "c"),
    (141, "fire_spot", "140524", "西河底镇某村", "焚烧麦茬", "serious", "satellite", "c"),
    (139, "fire_spot", "140524", "西河底镇某村", "麦茬复燃", "serious", "patrol", "C"),
    (128, "monitoring", "140524", "某铸造厂", "在线监测站房温度超出范围", "ordinary", "self_check", "c"),
    (120, "dust", "140524", "陵川客运站工地", "土方作业未湿法", "ordinary", "patrol", "c"),
    (111, "facility", "141024", "某焦化厂", "布袋除尘器压差异常仍生产", "serious", "inspection", "c"),
    (104, "fire_spot", "140524", "平城镇某沟", "卫星热点，现场核查为砖窑余热", "minor", "satellite", "v"),
    (98, "dust", "141002", "五一东路道路", "道路积尘严重", "minor", "patrol", "c"),
    (90, "voc", "141002", "某汽修店", "露天喷漆", "ordinary", "complaint", "c"),
    (82, "vehicles", "141024", "赵城镇煤场", "渣土车未苫盖上路", "ordinary", "inspection", "x"),
    (75, "yard", "140524", "附城镇某料场", "堆场未密闭", "ordinary", "patrol", "l"),
    (66, "fire_spot", "140524", "礼义镇某村", "焚烧秸秆约3亩", "serious", "satellite", "a"),
    (58, "bulk_coal", "141002", "土门镇某村", "禁煤区散煤复燃", "serious", "inspection", "c"),
    (51, "catering", "141024", "玉峰街某烧烤店", "露天烧烤无净化设施", "minor", "complaint", "c"),
    (44, "facility", "140524", "某铸造厂", "治理设施未与生产同步运行", "serious", "inspection", "l"),
    (40, "report_false", "140524", "平城镇某企业", "报送已完成改造，现场未动工", "serious", "dispatch", "a"),
    (27, "dust", "141024", "恒富大街工地", "裸土未覆盖", "ordinary", "patrol", "c"),
    (25, "dust", "141024", "飞虹街工地", "未设围挡", "ordinary", "patrol", "c"),
    (23, "bulk_coal", "141024", "大槐树镇某村", "散煤约1吨", "serious", "inspection", "r"),
    (21, "fire_spot", "141024", "万安镇某村", "焚烧秸秆约2亩", "serious", "satellite", "r"),
    (19, "dust", "141024", "恒富大街工地", "裸土再次未覆盖", "ordinary", "patrol", "L"),
    (17, "vehicles", "141024", "工业园区东门", "国三货车运煤", "ordinary", "joint", "l"),
    (15, "voc", "141024", "某家具厂", "活性炭未更换", "ordinary", "cross_area", "a"),
    (13, "catering", "141024", "府前街某饭店", "净化器未清洗", "minor", "complaint", "a"),
    (11, "dust", "141024", "涧河路改造工地", "洒水车停用", "ordinary", "patrol", "l"),
    (9, "facility", "141024", "某焦化厂", "脱硫设施停运2小时", "serious", "stack_alarm", "a"),
    (8, "fire_spot", "140524", "六泉乡某村", "焚烧落叶", "serious", "patrol", "a"),
    (6, "small_polluters", "141024", "曲亭镇某院", "小石灰窑死灰复燃", "serious", "complaint", "a"),
    (4, "dust", "141002", "滨河东路工地", "车辆带泥上路", "minor", "camera", "a"),
    (3, "bulk_coal", "141002", "屯里镇某村", "散煤约0.5吨", "ordinary", "patrol", "o"),
    (2, "fire_spot", "141002", "贾得乡某村", "卫星热点，待核查", "serious", "satellite", "o"),
    (1, "dust", "141024", "莲花路工地", "土方作业未湿法", "ordinary", "patrol", "o"),
)
UNITS = {"141024": "洪洞县人民政府", "140524": "陵川县人民政府", "141002": ""}
OFFICERS = {"141024": "hongtong", "140524": "lingchuan", "141002": "linfen"}
# A picture that says it is none; what follows its end makes each file another one.
TRADES = {
    "facility": ("coking", "foundry", "steel_long"),
    "voc": ("printing", "furniture", "coating"),
    "monitoring": ("foundry", "cement", "power"),
}
PHOTO = (Path(__file__).parent / "photo.jpg").read_bytes()


def fill(people: Mapping[str, User], today: date) -> None:
    """Record the problems and move each as far as it came."""
    from lantian.office.people.models import Unit
    from lantian.office.regions.models import Region

    regions = Region.objects.in_bulk(list(UNITS), field_name="code")
    units = {code: Unit.objects.filter(name=name).first() if name else None for code, name in UNITS.items()}
    for ago, kind, code, *rest in ROWS:
        _one(people, today - timedelta(days=ago), (regions[code], units[code]), kind, *rest)


def _firm(kind: str, region: Any) -> Any:
    """A simulated enterprise of the county that such a problem can be about; None where it is about none."""
    from lantian.office.ledgers.industry.enterprise import Enterprise

    trades = TRADES.get(kind)
    if trades is None:
        return None
    return (
        Enterprise.objects.filter(region=region, industry__in=trades, withdrawn=False).order_by("pk").first()
    )


def _one(people: Mapping[str, User], day: date, where: tuple[Any, Any], *said: str) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from lantian.office.findings import actions
    from lantian.office.frame import clock

    kind, place, words, severity, source, far = said
    region, unit = where
    officer = people[OFFICERS[region.code]]
    # Who checks again is of another unit than who rectified.
    checker = people["admin"]
    lon, lat = _point(region.code, place)
    with clock.at(_at(day, 10)):
        files = (
            [SimpleUploadedFile("现场（模拟）.jpg", PHOTO + place.encode())] if severity == "serious" else []
        )
        row = actions.record_finding(
            officer,
            actions.NewFinding(
                kind=kind, region=region, place=place, words=f"{words}（模拟）", found_on=day, source=source,
                severity=severity, lon=lon, lat=lat, finder="巡查组（模拟）", files=files,
                enterprise=_firm(kind, region),
            ),
        )  # fmt: skip
        if far.isupper():
            actions.settle_repeat(row, checker, True, "同一地点同类问题（模拟）")
    if far == "o":
        return
    with clock.at(_at(day, 16)):
        if far == "v":
            actions.act(row, "void_finding", checker, "现场核查不是火点（模拟）")
            return
        # Some are for the officer in person: they stand first on the officer's list.
        named = officer if far == "l" else None
        actions.act(row, "assign_finding", officer, unit=unit, assignee=named)
    if far.lower() in {"a", "l"}:
        return
    with clock.at(_at(day + timedelta(days=2), 11)):
        actions.act(row, "rectify", officer, "已整改到位，见照片（模拟）", files=[_after(place)])
    if far == "r":
        return
    with clock.at(_at(day + timedelta(days=3), 15)):
        if far == "x":
            actions.act(row, "reopen", checker, "复查时仍有车辆未苫盖（模拟）")
        else:
            actions.act(row, "close_finding", checker, "复查合格（模拟）")


def _after(place: str) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("整改后（模拟）.jpg", PHOTO + b"after" + place.encode())


def _point(code: str, place: str) -> tuple[Decimal, Decimal]:
    """A place in the county, the same for the same words."""
    east, north = {"141024": (111.67, 36.25), "140524": (113.28, 35.78), "141002": (111.52, 36.08)}[code]
    spread = sum(place.encode())
    return (
        Decimal(f"{east + (spread % 97 - 48) / 2000:.6f}"),
        Decimal(f"{north + (spread % 89 - 44) / 2000:.6f}"),
    )


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), LOCAL)
