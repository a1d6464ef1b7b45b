"""How often the pages of rankings ask: see tests/office/query_counts.py."""

from __future__ import annotations

from typing import Any


def test_pages_ask_as_often_as_written(
    query_counts: Any, air: dict[str, Any], person: Any, official_csv: bytes
) -> None:
    from lantian.ambient import Period
    from lantian.office.rankings import actions

    analyst = person("fenxi", "141000", role="analyst")
    june = Period.parse("2025-06")

    def keep(name: str, content: bytes) -> Any:
        return actions.keep_official(
            analyst, analyst.region, name, content, pool="cities-140000", period=june
        )[0]

    kept = keep("one.csv", official_csv)
    keep("two.csv", official_csv + b"\n")
    pool_csv = "名单,单位,所属市,级别\n平川县,尧都区,临汾市,县\n平川县,洪洞县,临汾市,县\n".encode()
    pool, _new = actions.keep_pools(analyst, analyst.region, "pool.csv", pool_csv, "notice")
    asked = {"?": "period=2025-06"}
    query_counts(
        "rankings",
        {
            "rankings:ranking": asked,
            "rankings:ranking-file": {"kind": "csv", **asked},
            "rankings:official-list": {"pk": kept.pk},
            "rankings:official-export": {"pk": kept.pk, "kind": "csv"},
            "rankings:official-file": {"pk": kept.pk},
            "rankings:official-history": {"pk": kept.pk},
            "rankings:official-remove": {"pk": kept.pk},
            "rankings:pool-file": {"pk": pool.pk},
            "rankings:pool-remove": {"pk": pool.pk},
            "rankings:evaluation": asked,
            "rankings:evaluation-section": {"name": "attainment", **asked},
            "rankings:panel-distance": asked,
            "rankings:panel-distance-months": asked,
            "api:official_list": {"pk": kept.pk},
            "api:rankings": {"?": "pool=cities-140000&period=2025-06"},
            "api:distance_of": {"?": "period=2025-06&line=exit-last-1"},
            "api:attainment": asked,
            "api:comparison": asked,
            "api:load_shares": asked,
        },
        lambda: keep("three.csv", official_csv + b"\n\n"),
    )
