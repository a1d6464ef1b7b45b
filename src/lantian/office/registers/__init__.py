"""Registers (台账): kinds of things under control, each declared once; everything else follows.

    class Fuel(Words):
        COAL = "coal", two("燃煤", "coal")
        GAS = "gas", two("燃气", "natural gas")

    class Boiler(Register):
        title = two("锅炉", "Boilers")
        code = "boilers"
        enterprise = Owner(required=True)
        number = Text(two("编号", "Number"), key=True)
        fuel = Choice(two("燃料", "Fuel"), Fuel, required=True)
        capacity = Quantity(two("额定蒸发量", "Rated capacity"), "t/h", required=True, low=0)
        low_nox = Flag(two("低氮燃烧", "Low-NOx burner"), needed=fuel.is_(Fuel.GAS))
        status = LifeCycle(Use, closed={Use.DISMANTLED}, proof={Use.DISMANTLED})
        due = Due(two("淘汰期限", "To be cleared by"))
        feeds = (Count("coal_boilers_left", two("剩余燃煤锅炉", "Coal boilers left"),
                       where=fuel.is_(Fuel.COAL) & status.open),)

From it come the list with filters, the map, the form, the detail with history, the Excel template, import and
export, the API, counts, completeness, indicators, demonstration data and tests. Declarations stand in
`lantian.office.ledgers`; import their parts from `lantian.office.registers.declaring`.
"""
