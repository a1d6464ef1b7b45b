"""`lantian transfers` on the real hours of the 11 cities of Shanxi."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from lantian.cli.transfer import transfers

FILE = "data/cnemc_city_hourly/shanxi11_hourly_201812_202002.csv.gz"


@pytest.fixture(scope="module")
def store(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from lantian.ambient.intake import import_ambient
    from lantian.lake import Lake

    folder = tmp_path_factory.mktemp("air") / "store"
    import_ambient([shared / FILE], Lake.open(folder, create=True))
    return folder


def ask(store: Path, *more: str) -> str:
    found = CliRunner().invoke(
        transfers, ["--store", str(store), "--period", "2020-01", *more], catch_exceptions=False
    )
    assert found.exit_code == 0
    return found.output


@pytest.mark.shared
def test_a_real_month_of_eleven_cities(store: Path) -> None:
    """Taiyuan, January 2020, PM2.5 117 after 111: 6 µg above, all of them at 20 (10,000 yuan): 120."""
    found = json.loads(ask(store, "--format", "json"))
    rows = {row["subject"]: row for row in found["rows"]}
    assert len(rows) == 11 and not found["complete"]
    taiyuan = {amount["part"]: amount for amount in rows["太原"]["amounts"]}
    assert taiyuan["pm2_5_last_year"]["amount"] == "-120.00"
    assert taiyuan["index_mean"]["amount"] is None
    assert sum(Decimal(row["net"]) for row in rows.values()) == 0, "what some pay, others get"
    assert (
        Decimal(found["paid"]) == Decimal(found["got"]) == sum(Decimal(row["got"]) for row in rows.values())
    )


@pytest.mark.shared
def test_it_says_what_is_not_known(store: Path) -> None:
    text = ask(store, "--why", "--language", "zh")
    assert "117，上年同月111，差6：扣 6 × 20 = 120" in text
    assert "不完整：综合指数的分档未获得" in text and "合计" in text
    assert "incomplete: the steps of the index are not known" in ask(store)
