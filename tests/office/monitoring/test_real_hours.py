"""The office on real hours: Shanxi's cities, and its stations with everything that is wrong with them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lantian.ambient import Period, evaluate
from lantian.office.monitoring import actions, figures, kernel, series
from lantian.office.monitoring.models import Station
from lantian.office.regions.actions import CARRIED, load_regions
from lantian.office.regions.models import Region

pytestmark = [pytest.mark.shared, pytest.mark.slow]


@pytest.fixture
def office(db: Any, shared: Path) -> Path:
    load_regions([CARRIED])
    return shared / "data"


def test_linfens_state_in_2019_is_what_the_kernel_says(office: Path) -> None:
    report = actions.load_ambient([office / "cnemc_city_hourly" / "shanxi11_hourly_201812_202002.csv.gz"])
    assert (report.rows_read, report.rows_taken) == (77_606, 77_606)
    linfen = Region.objects.get(code="141000")
    row = figures.region_figures(linfen, "2019", "gb3095-2012")
    told = evaluate(kernel.lake(), Period.parse("2019"), level="city", regime="gb3095-2012").place("临汾")
    assert told is not None
    assert (row.source, row.composite_index, row.rank) == ("feed", told.composite_index, told.rank)
    assert row.statistics["pm2_5"].value == told.statistics["pm2_5"].value
    # Of 2019 the file holds seven months: the figure is given and marked, never taken for a whole year.
    assert row.days_used < 220 and "few_days" in row.marks
    figure = row.figure("pm25")
    assert figure is not None and figure.why == "too_few_days"
    assert len(figures.ranking(figures.children_to_rank(Region.objects.get(code="140000")), "2019-06")) == 11
    assert kernel.latest_day() is not None and str(kernel.latest_day()) == "2020-02-28"


def test_of_a_nation_shanxi_is_taken(office: Path) -> None:
    report = actions.load_ambient(
        [office / "cnemc_city_hourly" / "raw_daily_files" / "china_cities_20190604.csv.gz"]
    )
    assert len(kernel.lake().places("ambient_city_hour")) == 11
    unknown = [refusal for refusal in report.refusals if refusal.code == "unknown_place"]
    assert len(unknown) == len({refusal.value for refusal in unknown}) == 353
    assert report.rows_taken + report.rows_refused + report.duplicates == report.rows_read


def test_stopped_and_control_stations_of_the_public_page_do_not_count(office: Path) -> None:
    actions.load_ambient(sorted((office / "shanxi_station_hourly_2020").glob("*.csv.gz")))
    assert Station.objects.count() == 83
    assert not Station.objects.filter(name__contains="停运").exclude(kind="other", active=False).exists()
    assert set(Station.objects.filter(name__contains="对照点").values_list("kind", flat=True)) == {
        "background"
    }
    taiyuan = Region.objects.get(code="140100")
    days = series.day_records(taiyuan, Period.parse("2020-04-01..2020-04-07"), "gb3095-2012")
    assert days and all(
        isinstance(value, Decimal) for day in days for value in [day.values["pm2_5"]] if value
    )
