"""Figures of regions against sums done by hand with fractions."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.errors import LantianError
from lantian.office.monitoring import figures, kernel, sources
from lantian.office.monitoring.indicators import ALIASES, INDICATORS, indicator
from lantian.office.monitoring.models import Station
from lantian.office.regions.models import Region

JUNE = "2025-06"
OLD = "gb3095-2012"
MIDNIGHT = datetime(2025, 5, 31, 16, tzinfo=UTC)  # 2025-06-01 00:00 in Asia/Shanghai


def value(code: str, name: str = "pm2_5", period: str = JUNE, regime: str = OLD) -> Decimal | None:
    figure = figures.indicator_value(Region.objects.get(code=code), name, period, regime)
    assert figure is not None
    return figure.value


def test_a_city_is_the_mean_of_its_national_stations(air: Any) -> None:
    # (30 + 41 + 50) / 3 = 40.33; neither the county station nor the control point counts.
    assert value("141000") == round(Fraction(30 + 41 + 50, 3))
    assert value("140100") == 20


def test_a_county_is_the_mean_of_its_stations_of_every_counted_kind(air: Any) -> None:
    assert value("141024") == round(Fraction(50 + 90, 2))
    # 35.5 is a tie: half-even gives 36.
    assert value("141002") == 36


def test_a_province_is_the_mean_of_its_cities_unrounded_values(air: Any) -> None:
    region = Region.objects.get(code="140000")
    row = figures.region_figures(region, JUNE, OLD)
    assert row.source == "cities"
    # The days of a city are rounded (40); the mean of 40 and 20 is exact.
    assert row.statistics["pm2_5"].unrounded == Fraction(40 + 20, 2)
    assert row.statistics["co"].value == 1
    assert row.good_days == 60 and row.good_days_ratio == 100


def test_the_index_of_a_province_follows_from_its_six_means(air: Any) -> None:
    row = figures.region_figures(Region.objects.get(code="140000"), JUNE, OLD)
    parts = [(10, 60), (20, 40), (60, 70), (30, 35), (1, 4), (100, 160)]
    by_hand = sum(round(Fraction(c, s) * 100) for c, s in parts)
    assert row.composite_index == Decimal(by_hand) / 100


def test_rank_is_within_the_pool_asked_for(air: Any) -> None:
    linfen = Region.objects.get(code="141000")
    assert figures.rank(linfen, "province", JUNE, OLD) == figures.Rank(2, 2)
    hongtong = Region.objects.get(code="141024")
    assert figures.rank(hongtong, "province", JUNE, OLD) == figures.Rank(3, 3)
    assert figures.rank(hongtong, "city", JUNE, OLD) == figures.Rank(2, 2)


def test_a_region_without_stations_or_feed_has_no_figure_and_says_so(air: Any) -> None:
    figure = figures.indicator_value(Region.objects.get(code="141002001"), "pm2_5", JUNE, OLD)
    assert figure is not None and figure.value is None and figure.why == "no_data"
    outside = figures.indicator_value(Region.objects.get(code="141000"), "pm2_5", "2001-06", OLD)
    assert outside is not None and outside.value is None and outside.why == "no_data"


def test_an_indicator_that_is_not_of_the_air_is_none_not_zero(air: Any) -> None:
    assert figures.indicator_value(Region.objects.get(code="141000"), "coal_consumption", JUNE) is None


def test_every_alias_leads_to_an_indicator_and_every_figure_to_its_explanation(air: Any) -> None:
    assert all(indicator(alias) for alias in ALIASES)
    for key in INDICATORS:
        figure = figures.indicator_value(Region.objects.get(code="141000"), key, JUNE, OLD)
        assert figure is not None
        assert figure.url == f"/explain/141000/{key}/{JUNE}/?regime={OLD}"


def test_rules_that_are_not_verified_mark_the_figure(air: Any) -> None:
    figure = figures.indicator_value(Region.objects.get(code="141000"), "composite_index", JUNE, OLD)
    assert figure is not None and figure.unverified
    assert any(mark.startswith("unverified_rules") for mark in figure.marks)


def test_without_stations_the_city_feed_answers(province: Any, put: Any, rows_of: Any) -> None:
    put("ambient_city_hour", rows_of({"临汾": 44, "太原": 22}))
    row = figures.region_figures(Region.objects.get(code="141000"), JUNE, OLD)
    assert (row.source, row.statistics["pm2_5"].value, row.rank) == ("feed", 44, 2)
    assert value("141002") is None


def test_all_cities_of_a_province_take_the_source_that_covers_more(air: Any, put: Any, rows_of: Any) -> None:
    assert figures.region_figures(Region.objects.get(code="141000"), JUNE, OLD).source == "stations"
    # Where the stations have nothing, the feed speaks for every city.
    put("ambient_city_hour", rows_of({"临汾": 44, "太原": 22}, days=2, start=MIDNIGHT - timedelta(days=31)))
    may = sources.chosen(sources.pool("140000/", "city"), figures.Period.parse("2025-05"), OLD)[1]
    assert may == {"141000": "feed", "140100": "feed"}


def test_a_correction_shows_at_once_and_the_old_figure_can_be_asked_for(
    air: Any, put: Any, rows_of: Any
) -> None:
    from lantian.office.monitoring import kernel

    before = kernel.lake().version
    assert value("140100") == 20
    put("ambient_station_hour", rows_of({"1010A": 28}))
    assert value("140100") == 28
    row = figures.region_figures(Region.objects.get(code="140100"), JUNE, OLD, as_of=before)
    assert row.statistics["pm2_5"].value == 20


def test_a_station_that_moves_or_changes_kind_changes_the_figure_at_once(air: Any) -> None:
    assert value("141000") == 40
    Station.objects.filter(code="1003A").update(kind="other")
    assert value("141000") == 36  # (30 + 41) / 2 = 35.5


def test_a_kept_figure_survives_a_new_process_and_a_broken_file(air: Any, office_data: Any) -> None:
    from lantian.office.monitoring import kept

    assert value("141000") == 40
    files = list((office_data / "cache" / "figures").iterdir())
    assert files
    kept.forget()
    assert value("141000") == 40
    for file in files:
        file.write_bytes(b"cut short")
    kept.forget()
    assert value("141000") == 40


@given(st.dictionaries(st.text(min_size=1), st.decimals(0, 20, places=1) | st.none(), max_size=30))
def test_ranks_count_the_better_ones(values: dict[str, Decimal | None]) -> None:
    ranks = figures.competition_ranks(values)
    for key, own in values.items():
        if own is None:
            assert key not in ranks
        else:
            assert ranks[key] == 1 + sum(1 for other in values.values() if other is not None and other < own)


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        ("4.0", "5.0", "-20.0"),
        ("5.00", "4.00", "25.0"),
        ("0", "4", "-100.0"),
        ("4", "0", None),
        (None, "4", None),
    ],
)
def test_change_on_the_year(now: str | None, before: str | None, change: str | None) -> None:
    found = figures.change(Decimal(now) if now else None, Decimal(before) if before else None)
    assert found == (Decimal(change) if change else None)


def test_share_rounds_half_to_even_from_the_exact_fraction() -> None:
    assert figures.share(1, 8) == Decimal("12.5")
    assert figures.share(1, 800) == Decimal("0.1")  # 0.125
    assert figures.share(3, 800) == Decimal("0.4")  # 0.375
    assert figures.share(0, 0) is None and figures.share(None, 3) is None


RULES = """
sources:
  checked: {document: HJ 663-2026, clause: annex C, verified: true}
