"""Enterprises."""

from __future__ import annotations

from django.db import models

from lantian.office.ledgers.words import Industry
from lantian.office.registers.declaring import (
    Check,
    Choice,
    Count,
    Flag,
    LifeCycle,
    Quantity,
    Register,
    Text,
    Words,
    two,
)  # fmt: skip
from lantian.office.registers.declaring.base import county_of
from lantian.office.registers.declaring.fold import fold
from lantian.office.registers.names import is_credit_code


class Operating(Words):
    """Whether an enterprise works."""

    RUNNING = "running", two("在产", "running")
    IDLE = "idle", two("停产", "idle")
    CLOSED = "closed", two("关闭", "closed")
    MERGED = "merged", two("并入其他企业", "merged into another")


class Size(Words):
    """Size class."""

    LARGE = "large", two("大型", "large")
    MEDIUM = "medium", two("中型", "medium")
    SMALL = "small", two("小型", "small")
    MICRO = "micro", two("微型", "micro")


class Enterprise(Register):
    """企业: whoever owns the sources; every other register of industry points here."""

    code = "enterprises"
    title = two("企业", "Enterprises")
    order = 1
    key_everywhere = True
    source = "晋政发〔2024〕7号 四（二十三）；晋中 2024 三（一）"
    example = {"name": "示例铸造有限公司（模拟）", "industry": "铸造", "credit_code": "91141000MA0EXAMP2C",
               "permit": "91141000MA0EXAMP2C001V", "contact": "王工"}  # fmt: skip
    pages = (
        ("registers:key-polluters", two("重点排污单位筛选", "Key polluters")),
        ("registers:same", two("疑似同一企业", "The same firm twice")),
    )
    columns = ("name", "credit_code", "industry", "size", "key_polluter", "contact")

    name = Text(two("企业名称", "Name"), required=True, searched=True, most=120, aliases=("单位名称", "名称"))
    credit_code = Text(
        two("统一社会信用代码", "Unified social credit code"), key=True, needed=True, most=18,
        aliases=("信用代码", "社会信用代码"),
    )  # fmt: skip
    permit = Text(two("排污许可证编号", "Discharge permit"), searched=True, needed=True, most=40)
    industry = Choice(two("行业", "Industry"), Industry, required=True, source="重污染天气重点行业 39 类")
    gbt4754 = Text(
        two("国民经济行业代码", "GB/T 4754 code"), most=6, pattern=r"[A-T]?\d{2,4}", pattern_hint="C3110"
    )
    size = Choice(two("规模", "Size"), Size)
    key_polluter = Flag(two("重点排污单位", "Key polluter"), source="重点排污单位名录", judged=True)
    small_scattered = Flag(two("散乱污整治对象", "Scattered small polluter"), judged=True)
    contact = Text(two("环保负责人", "Person in charge"), needed=True, most=40)
    phone = Text(two("联系电话", "Phone"), most=20, pattern=r"[\d\-+() ]{5,20}", pattern_hint="13800000000")
    capacity = Quantity(two("主要产品产能", "Main capacity"), "10⁴ t/a", also=("万吨/年", "万t/a"))
    product = Text(two("主要产品", "Main product"), most=60)
    status = LifeCycle(Operating, closed={Operating.CLOSED, Operating.MERGED})
    account = models.OneToOneField(
        "people.Unit", models.PROTECT, null=True, blank=True, related_name="enterprise", editable=False
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    former_names = models.JSONField(default=list, editable=False)

    checks = (
        Check(
            lambda row: not row.credit_code or is_credit_code(row.credit_code),
            two(
                "统一社会信用代码的校验位不对（GB 32100-2015）",
                "the check digit of the credit code is wrong (GB 32100-2015)",
            ),
            "credit_code",
        ),
    )
    feeds = (
        Count(
            "enterprises_running",
            two("在产企业数", "Enterprises running"),
            where=status.is_(Operating.RUNNING),
        ),
        Count("key_polluters", two("重点排污单位数", "Key polluters"), where=key_polluter.yes & status.open),
    )

    scope_unit = ("unit_id", "account_id")

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> str:
        # Without its code a firm is known by its name in its county, until somebody adds the code.
        return super().natural_key() or f"{county_of(self.region)}|{fold(self.name)}"

    def fold_in(self) -> None:
        super().fold_in()
        if self.merged_into_id is not None:
            self.search = ""  # its names lead to the enterprise it was merged into

    def other_names(self) -> list[str]:
        return list(self.former_names)
