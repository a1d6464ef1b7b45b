"""Samples of household coal."""

from __future__ import annotations

from lantian.office.ledgers.ruled import limit
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

SampleState = choices(
    "SampleState", sent=("已送检", "at the laboratory"), passed=("合格", "passed"),
    failed=("不合格待处置", "failed, to be dealt with"), closed=("不合格已处置", "failed, dealt with"),
)  # fmt: skip


class CoalSample(d.Register):
    """民用煤抽检: a sample at a seller or a home, its sulphur and ash, what was done about it."""

    code, title = "coal_samples", two("民用煤抽检", "Samples of household coal")
    group, order = d.Group.ENERGY, 60
    source = "晋政发〔2024〕7号 三（二）11；临政发〔2024〕4号 三（三）19"
    columns = ("number", "taken_at", "taken_on", "sulphur", "ash", "supplier")
    example = {"number": "MZ2024-001", "taken_at": "示例煤场（模拟）", "taken_on": "2024-11-02",
               "sulphur": "0.8", "ash": "18.2", "supplier": "示例煤业（模拟）", "status": "合格",
               "due": "2024-12-02"}  # fmt: skip

    number = d.Text(two("样品编号", "Sample"), required=True, key=True, most=40)
    taken_at = d.Text(two("抽样地点", "Taken at"), required=True, searched=True, most=80,
                      aliases=("被抽检单位",))  # fmt: skip
    taken_on = d.Day(two("抽样日期", "Taken on"), required=True, past=True)
    sulphur = d.Quantity(two("全硫", "Sulphur"), "%", high=100, usual=(0, 6), aliases=("硫分", "含硫量"))
    ash = d.Quantity(two("灰分", "Ash"), "%", high=100, usual=(1, 60))
    supplier = d.Text(two("供货单位", "Supplier"), needed=True, searched=True, most=80)
    tonnes = d.Quantity(two("同批数量", "Tonnes of the lot"), "吨", also=("t",))
    handled = d.Text(two("处置情况", "What was done"), most=200)
    status = d.LifeCycle(SampleState, closed={SampleState.PASSED, SampleState.CLOSED},
                         proof={SampleState.CLOSED})  # fmt: skip
    due = d.Due(two("处置期限", "To be dealt with by"))
    sulphur.needed = ~status.is_(SampleState.SENT)
    handled.needed = status.is_(SampleState.CLOSED)
    over = d.Derived(two("硫分超限", "Too much sulphur"), sulphur.above(limit("coal.sulphur")),
                     rule="office.registers.coal.sulphur")  # fmt: skip

    checks = (
        d.Check(~(status.is_(SampleState.PASSED) & over.follows),
                two("硫分超限却记为合格：请核实", "too much sulphur and yet passed: is it right?"), "status",
                ask=True),
    )  # fmt: skip
    feeds = (
        d.Count("coal_samples_taken", two("民用煤抽检批次", "Coal samples"), dated=taken_on, better="more",
                unit="批次"),
        d.Share("coal_samples_passed", two("民用煤抽检合格率", "Coal samples passed"),
                part=status.is_(SampleState.PASSED), where=~status.is_(SampleState.SENT), dated=taken_on,
                better="more"),
    )  # fmt: skip
