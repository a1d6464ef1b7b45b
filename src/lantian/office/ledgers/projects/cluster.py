"""Industrial clusters."""

from __future__ import annotations

from lantian.office.ledgers.words import Industry
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

ClusterState = choices("ClusterState", survey=("排查中", "surveyed"), planned=("已制定方案", "planned"),
                       running=("整治中", "being rectified"), done=("已完成", "done"))  # fmt: skip


class Cluster(d.Register):
    """产业集群: a named cluster, its plan, and how many of its firms close, move, retrofit or grow."""

    code, title, group, order = "clusters", two("涉气产业集群", "Industrial clusters"), d.Group.PROJECTS, 30
    source = "晋政发〔2024〕7号 三（一）4；临政发〔2024〕4号 三（一）4"
    columns = ("name", "industry", "firms", "to_close", "to_move", "to_retrofit", "due")
    example = {"name": "示例铸造集群（模拟）", "industry": "铸造", "firms": "32", "to_close": "3",
               "to_move": "5",
               "to_retrofit": "20", "to_grow": "4", "plan_document": "示例集群整治方案",
               "due": "2025-12-31"}  # fmt: skip

    name = d.Text(two("集群名称", "Cluster"), required=True, key=True, most=80)
    industry = d.Choice(two("行业", "Industry"), Industry, required=True)
    firms = d.Whole(two("企业数", "Firms"), "家", required=True)
    to_close = d.Whole(two("淘汰关停", "To close"), "家", needed=True)
    to_move = d.Whole(two("搬迁入园", "To move"), "家", needed=True)
    to_retrofit = d.Whole(two("就地改造", "To retrofit"), "家", needed=True)
    to_grow = d.Whole(two("做优做强", "To strengthen"), "家", needed=True)
    plan_document = d.Text(two("整治方案", "Plan"), needed=True, most=120)
    lead = d.Text(two("牵头单位", "Lead"), most=60)
    status = d.LifeCycle(ClusterState, closed={"done"}, proof={"done"})
    due = d.Due(two("整治期限", "Rectify by"), needed=status.open)
    done_on = d.Day(two("完成日期", "Done on"), past=True, needed=~status.open)

    checks = (
        d.Check(lambda row: sum(part or 0 for part in (row.to_close, row.to_move, row.to_retrofit,
                                                       row.to_grow))
                <= row.firms, two("分类企业数之和多于企业数", "more are sorted than there are"), "firms"),
    )  # fmt: skip
    feeds = (
        d.Count("clusters_left", two("未完成整治的产业集群", "Clusters to rectify"), status.open,
                better="less"),
        d.Count("clusters_done", two("完成整治的产业集群", "Clusters rectified"), ~status.open, dated=done_on,
                better="more"),
    )  # fmt: skip
