"""Production lines."""

from __future__ import annotations

from lantian.office.ledgers.words import Working
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import two


class ProductionLine(d.Register):
    """生产线: a line or process of an enterprise, the smallest thing an emergency measure can stop."""

    code, title, order = "production_lines", two("生产线", "Production lines"), 2
    source = "晋政发〔2024〕7号 三（七）28；重污染天气应急减排清单（以生产线计）"
    columns = ("enterprise", "name", "process", "product", "capacity", "meter")
    example = {"name": "1号造型线", "facility": "MF0001", "process": "粘土砂造型", "product": "铸件",
               "capacity": "2.5", "output": "1.8", "equipment": "2t/h中频炉2台",
               "meter": "D-001", "built_on": "2015-06-01"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    name = d.Text(two("生产线名称", "Line"), required=True, key=True, most=80, aliases=("生产线", "工序名称"))
    facility = d.Text(two("生产设施编号", "Facility number"), searched=True, most=40,
                      pattern=r"[A-Z]{2}\d{3,5}",
                      pattern_hint="MF0001", hint=two("按排污许可证填写", "as in the permit"))  # fmt: skip
    process = d.Text(two("主要工艺", "Main process"), needed=True, most=80)
    product = d.Text(two("产品", "Product"), needed=True, most=60, aliases=("产品名称",))
    capacity = d.Quantity(two("设计产能", "Design capacity"), "10⁴ t/a", needed=True, usual=(0.01, 3000),
                          also=("万吨/年", "万t/a"), aliases=("产能",))  # fmt: skip
    output = d.Quantity(two("上年产量", "Output of last year"), "10⁴ t/a", also=("万吨", "万吨/年", "万t/a"))
    equipment = d.Text(two("主要设备", "Main equipment"), most=200)
    meter = d.Text(two("用电监控点位", "Power meter"), needed=True, most=40, aliases=("电表编号",))
    built_on = d.Day(two("投产日期", "In production since"), past=True)
    status = d.LifeCycle(Working, closed={Working.GONE})

    checks = (
        d.Check(lambda row: row.output is None or row.capacity is None or row.output <= row.capacity,
                two("产量超过设计产能：是否属实", "more than its capacity: is it right?"), "output",
                ask=True),
    )  # fmt: skip
    feeds = (
        d.Count("production_lines", two("在用生产线", "Lines in use"), status.is_(Working.IN_USE)),
        d.Share("lines_metered", two("生产线用电监控覆盖率", "Lines with power meters"), part=meter.given,
                where=status.is_(Working.IN_USE), better="more"),
    )  # fmt: skip
