"""How often the pages of dustfall, road dust and species ask: see tests/office/query_counts.py."""

from __future__ import annotations

from typing import Any


def test_pages_ask_as_often_as_written(
    query_counts: Any, request: Any, person: Any, load: Any, texts: dict[str, str]
) -> None:
    for name in ("roads", "species"):
        request.getfixturevalue(name)
    site = request.getfixturevalue("site")
    mine = person("fenxi", "141000", role="analyst")
    dust = load("dustfall", texts["dustfall"], actor=mine)
    more = texts["dustfall"].replace("2025-02,9.6", "2025-03,9.1")
    query_counts(
        "measures",
        {
            "measures:dustfall": {"?": "period=2025-02"},
            "measures:dustfall-unit": {"?": "period=2025-02"},
            "measures:road-dust": {"?": "period=2025-02"},
            "measures:upload": {"pk": dust.pk},
            "measures:upload-file": {"pk": dust.pk},
            "measures:upload-refused": {"pk": dust.pk},
            "api:upload": {"pk": dust.pk},
            "api:dustfall": {"?": "period=2025-02"},
            "api:road_dust": {"?": "period=2025-02"},
            "api:species": {"site": site.pk, "?": "period=2025-07"},
        },
        lambda: load("dustfall", more, actor=mine, name="more.csv"),
    )
