"""What counts on a day: over the change of scales, in several industries, raised and lowered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantian.office import indicators
from lantian.office.grading.rules import Wish, counts, grade_of, grades_of
from lantian.office.indicators import Period, Subject
from lantian.office.ledgers.industry.enterprise import Enterprise

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))


def ask(code: str, region: Any, period: Period = YEAR) -> Any:
    return indicators.ask(code, Subject(region=region), period)


def test_counts_of_a_region_and_what_moved(make_firm: Any, give: Any, province: Any) -> None:
    a, b, c, d, e = (make_firm(f"{name}铸造厂") for name in "甲乙丙丁戊")
    far = make_firm("洪洞铸造厂", "141024")
    give(a, "B", date(2024, 6, 1), date(2025, 5, 31))
    give(a, "A", date(2025, 4, 1))  # raised
    give(b, "A", date(2024, 9, 1), date(2025, 8, 31))
    give(b, "D", date(2025, 6, 1))  # lowered
    give(c, "B-", date(2025, 2, 1))  # new: neither
    give(d, "C", date(2024, 2, 1), date(2025, 1, 31))  # fell out: neither
    give(e, "C", date(2024, 12, 1), date(2025, 11, 30))
    give(far, "leading", date(2025, 3, 1), industry="steel_short")
    part, whole = province["141002"], province["141000"]
    spring = Period(date(2025, 1, 1), date(2025, 6, 30))
    assert ask("grade_ab_count", part, spring).value == 2  # A, B−
    assert ask("grade_ab_count", whole, spring).value == 3  # and the leading one
    assert ask("grade_d_count", whole, spring).value == 1
    raised, lowered = ask("grades_raised", whole, spring), ask("grades_lowered", whole, spring)
    assert (raised.value, lowered.value) == (Decimal(1), Decimal(1))
    assert raised.lines[0].words == "甲铸造厂 · B级 → A级" and "141000" in raised.url
    assert ask("grade_ab_count", province["140100"], spring).value == 0


def test_the_lowest_of_several_industries_counts(firm: Any, give: Any) -> None:
    give(firm, "A", date(2025, 3, 1))
    give(firm, "C", date(2025, 3, 1), industry="coking")
    found = grade_of(firm, date(2025, 6, 1))
    assert (found.code, found.industry, found.among) == ("C", "coking", 2)


def test_an_old_grade_on_the_new_scale(make_firm: Any, give: Any, province: Any, folk: Any) -> None:
    first, last = date(2025, 7, 1), date(2026, 6, 30)
    a, minus, lead = make_firm("甲铸造厂"), make_firm("乙铸造厂"), make_firm("丙短流程厂")
    give(a, "A", first, last)
    give(minus, "B-", first, last)
    give(lead, "leading", first, last, industry="steel_short")
    before, after = date(2025, 12, 31), date(2026, 1, 1)
    found = grades_of([a, minus, lead], after)
    assert found[a.pk].code == "A" and found[a.pk].old and not found[a.pk].unmatched
    assert found[minus.pk].code == "B-" and found[minus.pk].unmatched
    assert found[lead.pk].code == "leading" and not found[lead.pk].verified
    told = grades_of([a], before)[a.pk]
    assert not told.old and told.verified
    year = Period(after, last)
    counted = ask("grade_ab_count", province["141000"], Period(after, date(2026, 6, 1)))
    assert (counted.value, counted.verified) == (3, False)
    assert ask("grades_raised", province["141000"], year).value == 0
    shown = counts(folk.city, Wish(on=after))
    assert [grade.code for grade in shown.grades] == ["A+", "A", "leading", "B", "B-", "C", "D"]
    assert (shown.total, shown.ab, shown.unmatched) == (3, 3, 2)


def test_many_are_asked_in_one_question(make_firm: Any, give: Any) -> None:
    firms = [make_firm(f"第{n}铸造厂") for n in range(4)]
    for firm in firms[:3]:
        give(firm, "B", date(2025, 3, 1))
    with CaptureQueriesContext(connection) as asked:
        found = grades_of(firms, date(2025, 6, 1))
    assert (len(asked), len(found)) == (1, 3)
    with CaptureQueriesContext(connection) as asked:
        assert len(grades_of(Enterprise.objects.all(), date(2025, 6, 1))) == 3
    assert len(asked) == 1


def test_counts_by_region_stay_in_scope(make_firm: Any, give: Any, folk: Any) -> None:
    give(make_firm("甲铸造厂"), "A", date(2025, 3, 1))
    give(make_firm("洪洞铸造厂", "141024"), "D", date(2025, 3, 1))
    wish = Wish(on=date(2025, 6, 1))
    city, county = counts(folk.city, wish), counts(folk.county, wish)
    assert {row.code: row.total for row in city.by_region} == {"141002": 1, "141024": 1}
    assert {row.code: row.total for row in county.by_region} == {"141002": 1}
    assert (city.d, county.d) == (1, 0)
