"""People of the grid."""

from __future__ import annotations

from django.db import models

from lantian.office.people.models import User
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

GridLevel = choices(
    "GridLevel", county=("县级网格", "county grid"), township=("乡镇级网格", "township grid"),
    village=("村级网格", "village grid"),
)  # fmt: skip
GridState = choices("GridState", serving=("在岗", "serving"), away=("离岗", "away"), left=("已退出", "left"))


class GridPerson(d.Register):
    """网格员: who watches which grid, by which telephone, with which account of the office."""

    code, title = "grid_people", two("网格员", "People of the grid")
    group, order = d.Group.DUST, 110
    source = "晋政发〔2024〕7号 三（四）18；临政发〔2024〕4号 三（五）36；陵川 2024 三（四）16"
    columns = ("name", "grid", "level", "phone", "villages", "since")
    example = {"name": "赵六（模拟）", "grid": "示例乡第3网格", "level": "乡镇级网格", "phone": "13800000000",
               "villages": "示例村、示范村", "since": "2023-09-01"}  # fmt: skip

    name = d.Text(two("姓名", "Name"), required=True, key=True, most=40)
    grid = d.Text(two("网格", "Grid"), required=True, key=True, most=60, aliases=("网格名称",))
    level = d.Choice(two("网格级别", "Level"), GridLevel, required=True)
    phone = d.Text(two("联系电话", "Phone"), needed=True, searched=True, most=20, pattern=r"[\d\-+() ]{5,20}",
                   pattern_hint="13800000000", aliases=("手机",))  # fmt: skip
    villages = d.Text(two("负责村（社区）", "Villages"), most=300)
    since = d.Day(two("任职日期", "Since"), past=True)
    trained_on = d.Day(two("培训日期", "Trained on"), past=True)
    login = d.Text(two("系统账号", "Account name"), most=150,
                   hint=two("有账号的网格员可直接接收交办", "who has one is sent findings"))  # fmt: skip
    status = d.LifeCycle(GridState, closed={GridState.LEFT})
    account = models.ForeignKey("people.User", models.SET_NULL, null=True, blank=True, related_name="+",
                                editable=False)  # fmt: skip

    checks = (
        d.Check(lambda row: not row.login or row.account_id is not None,
                two("没有管辖该区域的这个账号", "no such account that has this region"), "login"),
    )  # fmt: skip
    feeds = (
        d.Count("grid_people", two("在岗网格员", "People of the grid"), status.is_(GridState.SERVING),
                better="more", unit="人"),
        d.Share("grid_people_reachable", two("网格员电话登记率", "Grid people with a telephone"),
                part=phone.given, where=status.is_(GridState.SERVING), better="more"),
    )  # fmt: skip

    def compute(self) -> None:
        self.account = None
        if self.login and self.region_id:
            known = User.objects.select_related("region").filter(username=self.login, is_active=True)
            inside = [one for one in known if one.region and self.region.path.startswith(one.region.path)]
            self.account = inside[0] if inside else None
