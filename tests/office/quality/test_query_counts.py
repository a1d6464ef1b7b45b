"""How often the pages of quality ask: see tests/office/query_counts.py."""

from __future__ import annotations

from typing import Any

HEAD = "城市,起始日期,结束日期,剔除项目,用于,依据文件,原因\n"
ROWS = ("临汾市,2025-06-01,2025-06-03,PM10,浓度,一号,沙尘\n", "临汾市,2025-06-05,,PM10,浓度,二号,沙尘\n")


def test_pages_ask_as_often_as_written(
    query_counts: Any, suspect: Any, person: Any, province: dict[str, Any]
) -> None:
    from lantian.office.quality import actions, event_days
    from lantian.office.quality.rules import Wish

    analyst = person("fenxi", "141000", role="analyst")
    first, second = suspect("1001A"), suspect("1001A", first=100)
    decided = actions.decide(analyst, [second], Wish("accept", "the log of the station says it was right"))[0]

    def keep(row: str) -> Any:
        return event_days.keep(analyst, province["141000"], "list.csv", (HEAD + row).encode(), "函")

    days = keep(ROWS[0])

    def grow() -> None:
        keep(ROWS[1])
        suspect("1001A", first=300)
        suspect("1001A", first=400)

    query_counts(
        "quality",
        {
            "quality:effect": {"pk": decided.pk},
            "quality:suspicion": {"pk": first.pk},
            "quality:station-part": {"code": "1001A"},
            "quality:day-list": {"pk": days.pk},
            "quality:day-list-file": {"pk": days.pk},
            "quality:withdraw-entry": {"pk": days.entries.first().pk},
            "quality:withdraw-list": {"pk": days.pk},
            "quality:decide": {"pk": first.pk},
            "quality:stop": {"pk": 1},
            "api:suspicion": {"pk": first.pk},
            "api:capture": {"?": "period=2025-06"},
            "api:coverage": {"?": "period=2025-06"},
        },
        grow,
    )
