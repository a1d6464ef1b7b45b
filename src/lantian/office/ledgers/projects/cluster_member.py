"""Members of industrial clusters."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

Sorting = choices("Sorting", close=("淘汰关停", "close"), move=("搬迁入园", "move into a park"),
                  retrofit=("就地改造", "retrofit"), grow=("做优做强", "strengthen"))  # fmt: skip
MemberState = choices("MemberState", sorted=("已分类", "sorted"), running=("整治中", "under way"),
                      done=("已完成", "done"))  # fmt: skip


class ClusterMember(d.Register):
    """集群企业: a firm of a cluster, what is decided for it and by when."""

    code, title, group, order = "cluster_members", two("集群企业", "Firms of clusters"), d.Group.PROJECTS, 31
    source = "晋政发〔2024〕7号 三（一）4；临政发〔2024〕4号 三（一）4"
    columns = ("cluster", "enterprise", "sorting", "measure", "due")
    example = {"cluster": "示例铸造集群（模拟）", "sorting": "就地改造",
               "measure": "冲天炉改电炉，配套袋式除尘",
               "due": "2025-10-31"}  # fmt: skip

    cluster = d.Link(two("集群名称", "Cluster"), "Cluster", required=True, key=True)
    enterprise = d.Owner(required=True, key=True)
    sorting = d.Choice(two("分类处置", "Decision"), Sorting, required=True, needed=True, judged=True)
    measure = d.Text(two("整治措施", "Measure"), needed=True, most=200)
    target_park = d.Link(two("迁入园区", "Park it moves to"), "Park", needed=sorting.is_("move"))
    status = d.LifeCycle(MemberState, closed={"done"}, proof={"done"})
    due = d.Due(needed=status.open)
    done_on = d.Day(two("完成日期", "Done on"), past=True, needed=~status.open)

    feeds = (
        d.Share("cluster_members_done", two("集群企业整治完成率", "Firms of clusters done"),
                part=status.is_("done"),
                better="more"),
        d.Count("cluster_members_closed", two("集群淘汰关停企业", "Firms of clusters closed"),
                sorting.is_("close") & status.is_("done"), dated=done_on),
    )  # fmt: skip

    def natural_key(self) -> str:
        # A firm is once in a cluster: two links are key enough.
        return f"{self.cluster_id}|{self.enterprise_id}"
