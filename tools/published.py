"""Write docs/published.md: every figure of ../shared/data/published_tables beside what Lantian gives.

python tools/published.py            writes the page
python tools/published.py --check    ends with 1 when the page is not what would be written
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import published_from_hours as hours
import published_from_print as printed
from published_lines import NOT_COVERED, VERDICTS, Line, rows

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "published.md"
TABLES = {
    "six_statistics_and_composite": "Six statistics and their composite index",
    "load_shares": "Load shares",
    "composite_only": "Composite indices without statistics",
    "guangdong_cities_2017_08": "Guangdong, 2017-08",
    "shanxi_city_rank_notices": "Shanxi notices of city ranking",
    "shanxi_county_rank_notices_2020": "Shanxi notices of county ranking",
    "cnemc_168_city_lists": "Lists of the 168 cities",
    "mee_national_statistics": "National and regional statistics",
}
INTRODUCTION = """\
# Published figures, and what Lantian gives

Written by `python tools/published.py` from the official results that were typed by hand, and from the hours
of the national feed where they cover a period (2018-12 to 2019-06, 2019-12 to 2020-02), imported and
evaluated as anybody would. All follow GB 3095-2012.

- **reproduced exactly**: the same digits.
- **within its bound**: of a figure made from printed ones, what their rounding leaves open; of a
  concentration made from hours, one unit of its last printed digit (half for its rounding, half for a
  real-time feed with lost hours against reviewed data), for ozone from a city's mean series 3 µg/m³; of a
  share of good days, the city-days of ours so near the line that such ozone would move them across, or
  incomplete. The bounds of figures from hours are ours: nobody published any.
- **outside, with the reason**: further away; the note says what was checked with the data at hand.
- **not covered by our data**: neither are the statistics printed nor are there hours.
"""


def lines_of(folder: Path, lake: hours.Lake) -> dict[str, list[Line]]:
    """Every line of every table."""
    return {
        "six_statistics_and_composite": [*printed.indices(folder), *hours.baoji(folder, lake)],
        "load_shares": list(printed.shares(folder)),
        "composite_only": list(printed.composite_only(folder)),
        "guangdong_cities_2017_08": list(printed.guangdong(folder)),
        "shanxi_city_rank_notices": list(hours.shanxi(folder, lake)),
        "shanxi_county_rank_notices_2020": list(printed.county_notices(folder)),
        "cnemc_168_city_lists": list(hours.worst_of_june(folder, lake)),
        "mee_national_statistics": list(hours.national(folder, lake)),
    }


def page(folder: Path, found: dict[str, list[Line]], weeks: Iterable[str]) -> str:
    """The page as Markdown."""
    sources = list(dict.fromkeys(line.source for lines in found.values() for line in lines))
    text = [INTRODUCTION, *counts(folder, found), *notes(folder, weeks)]
    for table, title in TABLES.items():
        text += [
            f"\n## {title}\n",
            "| row | figure | published | Lantian | difference | bound | verdict | note | page |",
        ]
        text.append("|---|---|---|---|---|---|---|---|---|")
        for line in found[table]:
            cells = [
                line.row, line.figure, line.published, line.ours, line.difference, line.bound,
                VERDICTS[line.verdict], line.reason, f"[{sources.index(line.source) + 1}]",
            ]  # fmt: skip
            text.append("| " + " | ".join(cell.replace("|", "、") for cell in cells) + " |")
    text += [
        "\n## Pages\n",
        "Addresses as they were on 2026-11-22; some are copies of newspapers and notices.\n",
    ]
    for number, source in enumerate(sources, start=1):
        text.append(f"{number}. {source}" if " " in source else f"{number}. <{source}>")
    return "\n".join(text) + "\n"


def counts(folder: Path, found: dict[str, list[Line]]) -> list[str]:
    """Figures by verdict, table by table, and rows of which at least one figure could be given."""
    head = [
        "\n| table | rows | rows with a figure given again | figures | "
        + " | ".join(VERDICTS.values())
        + " |"
    ]
    head.append("|---|---|---|---|" + "---|" * len(VERDICTS))
    total: Counter[str] = Counter()
    for table, title in TABLES.items():
        lines = found[table]
        by = Counter(line.verdict for line in lines)
        number = len(rows(folder, table))
        again = [line.row.removesuffix(" from hours") for line in lines if line.verdict != NOT_COVERED]
        given = len(again) if table == "load_shares" else len(set(again))  # there a row is a share
        given -= table == "six_statistics_and_composite"  # the order of nine townships is no row
        cells = [title, number, given, len(lines), *(by[verdict] for verdict in VERDICTS)]
        total += Counter({"rows": number, "given": given, "figures": len(lines), **by})
        head.append("| " + " | ".join(map(str, cells)) + " |")
    last = [
        "**all**",
        total["rows"],
        total["given"],
        total["figures"],
        *(total[verdict] for verdict in VERDICTS),
    ]
    return [*head, "| " + " | ".join(map(str, last)) + " |"]


def notes(folder: Path, weeks: Iterable[str]) -> list[str]:
    """What the lines cannot say."""
    table = [*rows(folder, "six_statistics_and_composite"), *rows(folder, "composite_only")]
    changes = [row for row in table if row["composite_yoy_pct"]]
    known = sum(1 for row in changes for _ in printed.changes(row, table))
    strange = printed.strangers(folder)
    return [
        "",
        f"- Of {len(changes)} printed changes against the year before, {known} can be given again: of the "
        "others the index of the year before is printed nowhere here.",
        "- The districts of 太原 have no hours here, the city has: " + "; ".join(weeks) + ".",
        "- The 337 cities are those of the feed without its 29 county-level cities, 库尔勒 standing for its "
        "prefecture: no list of them is at hand, the number fits.",
        "- Names in the printed lists that the pool of 168 cities does not have: "
        + ("、".join(strange) if strange else "none")
        + ".",
        "- " + printed.days_of_guangdong(folder),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Write docs/published.md.")
    parser.add_argument(
        "--shared", type=Path, default=ROOT.parent / "shared", help="the folder of real files"
    )
    parser.add_argument("--store", type=Path, help="keep the store of the feed here, and use it again")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    asked = parser.parse_args()
    folder = asked.shared / "data/published_tables"
    with tempfile.TemporaryDirectory() as scratch:
        lake = hours.store(asked.shared, asked.store or Path(scratch) / "air")
        text = page(folder, lines_of(folder, lake), hours.weeks(lake))
    if not asked.check:
        PAGE.write_text(text, encoding="utf-8")
        print(text.split("\n## ")[0])
    elif PAGE.read_text(encoding="utf-8") != text:
        sys.exit(f"{PAGE} is not what would be written: run python tools/published.py and read what changed")


if __name__ == "__main__":
    main()
