"""Bulk freight."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

FreightState = choices("FreightState", reported=("已填报", "reported"), checked=("已核定", "checked"))


class Freight(d.Register):
    """大宗货物运输: what an enterprise moved in and out in a year, by way; what rail carried over 500 km."""

    code, title = "freight", two("大宗货物运输量", "Bulk freight")
    group, order, placed = d.Group.VEHICLES, 60, False
    source = "晋政发〔2024〕7号 三（三）12；晋中 2024 三（四）13；临政发〔2024〕4号 三（四）22、24"
    columns = ("enterprise", "year", "rail", "belt", "new_energy", "stage6", "other")
    example = {"year": "2024", "rail": "600000", "belt": "100000", "new_energy": "150000", "stage6": "100000",
               "other": "50000", "long_total": "500000", "long_rail": "450000", "status": "已核定",
               "due": "2025-03-31"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    year = d.Year(two("年份", "Year"), required=True, key=True)
    rail = d.Quantity(two("铁路", "Rail"), "吨", needed=True, also=("t",), aliases=("铁路运输量",))
    belt = d.Quantity(two("管道、皮带廊道、水路", "Pipeline, belt, water"), "吨", needed=True, also=("t",))
    new_energy = d.Quantity(two("新能源车", "New-energy trucks"), "吨", needed=True, also=("t",))
    stage6 = d.Quantity(two("国六车", "Stage VI trucks"), "吨", needed=True, also=("t",))
    other = d.Quantity(two("其他车", "Other trucks"), "吨", needed=True, also=("t",),
                       hint=two("厂内转运不计", "without what is moved inside the works"))  # fmt: skip
    long_total = d.Quantity(two("500公里以上煤焦", "Coal and coke over 500 km"), "吨", also=("t",))
    long_rail = d.Quantity(two("其中铁路", "of these by rail"), "吨", also=("t",), needed=long_total.above(0))
    evidence = d.Text(two("依据", "Evidence"), most=120,
                      hint=two("衡器、门禁、铁路运单", "weighbridge, gate, rail bills"))  # fmt: skip
    status = d.LifeCycle(FreightState, closed={FreightState.CHECKED}, judged={FreightState.CHECKED})
    due = d.Due(two("填报核定期限", "To be checked by"))

    checks = (
        d.Check(lambda row: row.long_rail is None
                or (row.long_total is not None and row.long_rail <= row.long_total),
                two("铁路部分多于总量", "more by rail than in all"), "long_rail"),
        d.Check(lambda row: row.long_rail is None or row.rail is None or row.long_rail <= row.rail,
                two("长距离铁路运量多于铁路总量：请核实",
                "more by rail over 500 km than by rail at all: right?"), "long_rail", ask=True),
    )  # fmt: skip
    _ways = (rail, belt, new_energy, stage6, other)
    feeds = (
        d.Ratio("clean_transport_ratio", two("清洁运输比例", "Clean transport"), (rail, belt, new_energy),
                _ways, dated=year, better="more",
                formula=two("（铁路+管道皮带水路+新能源）÷全部；国六车不计",
                "(rail + belt + new energy) / all, without stage VI")),
        d.Ratio("clean_transport_ratio_stage6", two("清洁运输比例（含国六）",
                "Clean transport with stage VI"), (rail, belt, new_energy, stage6), _ways, dated=year,
                better="more"),
        d.Ratio("rail_share", two("500公里以上煤焦铁路运输比例", "Rail share of coal and coke over 500 km"),
                (long_rail,), (long_total,), dated=year, better="more"),
        d.Total("rail_freight", two("铁路货运量", "Rail freight"), rail, dated=year, better="more"),
    )  # fmt: skip
