"""Substitution of VOC materials at the source."""

from __future__ import annotations

from lantian.office.ledgers.voc.voc_material import Base, MaterialKind
from lantian.office.ledgers.words import Progress
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import two


class VocSubstitution(d.Register):
    """VOCs源头替代: a material replaced by one of low content, and what that saves."""

    code, title, group, order = "voc_substitutions", two("VOCs源头替代", "VOC substitution"), d.Group.VOC, 11
    source = "临政发〔2024〕4号 三（一）5；晋中 2024 三（七）24；陵政发〔2024〕10号 三（一）3"
    columns = ("enterprise", "name", "kind", "before", "after", "cut", "due")
    example = {"name": "底漆水性化", "kind": "涂料", "old_base": "溶剂型", "new_base": "水性", "before": "20",
               "after": "22",
               "voc_before": "9.6", "voc_after": "2.4", "due": "2024-12-31"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    name = d.Text(two("替代项目", "Project"), required=True, key=True, most=80)
    kind = d.Choice(two("材料类型", "Kind"), MaterialKind, required=True)
    old_base = d.Choice(two("替代前", "Before"), Base, required=True)
    new_base = d.Choice(two("替代后", "After"), Base, required=True)
    before = d.Quantity(two("替代前年用量", "Used before"), "t/a", needed=True, also=("吨/年", "t", "吨"))
    after = d.Quantity(two("替代后年用量", "Used after"), "t/a", needed=True, also=("吨/年", "t", "吨"))
    voc_before = d.Quantity(two("替代前VOCs", "VOC before"), "t/a", required=True, also=("吨/年", "t", "吨"))
    voc_after = d.Quantity(two("替代后VOCs", "VOC after"), "t/a", required=True, also=("吨/年", "t", "吨"))
    cut = d.Quantity(two("VOCs减排量", "VOC cut"), "t/a", low=None, computed=True)
    status = d.LifeCycle(Progress, closed={"done", "accepted", "stopped"}, proof={"accepted"})
    due = d.Due(needed=status.open)
    done_on = d.Day(two("完成日期", "Done on"), past=True, needed=status.is_("done", "accepted"))

    checks = (
        d.Check(lambda row: row.voc_after < row.voc_before,
                two("替代后VOCs没有减少", "nothing is saved"), "voc_after"),
    )  # fmt: skip
    feeds = (
        d.Count("voc_substitutions_open", two("未完成源头替代项目", "Substitutions open"), status.open,
                better="less"),
        d.Total("voc_cut_by_substitution", two("源头替代VOCs减排", "VOC saved at the source"), cut,
                status.is_("done", "accepted"), dated=done_on, better="more"),
    )  # fmt: skip

    def compute(self) -> None:
        """What is saved: before less after."""
        known = None not in (self.voc_before, self.voc_after)
        self.cut = self.voc_before - self.voc_after if known else None
