"""Cameras."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

CameraUse = choices(
    "CameraUse", site=("工地扬尘", "site dust"), enterprise=("企业物料扬尘", "dust of works"),
    straw=("秸秆焚烧", "straw burning"), catering=("餐饮油烟", "catering fume"), gate=("门禁", "gate"),
    stack=("排口烟羽", "stack plume"), road=("道路", "road"), bypass=("旁路", "bypass"),
)  # fmt: skip
CameraState = choices(
    "CameraState", planned=("待安装", "to be installed"), online=("在线", "online"),
    offline=("离线", "offline"), removed=("已拆除", "removed"),
)  # fmt: skip


class Camera(d.Register):
    """视频监控: what a camera looks at, which platform it is on, whether it is online."""

    code, title = "cameras", two("视频监控", "Cameras")
    group, order = d.Group.SUPPORT, 20
    source = "晋政发〔2024〕7号 三（四）16；临政发〔2024〕4号 三（五）28、33、36；晋中 2024 三（六）21"
    columns = ("number", "use", "target", "platform", "checked_on", "operator")
    example = {"number": "SP-0001", "use": "秸秆焚烧", "target": "示例乡铁塔西南",
               "platform": "县级秸秆禁烧平台", "kept_days": "90", "since": "2023-05-01",
               "checked_on": "2024-05-10", "operator": "示例铁塔公司（模拟）", "status": "在线",
               "due": "2023-05-31"}  # fmt: skip

    enterprise = d.Owner()
    number = d.Text(two("设备编号", "Number"), required=True, key=True, most=40)
    use = d.Choice(two("用途", "Use"), CameraUse, required=True)
    target = d.Text(two("监控对象", "Looks at"), required=True, searched=True, most=120)
    platform = d.Text(two("接入平台", "Platform"), needed=True, most=80)
    kept_days = d.Whole(two("录像保存天数", "Days kept"), "天", usual=(1, 800))
    since = d.Day(two("安装日期", "Installed on"), past=True)
    checked_on = d.Day(two("最近巡检日期", "Checked on"), past=True)
    operator = d.Text(two("运维单位", "Operator"), most=80)
    status = d.LifeCycle(CameraState, closed={CameraState.ONLINE, CameraState.REMOVED})
    due = d.Due(two("安装或修复期限", "To be online by"))
    since.needed = status.is_(CameraState.ONLINE, CameraState.OFFLINE)

    checks = (
        d.Check(~(since.given & status.is_(CameraState.PLANNED)),
                two("待安装的没有安装日期", "one to be installed has no such day"), "since"),
    )  # fmt: skip
    feeds = (
        d.Share("cameras_online_ratio", two("视频监控在线率", "Cameras online"),
                part=status.is_(CameraState.ONLINE),
                where=status.is_(CameraState.ONLINE, CameraState.OFFLINE), better="more"),
        d.Count("cameras_offline", two("离线视频监控", "Cameras offline"), status.is_(CameraState.OFFLINE),
                better="less"),
    )  # fmt: skip