replace:
  ambient.composite.method:
    - {value: weighted, source: checked}
"""


def test_the_offices_own_rules_lie_over_the_rulebook(air: Any, office_data: Path) -> None:
    linfen = Region.objects.get(code="141000")
    plain = figures.region_figures(linfen, "2025-06", "gb3095-2012").composite_index
    folder = office_data / "rules"
    folder.mkdir()
    (folder / "weights.yaml").write_text(RULES, encoding="utf-8")
    kernel._rules.cache_clear()
    try:
        weighted = figures.region_figures(linfen, "2025-06", "gb3095-2012").composite_index
    finally:
        shutil.rmtree(folder)
        kernel._rules.cache_clear()
    assert plain is not None and weighted is not None and weighted > plain
    assert figures.region_figures(linfen, "2025-06", "gb3095-2012").composite_index == plain


def test_a_mistake_in_the_offices_own_rules_is_one_line(office_data: Path, db: Any) -> None:
    folder = office_data / "rules"
    folder.mkdir()
    (folder / "wrong.yaml").write_text(RULES.replace("replace:", "replaces:"), encoding="utf-8")
    kernel._rules.cache_clear()
    try:
        with pytest.raises(LantianError, match=r"wrong\.yaml line 4.*replaces"):
            kernel.rulebook()
    finally:
        shutil.rmtree(folder)
        kernel._rules.cache_clear()
