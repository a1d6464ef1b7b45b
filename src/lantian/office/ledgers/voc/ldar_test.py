"""LDAR: readings."""

from __future__ import annotations

from lantian.office.ledgers.voc.ldar_component import leak_limit
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

TestState = choices("TestState", tested=("已检测", "tested"), void=("无效", "void"))


class LdarTest(d.Register):
    """LDAR检测记录: a reading at a point; whether it leaks follows from the rule of its medium."""

    code, title, group, order = "ldar_tests", two("LDAR检测记录", "LDAR tests"), d.Group.VOC, 42
    placed = False
    source = "HJ 733-2014；HJ 1230-2021；GB 37822-2019"
    columns = ("enterprise", "component", "round", "tested_on", "reading", "background", "net", "leaks")
    example = {"component": "V-101-01", "round": "2024-1", "tested_on": "2024-03-12", "instrument": "FID-01",
               "calibrated": "是", "background": "3", "reading": "2100", "wait": "60",
               "tester": "李四（模拟）"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    component = d.Link(two("密封点编码", "Point"), "LdarComponent", required=True, key=True,
                       aliases=("编码",))  # fmt: skip
    round = d.Text(two("轮次", "Round"), required=True, key=True, most=20)
    tested_on = d.Day(two("检测日期", "Tested on"), past=True, required=True)
    instrument = d.Text(two("仪器编号", "Instrument"), needed=True, most=40)
    calibrated = d.Flag(two("当日校准", "Calibrated that day"), needed=True)
    background = d.Quantity(two("环境本底值", "Background"), "μmol/mol", required=True, decimals=1,
                            usual=(0, 200),
                            also=("ppm", "ppmv"))  # fmt: skip
    reading = d.Quantity(two("检测值", "Reading"), "μmol/mol", required=True, decimals=1, usual=(0, 100000),
                         also=("ppm", "ppmv"), hint=two("未扣除本底",
                                                        "before the background is taken off"))  # fmt: skip
    drip = d.Flag(two("可见渗液滴液", "Visible drip"), hint=two("可见即为泄漏", "a drip is a leak"))
    wait = d.Quantity(two("停留时间", "Time at the point"), "s", usual=(10, 600), decimals=0, also=("秒",))
    tester = d.Text(two("检测人员", "Tester"), needed=True, most=40)
    net = d.Quantity(two("净检测值", "Net reading"), "μmol/mol", decimals=1, computed=True)
    leaks = d.Flag(two("泄漏", "Leaks"), computed=True, source="GB 37822-2019 泄漏认定浓度")
    status = d.LifeCycle(TestState, closed={"void"})

    checks = (
        d.Check(lambda row: row.reading >= row.background,
                two("检测值低于环境本底值：请核实", "below the background: is it right?"), "reading",
                ask=True),
    )  # fmt: skip
    feeds = (
        d.Count("ldar_tests", two("LDAR检测点次", "LDAR tests"), status.open, dated=tested_on),
        d.Count("ldar_leaks", two("LDAR泄漏点次", "LDAR leaks"), leaks.yes & status.open, dated=tested_on,
                better="less"),
    )  # fmt: skip

    def compute(self) -> None:
        """The reading above the background, and whether it is above the limit of the day it was taken."""
        known = None not in (self.reading, self.background)
        self.net = max(self.reading - self.background, self.reading * 0) if known else None
        limit = leak_limit(self.component, self.tested_on) if self.component_id else None
        self.leaks = True if self.drip else None if None in (self.net, limit) else self.net > limit
