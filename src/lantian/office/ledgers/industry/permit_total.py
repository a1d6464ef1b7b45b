"""Yearly totals of permits."""

from __future__ import annotations

from lantian.office.ledgers.industry.outlet_limit import Factor
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

TotalState = choices("TotalState", in_force=("执行中", "in force"), ended=("已停止执行", "ended"))


class PermitTotal(d.Register):
    """许可排放量: what an enterprise, or one outlet of it, may emit of a factor in a year."""

    code, title, order = "permit_totals", two("许可排放量", "Yearly totals of permits"), 5
    source = "晋政发〔2024〕7号 三（八）29；HJ 942-2018；临政发〔2024〕4号 三（二）8"
    columns = ("enterprise", "outlet", "factor", "year", "tonnes", "document")
    example = {"factor": "氮氧化物", "year": "2024", "tonnes": "120.5",
               "document": "91141000MA0EXAMP2C001V"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    outlet = d.Link(two("排放口", "Outlet"), "Outlet",
                    hint=two("全厂总量留空", "empty for the whole enterprise"))  # fmt: skip
    factor = d.Choice(two("污染物", "Factor"), Factor, required=True, key=True, judged=True)
    year = d.Year(two("年度", "Year"), required=True, key=True, judged=True)
    tonnes = d.Quantity(two("年许可排放量", "Yearly total"), "t/a", required=True, usual=(0.001, 50000),
                        decimals=4, also=("吨/年", "吨", "t"), judged=True)  # fmt: skip
    document = d.Text(two("许可证编号", "Permit"), needed=True, searched=True, most=120)
    status = d.LifeCycle(TotalState, closed={TotalState.ENDED}, judged=TotalState.values)

    checks = (
        d.Check(lambda row: row.tonnes is None or row.tonnes > 0,
                two("许可排放量必须大于零", "a total is more than zero"), "tonnes"),
    )  # fmt: skip
    feeds = (
        d.Total("permit_so2", two("二氧化硫许可排放量", "SO₂ permitted"), tonnes,
                factor.is_(Factor.A21026) & outlet.absent, dated=year),
        d.Total("permit_nox", two("氮氧化物许可排放量", "NOₓ permitted"), tonnes,
                factor.is_(Factor.A21002) & outlet.absent, dated=year),
        d.Total("permit_pm", two("颗粒物许可排放量", "Particulates permitted"), tonnes,
                factor.is_(Factor.A34013) & outlet.absent, dated=year),
    )  # fmt: skip

    def natural_key(self) -> str:
        # One for the enterprise and one for each of its outlets.
        return f"{super().natural_key()}|{self.outlet_id or ''}"

    def __str__(self) -> str:
        tonnes = "—" if self.tonnes is None else f"{self.tonnes.normalize():f}"
        return f"{self.year or ''} {self.ledger.by_name['factor'].write(self.factor)} {tonnes} t/a"
