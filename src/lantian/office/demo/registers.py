"""Registers of the demonstration: simulated enterprises of six counties, and what every register holds."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lantian.office.people.models import User

LOCAL = timezone(timedelta(hours=8))
COUNTIES = ("141024", "141002", "140524", "141081", "140702", "140581")
FILLED_ELSEWHERE = ("line_devices",)  # by the line: a device that never sends would be noise
# industry, what it is called, how many
FIRMS = (
    ("coking", "焦化有限公司", 5), ("steel_long", "钢铁有限公司", 3), ("foundry", "铸造有限公司", 9),
    ("cement", "水泥有限公司", 3), ("brick", "新型墙材有限公司", 6), ("lime", "石灰制品有限公司", 4),
    ("power", "热电有限公司", 3), ("coal", "洗煤有限公司", 6), ("printing", "包装印刷有限公司", 4),
    ("coating", "机械涂装有限公司", 4), ("refractory", "耐火材料有限公司", 3), ("pharma", "制药有限公司", 2),
    ("furniture", "家具有限公司", 3), ("ceramics", "陶瓷有限公司", 3), ("other", "商贸物流有限公司", 4),
)  # fmt: skip
NAMES = [
    "晋安",
    "恒昌",
    "宏源",
    "鑫泰",
    "兴业",
    "瑞丰",
    "永固",
    "盛达",
    "华丰",
    "广胜",
    "汾河",
    "平阳",
    "同创",
    "金鼎",
    "安泰",
    "中阳",
    "东升",
    "利民",
]
SIZES = ("large", "medium", "medium", "small", "small", "micro")
MANY = {
    "line_devices": 3,
    "machines": 260,
    "heating_households": 320,
    "construction_sites": 40,
    "outlets": 90,
    "boilers": 70,
}
USUAL = 24


# People of the grid are entered last: what stands in the demonstration before them is answered by officers.
LAST = "grid_people"


def fill_last(people: Mapping[str, User], today: date) -> None:
    """The people of the grid."""
    from django.db import transaction

    from lantian.office.frame import clock
    from lantian.office.regions.models import Region
    from lantian.office.registers.declaring.base import ledger
    from lantian.office.registers.samples import samples

    places = Region.objects.in_bulk(list(COUNTIES), field_name="code")
    with clock.at(datetime.combine(today - timedelta(days=1), time(9, 30), LOCAL)), transaction.atomic():
        one = ledger(LAST)
        _add(people["analyst"], one.model, list(samples(one, USUAL, places, lambda _model, _chance: None)))


def fill(people: Mapping[str, User], today: date) -> None:
    """Enterprises first, then every register that has an example row, entered a month ago."""
    from django.db import transaction

    from lantian.office.frame import clock
    from lantian.office.people.models import Unit
    from lantian.office.regions.models import Region
    from lantian.office.registers.declaring.base import ledgers
    from lantian.office.registers.samples import samples

    places = Region.objects.in_bulk(list(COUNTIES), field_name="code")
    units = {
        unit.region_id: unit for unit in Unit.objects.filter(region__in=places.values(), kind="government")
    }
    rng = random.Random(7)  # noqa: S311  simulated rows, not secrets
    known: dict[Any, list[Any]] = {}

    def linked(model: type[Any], chance: random.Random) -> Any:
        rows = known.get(model)
        return chance.choice(rows) if rows else None

    entered = datetime.combine(today - timedelta(days=30), time(9, 30), LOCAL)
    with clock.at(entered), transaction.atomic():
        waiting = [one for one in ledgers() if one.code != LAST]
        firms = _firms(places, rng)
        known[type(firms[0])] = _add(people["analyst"], type(firms[0]), firms)
        waiting = [one for one in waiting if one.model is not type(firms[0])]
        while waiting:
            # A register is filled once those it points to are.
            ready = [
                one for one in waiting if all(link.related_model in known for link in one.links)
            ] or waiting[:1]
            for one in ready:
                wanted = one.model.example and one.code not in FILLED_ELSEWHERE
                rows = list(samples(one, MANY.get(one.code, USUAL), places, linked)) if wanted else []
                for row in rows:
                    row.unit = units.get(row.region_id)
                known[one.model] = _add(people["analyst"], one.model, rows)
            waiting = [one for one in waiting if one not in ready]


def _add(actor: Any, model: type[Any], rows: list[Any]) -> list[Any]:
    """Add rows; where a record must fit others, one by one, and what does not is left out."""
    from django.db import transaction

    from lantian.errors import LantianError
    from lantian.office.registers import actions
    from lantian.office.registers.declaring import Register

    if model.settle is Register.settle:
        actions.add_all(actor, rows, "模拟数据")
        return rows
    taken = []
    for row in rows:
        try:
            with transaction.atomic():
                actions.add_all(actor, [row], "模拟数据")
        except LantianError:
            continue
        taken.append(row)
    return taken


def _firms(places: Mapping[str, Any], rng: random.Random) -> list[Any]:
    """Enterprises of every industry, none of them real."""
    from lantian.office.registers.declaring.base import ledger
    from lantian.office.registers.names import with_check_digit
    from lantian.office.registers.reader import Reader

    reader, rows, number = Reader(ledger("enterprises"), None), [], 0
    for industry, kind, count in FIRMS:
        for _nth in range(count):
            region = places[COUNTIES[number % len(COUNTIES)]]
            name = f"{region.short}{NAMES[number % len(NAMES)]}{kind}（模拟）"
            code = with_check_digit(f"91{region.code}MA0{number:06d}")
            raw = {
                "name": name, "credit_code": code, "permit": f"{code}001V", "industry": industry,
                "size": rng.choice(SIZES), "key_polluter": rng.random() < 0.3, "region": region,
                "contact": "负责人（模拟）",
            }  # fmt: skip
            read = reader.read(raw)
            if read.good:
                rows.append(read.row)
            number += 1
    return rows
