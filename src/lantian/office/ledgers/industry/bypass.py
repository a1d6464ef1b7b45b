"""Bypasses of treatment."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

BypassKind = choices(
    "BypassKind", flue=("烟气旁路", "flue gas"), voc=("含VOCs废气旁路", "VOC gas"),
    vent=("应急放散", "emergency vent"),
)  # fmt: skip
BypassState = choices(
    "BypassState", open=("待取消", "to be removed"), kept=("保留（监管）", "kept under watch"),
    removed=("已取消", "removed"),
)  # fmt: skip


class Bypass(d.Register):
    """旁路: a way around the treatment; removed, or for safety kept, sealed, watched and filed."""

    code, title, order = "bypasses", two("旁路", "Bypasses"), 6
    source = "临政发〔2024〕4号 三（二）11；陵政发〔2024〕10号 三（五）18；晋中 2024 三（二）8"
    columns = ("enterprise", "number", "kind", "position", "safety_reason", "watched")
    example = {"number": "PL-01", "kind": "烟气旁路", "position": "脱硫塔入口", "valve": "电动挡板门",
               "sealed": "是",
               "due": "2025-10-31"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    number = d.Text(two("旁路编号", "Number"), required=True, key=True, most=20)
    kind = d.Choice(two("旁路类型", "Kind"), BypassKind, required=True)
    position = d.Text(two("位置", "Position"), needed=True, most=80)
    facility = d.Link(two("所绕过的治理设施", "Facility bypassed"), "TreatmentFacility")
    valve = d.Text(two("阀门形式", "Valve"), most=60)
    sealed = d.Flag(two("铅封", "Sealed"), needed=True)
    status = d.LifeCycle(BypassState, closed={"kept", "removed"}, proof={"removed"}, judged={"kept"})
    _kept = status.is_(BypassState.KEPT)
    safety_reason = d.Text(two("保留的安全原因", "Why kept for safety"), required=_kept, most=200)
    flow_meter = d.Flag(two("流量监测", "Flow meter"), needed=_kept)
    camera = d.Flag(two("视频监控", "Camera"), needed=_kept)
    connected = d.Flag(two("与生态环境部门联网", "Connected to the bureau"), needed=_kept)
    standby = d.Flag(two("备用处置设施", "Standby treatment"), needed=_kept)
    filed_on = d.Day(two("备案日期", "Filed on"), past=True, needed=_kept)
    due = d.Due(two("取消期限", "Remove by"), needed=status.is_(BypassState.OPEN))
    removed_on = d.Day(two("取消日期", "Removed on"), past=True, needed=status.is_(BypassState.REMOVED))
    watched = d.Derived(two("在线监控齐备", "Watched as ordered"), connected.yes & standby.yes
                        & (flow_meter.yes | camera.yes), source="临政发〔2024〕4号 三（二）11")  # fmt: skip

    checks = (
        d.Check(filed_on.given | ~_kept, two("保留的旁路须备案", "a bypass that is kept is filed"),
                "filed_on"),
        d.Check(removed_on.absent | status.is_(BypassState.REMOVED),
                two("未取消的旁路不能有取消日期", "it is not removed"), "removed_on"),
    )  # fmt: skip
    feeds = (
        d.Count("bypasses_left", two("待取消旁路", "Bypasses to remove"), status.open, better="less"),
        d.Count("bypasses_removed", two("已取消旁路", "Bypasses removed"), status.is_("removed"),
                dated=removed_on,
                better="more"),
        d.Share("kept_bypasses_watched", two("保留旁路在线监控率", "Kept bypasses watched"), where=_kept,
                part=connected.yes & standby.yes & (flow_meter.yes | camera.yes), better="more"),
    )  # fmt: skip
