"""Limits of outlets."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from lantian.errors import LantianError
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

# What is measured, by the codes of the line (HJ 212-2017, table B.2).
Factor = choices(
    "Factor", a34013=("颗粒物", "particulates"), a21026=("二氧化硫", "SO₂"), a21002=("氮氧化物", "NOₓ"),
    a24088=("非甲烷总烃", "NMHC"), a21001=("氨", "NH₃"), a21005=("一氧化碳", "CO"),
    a21024=("氯化氢", "HCl"), a21018=("氟化物", "fluorides"), a21028=("硫化氢", "H₂S"),
    a20057=("汞及其化合物", "mercury"),
)  # fmt: skip
Basis = choices(
    "Basis", standard=("国家标准", "national standard"), local=("地方标准", "local standard"),
    ultra_low=("超低排放", "ultra-low"),
    permit=("排污许可", "permit"), grade=("绩效等级", "grade"),
)  # fmt: skip
Averaging = choices("Averaging", hour=("小时均值", "hourly mean"), day=("日均值", "daily mean"))
LimitState = choices("LimitState", in_force=("执行中", "in force"), ended=("已停止执行", "ended"))


class OutletLimit(d.Register):
    """排放限值: what an outlet may emit of a factor, on which basis, from a day to a day."""

    code, title, order = "outlet_limits", two("排放限值", "Limits of outlets"), 4
    source = "晋政发〔2024〕7号 三（八）29；HJ 75-2017；HJ 942-2018；临政发〔2024〕4号 三（二）8"
    columns = ("enterprise", "outlet", "factor", "basis", "averaging", "value", "valid_from", "valid_to")
    example = {"factor": "氮氧化物", "basis": "超低排放", "averaging": "小时均值", "value": "50",
               "document": "环大气〔2019〕35号", "valid_from": "2024-01-01"}  # fmt: skip

    enterprise = d.Owner(required=True)
    outlet = d.Link(two("排放口", "Outlet"), "Outlet", required=True, key=True)
    factor = d.Choice(two("污染物", "Factor"), Factor, required=True, key=True, judged=True)
    basis = d.Choice(two("限值依据", "Basis"), Basis, required=True, key=True, judged=True)
    averaging = d.Choice(two("均值类型", "Averaging"), Averaging, required=True, key=True, judged=True)
    value = d.Quantity(two("限值", "Limit"), "mg/m³", required=True, usual=(0.01, 2000), decimals=4,
                       judged=True, also=("毫克/立方米", "mg/Nm³"),
                       hint=two("有基准氧的按折算浓度", "at reference oxygen where given"))  # fmt: skip
    document = d.Text(two("文件（标准号、证号）", "Document"), needed=True, searched=True, most=120,
                      aliases=("执行标准",))  # fmt: skip
    valid_from = d.Day(two("执行起始日", "Valid from"), required=True, key=True, judged=True)
    valid_to = d.Day(
        two("执行截止日", "Valid to"), judged=True, hint=two("未定留空", "empty while it is open")
    )
    status = d.LifeCycle(LimitState, closed={LimitState.ENDED}, judged=LimitState.values)

    checks = (
        d.Check(lambda row: row.valid_to is None or row.valid_from is None or row.valid_to >= row.valid_from,
                two("截止日早于起始日", "it ends before it begins"), "valid_to"),
        d.Check(lambda row: row.value is None or row.value > 0,
                two("限值必须大于零", "a limit is more than zero"), "value"),
    )  # fmt: skip
    feeds = (d.Count("outlet_limits_in_force", two("执行中的排放限值", "Limits in force"), status.open),)

    def settle(self) -> None:
        hold_alone(self, ("outlet", "factor", "basis", "averaging"))

    def __str__(self) -> str:
        shown = (self.ledger.by_name[name].write(getattr(self, name)) for name in ("factor", "basis"))
        return f"{' '.join(shown)} {self.ledger.by_name['value'].write(self.value)} mg/m³"


def hold_alone(row: Any, names: tuple[str, ...]) -> None:
    """Refuse a record whose days overlap those of another with the same values of `names`.

    The outlet is locked first, so that of two written at once one sees the other.
    """
    type(row.outlet).objects.select_for_update(of=("self",)).get(pk=row.outlet_id)
    if row.withdrawn:
        return
    same = type(row).objects.filter(withdrawn=False, **{name: getattr(row, name) for name in names})
    later = Q(valid_to__isnull=True) | Q(valid_to__gte=row.valid_from)
    if row.valid_to is not None:
        later &= Q(valid_from__lte=row.valid_to)
    other = same.filter(later).exclude(pk=row.pk).order_by("valid_from").first()
    if other is not None:
        raise LantianError(
            two(
                "与已有限值的执行期重叠：%(other)s，%(first)s 至 %(last)s",
                "its days overlap those of a limit that is there: %(other)s, %(first)s to %(last)s",
            )
            % {"other": other, "first": other.valid_from,
               "last": other.valid_to or two("未定", "open")},
            where=str(row),
            remedy=two("请先给已有限值填写截止日。", "Give the earlier limit its last day first."),
        )  # fmt: skip
