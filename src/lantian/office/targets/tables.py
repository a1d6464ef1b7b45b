"""A table of values or bases per region, out of CSV or Excel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.regions.models import Region
from lantian.sheets import Field, WrongCellError, read_sheet

FIELDS = (
    Field(
        "region", ("地区", "县（市、区）", "县市区", "城市", "区域", "名称", "代码", "region", "code", "name")
    ),
    Field("value", ("目标值", "目标", "指标值", "分解值", "value", "target"), required=False),
    Field("weight", ("基数", "权重", "数量", "基准值", "base", "weight", "quantity"), required=False),
)


@dataclass(frozen=True)
class Table:
    """What a table says, by the regions' keys, and what of it was not taken, in words."""

    values: dict[int, Decimal] = field(default_factory=dict)
    weights: dict[int, Decimal] = field(default_factory=dict)
    refused: tuple[str, ...] = ()


def read_table(path: Path, regions: Sequence[Region], name: str = "") -> Table:
    """Read values (目标值) or bases (基数) of regions.

    One bad row never costs a good one: what cannot be taken is told with its row.

    Raises
    ------
    LantianError
        the file cannot be read, or has neither a column of values nor one of bases
    """
    sheet = read_sheet(path, FIELDS)
    if not {"value", "weight"} & sheet.fields:
        raise LantianError(
            _("the table has neither values nor bases"),
            where=name or path.name,
            remedy=_("Head a column 目标值 or 基数, and one 地区."),
        )
    known = {key: region for region in regions for key in (region.code, region.name, region.short) if key}
    values: dict[int, Decimal] = {}
    weights: dict[int, Decimal] = {}
    refused: list[str] = []
    for row in sheet.rows:
        written = row.text("region")
        region = known.get(written or "")
        if region is None:
            refused.append(
                _row(row.number, _("“%(text)s” is none of these regions") % {"text": written or ""})
            )
            continue
        if region.pk in values or region.pk in weights:
            refused.append(_row(row.number, _("%(region)s stands in the table twice") % {"region": written}))
            continue
        try:
            value, weight = row.number_of("value"), row.number_of("weight")
        except WrongCellError as error:
            refused.append(_row(row.number, str(error)))
            continue
        if weight is not None and weight < 0:
            refused.append(_row(row.number, _("a base below 0")))
            continue
        if value is not None:
            values[region.pk] = value
        if weight is not None:
            weights[region.pk] = weight
    return Table(values, weights, tuple(refused))


def _row(number: int, what: str) -> str:
    return _("row %(number)d: %(what)s") % {"number": number, "what": what}
