"""Samples of fuel and urea."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

FuelKind = choices(
    "FuelKind", diesel=("车用柴油", "diesel"), gasoline=("车用汽油", "gasoline"), urea=("车用尿素", "urea"),
    coal_gas=("车用燃气", "gas"),
)  # fmt: skip
TakenFrom = choices(
    "TakenFrom", station=("加油站", "fuel station"), depot=("储油库", "depot"),
    truck=("货车油箱", "truck tank"), machine=("机械油箱", "machine tank"),
    own_tank=("自建油罐", "private tank"), tanker=("流动加油车", "mobile tanker"),
)  # fmt: skip
FuelSampleState = choices(
    "FuelSampleState", sent=("已送检", "at the laboratory"), passed=("合格", "passed"),
    tracing=("不合格溯源中", "failed, being traced"), closed=("不合格已查处", "failed, dealt with"),
)  # fmt: skip


class FuelSample(d.Register):
    """油品和尿素抽测: a sample, its result and limit, and where bad fuel was traced to."""

    code, title = "fuel_samples", two("油品尿素抽测", "Samples of fuel and urea")
    group, order = d.Group.VEHICLES, 85
    source = "晋政发〔2024〕7号 三（三）15；晋中 2024 三（四）17；临政发〔2024〕4号 三（四）27"
    columns = ("number", "kind", "taken_from", "taken_on", "item", "result", "limit", "traced_to")
    example = {"number": "YP2024-015", "kind": "车用柴油", "taken_from": "货车油箱", "carrier": "晋L12345",
               "taken_on": "2024-06-11", "item": "硫含量", "result": "8.2", "limit": "10", "measure": "mg/kg",
               "sold_by": "示例路加油站（模拟）", "status": "合格", "due": "2024-07-11"}  # fmt: skip

    number = d.Text(two("样品编号", "Sample"), required=True, key=True, most=40)
    kind = d.Choice(two("种类", "Kind"), FuelKind, required=True)
    taken_from = d.Choice(two("抽样环节", "Taken from"), TakenFrom, required=True)
    carrier = d.Text(two("车牌或机械编码", "Plate or code"), searched=True, most=30,
                     needed=taken_from.is_(TakenFrom.TRUCK, TakenFrom.MACHINE))  # fmt: skip
    station = d.Link(two("加油站", "Station"), "FuelStation", needed=taken_from.is_(TakenFrom.STATION))
    taken_on = d.Day(two("抽样日期", "Taken on"), required=True, past=True)
    item = d.Text(two("检测项目", "Item"), required=True, key=True, most=40)
    result = d.Quantity(two("检测结果", "Result"), low=None, decimals=4)
    limit = d.Quantity(two("标准限值", "Limit"), low=None, decimals=4)
    measure = d.Text(two("单位", "Unit"), most=20, needed=result.given)
    sold_by = d.Text(two("销售单位", "Seller"), searched=True, most=80)
    traced_to = d.Text(two("溯源结果", "Traced to"), searched=True, most=200,
                       hint=two("销售→批发→生产", "seller, wholesaler, maker"))  # fmt: skip
    case = d.Text(two("案件编号", "Case"), searched=True, most=60)
    status = d.LifeCycle(FuelSampleState, closed={FuelSampleState.PASSED, FuelSampleState.CLOSED},
                         proof={FuelSampleState.CLOSED})  # fmt: skip
    due = d.Due(two("溯源查处期限", "To be traced by"))
    result.needed = limit.needed = ~status.is_(FuelSampleState.SENT)
    traced_to.needed = status.is_(FuelSampleState.CLOSED)
    checks = (
        d.Check(~(case.given & status.is_(FuelSampleState.PASSED)),
                two("合格的样品有案件编号：请核实", "passed, and yet a case: is it right?"), "case",
                ask=True),
    )  # fmt: skip
    feeds = (
        d.Count("fuel_samples_taken", two("油品尿素抽测批次", "Fuel samples"), dated=taken_on, better="more",
                unit="批次"),
        d.Share("fuel_samples_passed", two("油品尿素合格率", "Fuel samples passed"),
                part=status.is_(FuelSampleState.PASSED), where=~status.is_(FuelSampleState.SENT),
                dated=taken_on, better="more"),
        d.Share("fuel_traced_ratio", two("非标油溯源查处率", "Bad fuel traced"),
                part=status.is_(FuelSampleState.CLOSED),
                where=status.is_(FuelSampleState.TRACING, FuelSampleState.CLOSED), dated=taken_on,
                better="more"),
    )  # fmt: skip
