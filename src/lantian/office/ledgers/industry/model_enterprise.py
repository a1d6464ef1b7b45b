"""Model enterprises."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

ModelLevel = choices("ModelLevel", nation=("国家级", "national"), province=("省级", "provincial"),
                     city=("市级", "city"))  # fmt: skip
ModelState = choices("ModelState", candidate=("培育中", "candidate"), announced=("公示中", "announced"),
                     chosen=("已认定", "chosen"), revoked=("已取消", "revoked"))  # fmt: skip


class ModelEnterprise(d.Register):
    """绿色示范企业: chosen by industry, published, compared with."""

    code, title, order, placed = "model_enterprises", two("绿色示范企业", "Model enterprises"), 14, False
    source = "晋政办发电〔2021〕16号 二（二）3、三（五）2；晋政发〔2024〕7号 三（一）6"
    columns = ("enterprise", "year", "level", "field", "reason", "chosen_on")
    example = {"year": "2024", "level": "省级", "field": "铸造绿色改造", "reason": "全流程密闭，A级绩效",
               "due": "2025-12-31"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    year = d.Year(two("年度", "Year"), required=True, key=True)
    level = d.Choice(two("级别", "Level"), ModelLevel, required=True)
    field = d.Text(two("示范方向", "Model of what"), required=True, key=True, most=60)
    reason = d.Text(two("推荐理由", "Why"), needed=True, most=200)
    energy = d.Quantity(two("单位产品能耗", "Energy per product"), "kgce/t", also=("千克标准煤/吨",))
    emission = d.Quantity(two("单位产品颗粒物排放", "PM per product"), "kg/t", decimals=4, also=("千克/吨",))
    status = d.LifeCycle(ModelState, closed={"chosen", "revoked"}, proof={"chosen"},
                         judged={"announced", "chosen", "revoked"})  # fmt: skip
    due = d.Due(two("认定期限", "To be chosen by"))
    announced_on = d.Day(two("公示日期", "Announced on"), past=True, judged=True,
                         needed=status.is_("announced", "chosen"))  # fmt: skip
    chosen_on = d.Day(two("认定日期", "Chosen on"), past=True, needed=status.is_("chosen"), judged=True)

    checks = (
        d.Check(lambda row: not (row.chosen_on and row.announced_on) or row.chosen_on >= row.announced_on,
                two("认定不能早于公示", "chosen before it was announced"), "chosen_on"),
    )  # fmt: skip
    feeds = (
        d.Count("model_enterprises", two("绿色示范企业", "Model enterprises"), status.is_("chosen"),
                better="more"),
    )  # fmt: skip
