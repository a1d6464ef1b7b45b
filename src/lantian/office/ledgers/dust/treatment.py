"""What bare land, broken roads and yards share: the order in which they are dealt with."""

from __future__ import annotations

from lantian.office.registers.declaring import choices

# 可硬化的全部硬化、不能硬化的实施绿化、无法硬化绿化的进行围挡封闭并苫盖 (临政发〔2024〕4号 三（五）30).
Treatment = choices(
    "Treatment", harden=("硬化", "harden"), green=("绿化", "green"), cover=("围挡并苫盖", "fence and cover"),
    build=("开工建设", "built upon"), repair=("修复", "repair"), clear=("清理取缔", "clear away"),
)  # fmt: skip
TreatmentState = choices(
    "TreatmentState", found=("已排查", "found"), treating=("整治中", "being treated"),
    done=("已完成", "done"), back=("反弹", "came back"),
)  # fmt: skip
