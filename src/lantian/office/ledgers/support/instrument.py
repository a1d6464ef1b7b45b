"""Instruments."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

InstrumentKind = choices(
    "InstrumentKind", mobile_lab=("走航监测车", "mobile laboratory"), drone=("无人机", "drone"),
    pid=("便携式VOCs检测仪", "portable VOC meter"), ftir=("便携式红外", "portable FTIR"),
    flue=("烟气分析仪", "flue-gas analyser"), smoke=("烟度计", "smoke meter"),
    obd=("OBD诊断仪", "OBD reader"), fuel=("油品快检仪", "fuel tester"),
    dust=("颗粒物速测仪", "particle meter"), recorder=("执法记录仪", "body camera"),
    thermal=("红外热像仪", "thermal camera"), other=("其他", "other"),
)  # fmt: skip
InstrumentState = choices(
    "InstrumentState", wanted=("待配备", "wanted"), fit=("可用", "fit"), repair=("维修", "in repair"),
    scrapped=("报废", "scrapped"),
)  # fmt: skip


class Instrument(d.Register):
    """执法监测装备: who has which device, until when its calibration holds, what is still wanted."""

    code, title = "instruments", two("执法监测装备", "Instruments")
    group, order, placed = d.Group.SUPPORT, 40, False
    source = "晋政发〔2024〕7号 三（八）30；临政发〔2024〕4号 三（六）41；陵川 2024 三（七）23"
    columns = ("number", "kind", "model", "keeper", "calibrated_on", "due")
    example = {"number": "ZB-2023-07", "kind": "烟度计", "model": "示例FTY-100", "keeper": "执法一中队",
               "bought_on": "2023-04-10", "price": "38000", "calibrated_on": "2024-04-10",
               "due": "2025-04-09", "status": "可用"}  # fmt: skip

    number = d.Text(two("装备编号", "Number"), required=True, key=True, most=40, aliases=("资产编号",))
    kind = d.Choice(two("类别", "Kind"), InstrumentKind, required=True)
    model = d.Text(two("型号", "Model"), searched=True, most=80)
    serial = d.Text(two("出厂编号", "Serial number"), searched=True, most=40)
    keeper = d.Text(two("使用单位或人员", "Kept by"), needed=True, most=60)
    bought_on = d.Day(two("购置日期", "Bought on"), past=True)
    price = d.Quantity(two("购置金额", "Price"), "元", usual=(100, 20000000), decimals=2)
    calibrated_on = d.Day(two("检定校准日期", "Calibrated on"), past=True)
    certificate = d.Text(two("检定证书号", "Certificate"), searched=True, most=60)
    status = d.LifeCycle(InstrumentState, closed={InstrumentState.SCRAPPED}, start="fit")
    due = d.Due(two("检定有效期至", "Calibration valid until"))
    model.needed = bought_on.needed = ~status.is_(InstrumentState.WANTED)
    calibrated_on.needed = status.is_(InstrumentState.FIT) & ~kind.is_("drone", "recorder", "other")

    checks = (
        d.Check(~(bought_on.given & status.is_(InstrumentState.WANTED)),
                two("待配备的没有购置日期", "one that is wanted has no such day"), "bought_on"),
        d.Check(lambda row: not (row.calibrated_on and row.due) or row.calibrated_on <= row.due,
                two("有效期早于检定日期", "valid until before it was calibrated"), "due"),
    )  # fmt: skip
    feeds = (
        d.Share("instruments_equipped_ratio", two("装备配备率", "Instruments at hand"),
                part=status.is_(InstrumentState.FIT, InstrumentState.REPAIR),
                where=~status.is_(InstrumentState.SCRAPPED), better="more",
                formula=two("已配备÷（已配备+待配备）", "at hand / (at hand + wanted)")),
        d.Count("instruments_wanted", two("待配备装备", "Instruments wanted"),
                status.is_(InstrumentState.WANTED), better="less"),
    )  # fmt: skip
