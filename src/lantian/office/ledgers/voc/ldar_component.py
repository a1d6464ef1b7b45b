"""LDAR: sealing points."""

from __future__ import annotations

from datetime import date
from typing import Any

from lantian.office.ledgers.deciding import rule
from lantian.office.ledgers.ruled import listed
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

Component = choices(
    "Component", pump=("泵", "pump"), compressor=("压缩机", "compressor"), agitator=("搅拌器", "agitator"),
    valve=("阀门", "valve"), open_end=("开口管线", "open-ended line"), relief=("泄压设备", "relief device"),
    sampling=("取样连接系统", "sampling system"), flange=("法兰", "flange"),
    connector=("连接件", "connector"),
    other=("其他", "other"),
)  # fmt: skip
Medium = choices("Medium", gas=("气体", "gas"), light_liquid=("轻液", "light liquid"),
                 heavy_liquid=("重液", "heavy liquid"))  # fmt: skip
Regime = choices("Regime", general=("一般地区", "general"), key_region=("重点地区", "key region"),
                 petrochemical=("石化标准", "petrochemical standard"))  # fmt: skip
PointState = choices("PointState", in_use=("在用", "in use"), idle=("停用", "idle"), gone=("已拆除", "gone"))


def leak_limit(point: Any, on: date | None = None) -> Any:
    """Above which net reading a point leaks [μmol/mol]; None while its medium or standard is not known."""
    return rule("ldar.leak", on=on).table.get(point.medium, {}).get(point.regime)


class LdarComponent(d.Register):
    """动静密封点: a pump, valve, flange or other point that may leak."""

    code, title, group, order = "ldar_components", two("LDAR密封点", "LDAR points"), d.Group.VOC, 40
    source = "GB 37822-2019；HJ 1230-2021；临政发〔2024〕4号 三（二）11"
    columns = ("enterprise", "tag", "device", "component", "medium", "regime", "leak_limit")
    example = {"tag": "V-101-01", "device": "粗苯回收", "component": "阀门", "size": "50", "medium": "轻液",
               "regime": "重点地区", "voc_share": "98", "hours": "8000", "reachable": "是"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    tag = d.Text(two("密封点编码", "Tag"), required=True, key=True, most=60, aliases=("编码", "标签号"))
    device = d.Text(two("装置", "Unit"), required=True, searched=True, most=60, aliases=("装置名称",))
    drawing = d.Text(two("图号", "P&ID"), most=60)
    component = d.Choice(two("密封点类型", "Component"), Component, required=True, aliases=("组件类型",))
    size = d.Quantity(two("公称直径", "Size"), "mm", usual=(3, 2000), also=("DN", "毫米"))
    medium = d.Choice(two("介质状态", "Medium"), Medium, required=True)
    regime = d.Choice(two("执行要求", "Bound by"), Regime, required=True)
    voc_share = d.Quantity(two("VOCs质量分数", "Share of VOC"), "%", high=100, needed=True, decimals=2)
    hours = d.Quantity(two("年运行时间", "Hours a year"), "h/a", high=8784, decimals=1, also=("小时/年", "h"))
    reachable = d.Flag(two("可达", "Within reach"), needed=True,
                       hint=two("不可达的另行检测", "else otherwise tested"))  # fmt: skip
    photo = d.Flag(two("照片建档", "In a photo"))
    status = d.LifeCycle(PointState, closed={"gone"})
    leak_limit = d.Derived(two("泄漏认定浓度", "Leak from"), leak_limit, "μmol/mol", rule="office.ldar.leak")
    moving = d.Derived(two("动密封点", "Moving"), listed(component, "office.ldar.moving"),
                       rule="office.ldar.moving")  # fmt: skip

    feeds = (
        d.Count("ldar_points", two("LDAR密封点数", "LDAR points"), status.is_("in_use")),
        d.Share("ldar_points_reachable", two("可达密封点占比", "Points within reach"), part=reachable.yes,
                where=status.is_("in_use")),
    )  # fmt: skip
