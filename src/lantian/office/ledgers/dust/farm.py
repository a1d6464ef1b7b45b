"""Livestock farms."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

Animal = choices(
    "Animal", pig=("生猪", "pigs"), hen=("蛋鸡", "layers"), broiler=("肉鸡", "broilers"),
    dairy=("奶牛", "dairy cattle"), beef=("肉牛", "beef cattle"), sheep=("羊", "sheep"),
    other=("其他", "other"),
)  # fmt: skip
FarmState = choices(
    "FarmState", running=("养殖", "running"), rebuilding=("改造中", "being rebuilt"),
    fit=("已规范", "as it should be"), closed=("退养", "closed"),
)  # fmt: skip


class Farm(d.Register):
    """畜禽养殖场: heads, closed houses, covered slurry, treated air; the ammonia of farming."""

    code, title = "farms", two("畜禽养殖场", "Livestock farms")
    group, order = d.Group.DUST, 80
    source = "晋政发〔2024〕7号 三（五）23；临政发〔2024〕4号 三（五）38；陵川 2024 三（五）20"
    columns = ("name", "animal", "stock", "closed_houses", "covered_slurry", "treated_air")
    example = {"name": "示例养殖合作社（模拟）", "animal": "生猪", "stock": "3000", "closed_houses": "是",
               "covered_slurry": "是", "treated_air": "否", "low_protein": "是", "coal_heated": "否",
               "due": "2025-12-31", "status": "改造中"}  # fmt: skip

    enterprise = d.Owner()
    name = d.Text(two("养殖场名称", "Farm"), required=True, key=True, most=80)
    animal = d.Choice(two("畜种", "Animal"), Animal, required=True, key=True)
    stock = d.Whole(two("存栏", "Stock"), "头（只）", required=True, usual=(1, 2000000),
                    also=("头", "只", "羽"), aliases=("存栏量",))  # fmt: skip
    sold = d.Whole(two("年出栏", "Sold a year"), "头（只）", also=("头", "只", "羽"))
    closed_houses = d.Flag(two("圈舍封闭管理", "Closed houses"), needed=True)
    covered_slurry = d.Flag(two("粪污输送存储封闭", "Slurry covered"), needed=True)
    treated_air = d.Flag(two("废气收集处理", "Air collected and treated"), needed=True)
    low_protein = d.Flag(two("低蛋白日粮", "Low-protein feed"))
    coal_heated = d.Flag(two("使用散煤", "Burns bulk coal"), needed=True,
                         source="晋政发〔2024〕7号 三（二）11")  # fmt: skip
    near_homes = d.Quantity(two("距居民区距离", "Distance to homes"), "m", usual=(0, 20000), decimals=0,
                            also=("米",))  # fmt: skip
    status = d.LifeCycle(FarmState, closed={FarmState.FIT, FarmState.CLOSED})
    due = d.Due(two("改造期限", "To be rebuilt by"))
    treated = d.Derived(two("氨气治理到位", "Ammonia treated"), closed_houses.yes & covered_slurry.yes
                        & treated_air.yes)  # fmt: skip

    feeds = (
        d.Share("farms_treated_ratio", two("养殖场氨气治理率", "Farms with treated ammonia"),
                part=treated.follows, where=~status.is_(FarmState.CLOSED), better="more"),
        d.Count("farms_coal", two("使用散煤养殖场", "Farms burning coal"), coal_heated.yes
                & ~status.is_(FarmState.CLOSED), better="less"),
    )  # fmt: skip
