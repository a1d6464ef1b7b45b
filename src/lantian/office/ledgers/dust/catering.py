"""Catering."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from lantian.office.ledgers.ruled import limit
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

CateringKind = choices(
    "CateringKind", restaurant=("餐馆", "restaurant"), canteen=("食堂", "canteen"),
    hotel=("宾馆饭店", "hotel"), snack=("小吃店", "snack bar"), stall=("流动摊点", "stall"),
    barbecue=("烧烤", "barbecue"),
)  # fmt: skip
CateringSize = choices(
    "CateringSize", none=("低于基准灶头", "below one head"), small=("小型", "small"),
    medium=("中型", "medium"), large=("大型", "large"),
)  # fmt: skip
CateringState = choices(
    "CateringState", open=("营业", "open"), rectifying=("整改中", "to rectify"), closed=("停业", "closed"),
)  # fmt: skip


def size_of(row: Any) -> str:
    """大型, 中型 or 小型 by the number of heads (GB 18483-2001 表1); "" where it is not known."""
    if row.heads is None:
        return ""
    found = [size for size in ("large", "medium", "small") if row.heads >= limit(f"catering.{size}_heads")()]
    return str(CateringSize(found[0] if found else "none").label)


class Catering(d.Register):
    """餐饮单位: heads and size class, purifier and its efficiency, cleaning, own flue."""

    code, title = "catering", two("餐饮单位", "Catering")
    group, order = d.Group.DUST, 60
    source = "GB 18483-2001；晋政发〔2024〕7号 三（五）22；晋中 2024 三（六）22；临政发〔2024〕4号 三（五）34"
    columns = ("name", "kind", "heads", "purifier", "efficiency", "cleaned_on", "online")
    example = {"name": "示例饭店（模拟）", "kind": "餐馆", "heads": "4", "purifier": "是", "efficiency": "85",
               "flue": "是", "ledger_kept": "是", "cleaned_on": "2024-05-01", "fume": "1.2", "online": "是",
               "operator": "示例环保服务（模拟）"}  # fmt: skip

    name = d.Text(two("单位名称", "Name"), required=True, key=True, most=80, aliases=("餐饮单位名称", "店名"))
    kind = d.Choice(two("类别", "Kind"), CateringKind, required=True)
    heads = d.Quantity(two("基准灶头数", "Heads"), "个", decimals=1, usual=(0.5, 60), needed=True,
                       aliases=("灶头数",))  # fmt: skip
    purifier = d.Flag(two("安装油烟净化设施", "Purifier installed"), needed=True)
    efficiency = d.Quantity(two("净化设施去除效率", "Efficiency"), "%", high=100, needed=purifier.yes,
                            aliases=("去除效率",))  # fmt: skip
    running = d.Flag(two("正常使用", "In use"))
    flue = d.Flag(two("专用烟道", "Own flue"), needed=True)
    under_homes = d.Flag(two("居民楼内或附近", "In or near homes"))
    ledger_kept = d.Flag(two("清洗台账", "Cleaning ledger kept"), needed=purifier.yes)
    cleaned_on = d.Day(two("最近清洗日期", "Cleaned on"), past=True, needed=purifier.yes)
    fume = d.Quantity(two("油烟浓度", "Fume"), "mg/m³", usual=(0, 50), also=("毫克/立方米",))
    online = d.Flag(two("在线监控", "Monitored online"))
    video = d.Flag(two("视频监控", "Camera"))
    operator = d.Text(two("第三方运维单位", "Kept by"), most=80)
    allowed_place = d.Flag(two("在划定烧烤区内", "In an allowed barbecue area"), needed=kind.is_("barbecue"))
    status = d.LifeCycle(CateringState, closed={CateringState.CLOSED})
    due = d.Due(two("下次清洗期限", "To be cleaned by"), computed=True)
    size = d.Derived(two("规模", "Size"), size_of, source="GB 18483-2001 表1",
                     rule="office.registers.catering.large_heads")  # fmt: skip
    _small = heads.at_least(limit("catering.small_heads")) & heads.below(limit("catering.medium_heads"))
    _medium = heads.at_least(limit("catering.medium_heads")) & heads.below(limit("catering.large_heads"))
    weak = d.Derived(two("去除效率不足", "Efficiency too low"), _small
                     & efficiency.below(limit("catering.small_efficiency")) | _medium
                     & efficiency.below(limit("catering.medium_efficiency"))
                     | heads.at_least(limit("catering.large_heads"))
                     & efficiency.below(limit("catering.large_efficiency")), source="GB 18483-2001 表2",
                     rule="office.registers.catering.medium_efficiency")  # fmt: skip
    over = d.Derived(two("油烟超标", "Too much fume"), fume.above(limit("catering.fume")),
                     source="GB 18483-2001", rule="office.registers.catering.fume")  # fmt: skip

    _open = status.open
    feeds = (
        d.Share("catering_purifier_ratio", two("餐饮油烟净化设施安装率", "Catering with purifiers"),
                part=purifier.yes, where=_open, better="more"),
        d.Share("catering_ledger_ratio", two("清洗台账建立率", "Cleaning ledgers kept"), part=ledger_kept.yes,
                where=_open & purifier.yes, better="more"),
        d.Count("catering_unfit", two("效率不足或超标餐饮单位", "Catering not as required"), _open
                & (weak.follows | over.follows), better="less"),
        d.Count("catering_online", two("餐饮在线监控户数", "Catering monitored online"), _open & online.yes,
                better="more"),
    )  # fmt: skip

    def compute(self) -> None:
        days = int(limit("catering.cleaning_days")())
        self.due = self.cleaned_on + timedelta(days=days) if self.cleaned_on and self.purifier else None
