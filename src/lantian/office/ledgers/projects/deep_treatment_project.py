"""Deep-treatment projects."""

from __future__ import annotations

from lantian.office.ledgers.words import Industry, Progress
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

Deep = choices(
    "Deep", power=("煤电深度治理", "coal power"), quench=("备用干熄焦", "standby dry quenching"),
    oven=("装煤出焦二次收集", "second capture at ovens"), kiln=("炉窑深度治理", "kilns"),
    low_nox=("低氮改造", "low-NOx"), ammonia=("氨逃逸治理", "ammonia slip"), co=("CO治理", "CO"),
    fugitive=("无组织治理", "fugitive dust"), voc=("VOCs综合治理", "VOCs"), other=("其他", "other"),
)  # fmt: skip


class DeepTreatmentProject(d.Register):
    """深度治理: a project of a plant beyond what the standard asks, by stage, with what it saves."""

    code, title = "deep_treatment", two("深度治理项目", "Deep-treatment projects")
    group, order = d.Group.PROJECTS, 2
    source = "临政发〔2024〕4号 三（二）9；晋政发〔2024〕7号 三（五）21；晋中 2024 三（二）5"
    columns = ("enterprise", "name", "kind", "industry", "invested", "nox", "due")
    example = {"name": "2号焦炉装煤二次收集", "kind": "装煤出焦二次收集", "industry": "焦化",
               "invested": "1200", "pm": "18.5", "status": "实施中", "due": "2024-12-31"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    name = d.Text(two("项目名称", "Project"), required=True, key=True, most=100)
    kind = d.Choice(two("治理类别", "Kind"), Deep, required=True)
    industry = d.Choice(two("行业", "Industry"), Industry, required=True)
    content = d.Text(two("建设内容", "What is built"), most=300)
    invested = d.Quantity(two("投资", "Investment"), "10⁴ 元", needed=True, also=("万元",))
    so2 = d.Quantity(two("二氧化硫减排", "SO₂ cut"), "t/a", also=("吨/年", "吨"))
    nox = d.Quantity(two("氮氧化物减排", "NOₓ cut"), "t/a", also=("吨/年", "吨"))
    pm = d.Quantity(two("颗粒物减排", "PM cut"), "t/a", also=("吨/年", "吨"))
    voc = d.Quantity(two("VOCs减排", "VOCs cut"), "t/a", also=("吨/年", "吨"))
    status = d.LifeCycle(
        Progress, closed={"done", "accepted", "stopped"}, proof={"accepted"}, judged={"accepted"}
    )
    due = d.Due(required=status.open)
    started_on = d.Day(two("开工日期", "Begun on"), past=True)
    done_on = d.Day(two("完成日期", "Done on"), past=True, required=status.is_("done", "accepted"))
    delay = d.Text(two("滞后原因", "Why late"), most=200)
    _done = status.is_("done", "accepted")

    checks = (
        d.Check(lambda row: not (row.started_on and row.done_on) or row.done_on >= row.started_on,
                two("完成早于开工", "done before it was begun"), "done_on"),
    )  # fmt: skip
    feeds = (
        d.Count("deep_treatment_open", two("未完成深度治理项目", "Deep-treatment projects open"), status.open,
                better="less"),
        d.Count("deep_treatment_done", two("完成深度治理项目", "Deep-treatment projects done"), _done,
                dated=done_on, better="more"),
        d.Total("deep_treatment_nox", two("深度治理氮氧化物减排", "NOₓ saved by deep treatment"), nox, _done,
                dated=done_on),
        d.Total("deep_treatment_so2", two("深度治理二氧化硫减排", "SO₂ saved by deep treatment"), so2, _done,
                dated=done_on),
    )  # fmt: skip
