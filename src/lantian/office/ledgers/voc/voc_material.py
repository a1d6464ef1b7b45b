"""Materials that hold volatile organic compounds."""

from __future__ import annotations

from lantian.office.ledgers.deciding import marked, rule
from lantian.office.ledgers.ruled import limit
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

MaterialKind = choices("MaterialKind", coating=("涂料", "coating"), ink=("油墨", "ink"),
                       adhesive=("胶粘剂", "adhesive"),
                       cleaner=("清洗剂", "cleaner"), thinner=("稀释剂", "thinner"),
                       other=("其他", "other"))  # fmt: skip
Base = choices("Base", water=("水性", "water-based"), solvent=("溶剂型", "solvent-based"),
               powder=("粉末", "powder"),
               uv=("辐射固化", "radiation-cured"), high_solid=("高固体分", "high solid"))  # fmt: skip
MaterialState = choices("MaterialState", used=("在用", "in use"), replaced=("已替代", "replaced"),
                        gone=("停用", "gone"))  # fmt: skip


def low(row: VocMaterial) -> str:
    """Whether its content is low by the limit of its kind; "" where there is none or it is not known."""
    found = rule("voc.low_content")
    bound = found.table.get(row.kind, {}).get(row.base)
    if bound is None or row.content is None:
        return ""
    return marked(two("低VOCs含量", "low") if row.content <= bound else two("高VOCs含量", "high"), found)


class VocMaterial(d.Register):
    """含VOCs原辅材料: what an enterprise used in a year, and how much of it evaporates."""

    code, title, group, order = "voc_materials", two("含VOCs原辅材料", "VOC materials"), d.Group.VOC, 10
    placed = False
    source = "晋政发〔2024〕7号 三（一）5；临政发〔2024〕4号 三（一）5；GB/T 38597-2020"
    columns = ("enterprise", "year", "name", "kind", "base", "content", "used", "low")
    example = {"year": "2024", "name": "水性底漆A", "kind": "涂料", "base": "水性", "content": "180",
               "share": "12",
               "used": "12.5", "report": "是"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    year = d.Year(two("年度", "Year"), required=True, key=True)
    name = d.Text(two("材料名称（牌号）", "Material"), required=True, key=True, most=80,
                  aliases=("材料名称", "名称"))  # fmt: skip
    kind = d.Choice(two("材料类型", "Kind"), MaterialKind, required=True)
    base = d.Choice(two("基质", "Base"), Base, required=True)
    content = d.Quantity(two("VOCs含量", "VOC content"), "g/L", needed=True, usual=(0, 1000), also=("克/升",))
    share = d.Quantity(two("VOCs质量占比", "VOC by mass"), "%", high=100, needed=True, decimals=2)
    used = d.Quantity(two("年用量", "Used in the year"), "t", required=True, usual=(0.001, 10000),
                      also=("吨", "t/a"))  # fmt: skip
    report = d.Flag(two("检测报告（MSDS）", "Test report"), needed=True)
    status = d.LifeCycle(MaterialState, closed={"replaced", "gone"})
    low = d.Derived(two("含量判定", "Content"), low, rule="office.voc.low_content")
    exempt = d.Derived(two("可不要求末端治理", "Free of end treatment"),
                       share.below(limit("office.voc.exempt_share")),
                       rule="office.voc.exempt_share")  # fmt: skip
    _solvent = base.is_(Base.SOLVENT)

    feeds = (
        d.Total("voc_materials_used", two("含VOCs原辅材料用量", "VOC materials used"), used, status.open),
        d.Share("low_voc_share", two("低VOCs（非溶剂型）材料占比", "Materials that are not solvent-based"),
                part=~_solvent,
                where=status.open, by=used, better="more"),
    )  # fmt: skip
