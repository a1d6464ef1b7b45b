"""Studies and decisions."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

StudyKind = choices(
    "StudyKind", source=("源解析", "source apportionment"), plan=("达标规划", "attainment plan"),
    technology=("技术评估", "technology assessment"), system=("管理体系研究", "management system"),
    capacity=("环境容量测算", "environmental capacity"), guidance=("一市一策驻点", "guidance by experts"),
    meeting=("会商决定", "decision of a meeting"), standard=("法规标准制修订", "regulation or standard"),
)  # fmt: skip
Taken = choices(
    "Taken", yes=("已采纳", "taken up"), partly=("部分采纳", "taken up in part"),
    no=("未采纳", "not taken up"), open=("待定", "open"),
)  # fmt: skip
StudyState = choices(
    "StudyState", planned=("立项", "planned"), running=("进行中", "under way"), done=("已完成", "done"),
    decided=("已决定", "decided"), stopped=("终止", "stopped"),
)  # fmt: skip


class Study(d.Register):
    """研究与决定: a study or a decision, what it says, whether it was taken up and by which document."""

    code, title = "studies", two("研究与决定", "Studies and decisions")
    group, order, placed = d.Group.SUPPORT, 70, False
    source = "晋政发〔2024〕7号 三（七）26、三（八）31；临政发〔2024〕4号 三（六）39、42"
    columns = ("name", "kind", "leader", "finished_on", "taken", "document")
    example = {"name": "钢铁焦化分阶段降碳减污技术评估", "kind": "技术评估", "leader": "示例研究院（模拟）",
               "question": "各阶段技术的减排量和成本", "cost": "120", "begun_on": "2024-03-01",
               "due": "2024-12-31", "status": "进行中"}  # fmt: skip

    name = d.Text(two("名称", "Name"), required=True, key=True, most=150)
    kind = d.Choice(two("类别", "Kind"), StudyKind, required=True)
    leader = d.Text(two("承担单位", "Carried out by"), required=True, searched=True, most=120)
    question = d.Text(two("要回答的问题", "Question"), needed=True, most=300)
    cost = d.Quantity(two("经费", "Cost"), "万元", usual=(0, 20000), decimals=4)
    begun_on = d.Day(two("启动日期", "Begun on"), past=True)
    finished_on = d.Day(two("完成日期", "Finished on"), past=True)
    conclusion = d.Text(two("主要结论", "Conclusion"), most=1000)
    advice = d.Text(two("建议", "Advice"), most=1000)
    taken = d.Choice(two("是否采纳", "Taken up"), Taken)
    document = d.Text(two("落实文件", "Document"), searched=True, most=120,
                      needed=taken.is_(Taken.YES, Taken.PARTLY))  # fmt: skip
    reason = d.Text(two("未采纳理由", "Why not"), most=300, needed=taken.is_(Taken.NO, Taken.PARTLY))
    status = d.LifeCycle(StudyState, closed={StudyState.DECIDED, StudyState.STOPPED},
                         proof={StudyState.DECIDED})  # fmt: skip
    due = d.Due()
    finished_on.needed = conclusion.needed = status.is_(StudyState.DONE, StudyState.DECIDED)
    taken.needed = status.is_(StudyState.DECIDED)
    checks = (
        d.Check(lambda row: not (row.begun_on and row.finished_on) or row.begun_on <= row.finished_on,
                two("完成早于启动", "finished before it was begun"), "finished_on"),
        d.Check(~(finished_on.given & status.is_(StudyState.PLANNED)),
                two("未启动的没有完成日期", "one not begun has no such day"), "finished_on"),
    )  # fmt: skip
    feeds = (
        d.Count("studies_finished", two("完成研究", "Studies finished"), dated=finished_on, better="more",
                unit="项"),
        d.Share("studies_taken_ratio", two("研究成果采纳率", "Studies taken up"),
                part=taken.is_(Taken.YES, Taken.PARTLY), where=status.is_(StudyState.DECIDED), better="more"),
    )  # fmt: skip
