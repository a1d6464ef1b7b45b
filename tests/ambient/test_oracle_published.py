"""docs/published.md lists every published row, and is what tools/published.py would write today."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "published.md"

pytestmark = pytest.mark.shared


def test_every_published_row_is_on_the_page(shared: Path) -> None:
    """Row by row: the table's key and the place or period stand in a line."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    keys = {
        "six_statistics_and_composite": "{table_id} {area}",
        "composite_only": "{table_id} {area}",
        "load_shares": "{table_id} 太原",
        "guangdong_cities_2017_08": "{period} {city}",
        "shanxi_city_rank_notices": "{period}",
        "shanxi_county_rank_notices_2020": "{period} {list}",
        "cnemc_168_city_lists": "{period} {list}",
        "mee_national_statistics": "{region} {period}",
    }
    total = 0
    for table, form in keys.items():
        with (shared / f"data/published_tables/{table}.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                key = form.format(**row)
                assert any(line.startswith(f"| {key}") for line in lines), (table, key)
                total += 1
    assert total == 244
    assert f"| **all** | {total} |" in PAGE.read_text(encoding="utf-8")


def test_no_index_or_share_made_from_printed_figures_is_outside_its_bound() -> None:
    """47 indices and 29 load shares; of the indices 44 to the digit, 4 are provinces' means of cities."""
    lines = [line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines()]
    printed = [cells for cells in lines if len(cells) == 9 and not cells[0].endswith("from hours")]
    indices = [cells[6] for cells in printed if cells[1] == "composite index" and cells[3] != "—"]
    assert (indices.count("reproduced exactly"), indices.count("within its bound"), len(indices)) == (
        44,
        4,
        48,
    )
    shares = [cells[6] for cells in printed if cells[1].startswith("load share") and cells[3] != "—"]
    assert shares == ["reproduced exactly"] * 29


def test_what_is_outside_says_why() -> None:
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if "outside, with the reason |" in line and line.startswith("| ") and not line.startswith("| table"):
            assert len(line.split(" | ")[7]) > 40, line


@pytest.mark.slow
def test_the_page_is_what_would_be_written(shared: Path, tmp_path: Path) -> None:
    """The national feed imported, evaluated, and laid beside every published row again."""
    command = [sys.executable, str(ROOT / "tools/published.py"), "--check", "--shared", str(shared)]
    done = subprocess.run(
        [*command, "--store", str(tmp_path / "air")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert re.search("not what would be written", done.stderr) is None
