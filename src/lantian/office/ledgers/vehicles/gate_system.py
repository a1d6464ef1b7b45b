"""Gate systems."""

from __future__ import annotations

from lantian.office.ledgers.ruled import limit
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

GateState = choices(
    "GateState", missing=("未建", "missing"), building=("建设中", "being built"),
    running=("已联网", "connected"), offline=("断网", "offline"), exempt=("不需建设", "not needed"),
)  # fmt: skip


class GateSystem(d.Register):
    """门禁视频系统: a gate; how long video and ledger are kept, what arrives."""

    code, title = "gate_systems", two("门禁视频系统", "Gate systems")
    group, order = d.Group.VEHICLES, 50
    source = "HJ 1321-2023；晋政办发电〔2021〕16号 二（四）1；晋中 2024 三（八）26"
    columns = ("enterprise", "gate", "video_months", "ledger_months", "upload_rate", "operator")
    example = {"gate": "1号门", "lanes": "4", "video_months": "12", "ledger_months": "24",
               "upload_rate": "98.5", "shows_stage": "是", "ledgers": "是", "since": "2023-11-01",
               "operator": "示例科技（模拟）", "status": "已联网", "due": "2023-12-31"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    gate = d.Text(two("门禁名称", "Gate"), required=True, key=True, most=40, aliases=("出入口",))
    lanes = d.Whole(two("车道数", "Lanes"), "条", usual=(1, 30), needed=True)
    video_months = d.Whole(two("视频保存时间", "Video kept"), "月", needed=True, usual=(0, 60),
                           also=("个月",))  # fmt: skip
    ledger_months = d.Whole(two("电子台账保存时间", "Ledger kept"), "月", needed=True, usual=(0, 120),
                            also=("个月",))  # fmt: skip
    upload_rate = d.Quantity(two("数据上传率", "Data that arrives"), "%", high=100, needed=True)
    shows_stage = d.Flag(two("显示排放阶段和准入状态", "Shows stage and permission"), needed=True)
    ledgers = d.Flag(two("三本台账齐全", "All three ledgers"), needed=True,
                     hint=two("进出车辆、厂内车辆、非道路移动机械",
                     "trucks, in-plant vehicles, machines"))  # fmt: skip
    since = d.Day(two("联网日期", "Connected since"), past=True)
    operator = d.Text(two("运维单位", "Operator"), most=80)
    status = d.LifeCycle(GateState, closed={GateState.RUNNING, GateState.EXEMPT}, judged={GateState.EXEMPT})
    due = d.Due(two("建成联网期限", "To be connected by"))
    since.needed = status.is_(GateState.RUNNING)
    _short = (video_months.below(limit("gates.video_months"))
              | ledger_months.below(limit("gates.ledger_months"))
              | upload_rate.below(limit("gates.upload_rate")) | shows_stage.no | ledgers.no)  # fmt: skip
    unfit = d.Derived(two("不符合要求", "Not as required"), _short, source="HJ 1321-2023",
                      rule="office.registers.gates.upload_rate")  # fmt: skip

    checks = (
        d.Check(~(since.given & status.is_(GateState.MISSING)),
                two("未建的门禁不能有联网日期", "a gate that is missing has no such day"), "since"),
    )  # fmt: skip
    feeds = (
        d.Count("gates_connected", two("门禁视频系统联网数", "Gates connected"),
                status.is_(GateState.RUNNING), better="more", unit="套"),
        d.Share("gates_connected_ratio", two("门禁联网率", "Share of gates connected"),
                part=status.is_(GateState.RUNNING), where=~status.is_(GateState.EXEMPT), better="more"),
        d.Count("gates_unfit", two("不符合要求的门禁", "Gates not as required"), unfit.follows, better="less",
                rule="office.registers.gates.upload_rate"),
    )  # fmt: skip
