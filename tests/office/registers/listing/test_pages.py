"""The pages of registers: what stands on them, who sees it, and that wrong addresses are no accidents."""

from __future__ import annotations

import copy
import re
from datetime import date, timedelta
from typing import Any

import pytest

from lantian.office.registers import actions
from lantian.office.registers.declaring.base import ledger
from lantian.office.registers.models import SavedFilter
from lantian.office.registers.reader import Reader

pytestmark = pytest.mark.django_db


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def browser(signed_in: Any, person: Any) -> Any:
    return signed_in(person("analyst", "141000", role="analyst"))


def test_a_record_stays_in_its_county_at_every_door(scope_doors: Any, boilers: Any, person: Any) -> None:
    row = boilers["late"]
    scope_doors(
        thing=row,
        secret="A-1",
        inside=person("in", "141002"),
        outside=person("out", "141024"),
        pages=[f"/registers/boilers/{row.pk}/", f"/registers/boilers/{row.pk}/history/"],
        lists=[
            "/registers/boilers/", "/registers/boilers/?q=示例铸造", "/registers/boilers/?late=1",
            "/registers/boilers/map/", "/registers/late/", "/registers/search/?q=示例铸造",
        ],
    )  # fmt: skip


def test_the_panel_of_a_region_is_shut_to_others(boilers: Any, person: Any, signed_in: Any) -> None:
    inside, outside = signed_in(person("in", "141002")), signed_in(person("out", "141024"))
    assert "A-1" in text_of(inside.get("/registers/panel/141002/"))
    assert outside.get("/registers/panel/141002/").status_code == 404
    assert outside.get("/registers/late/?region=141002").status_code == 404


def test_an_enterprise_sees_its_own_records_alone(
    boilers: Any, keep: Any, person: Any, signed_in: Any, province: Any
) -> None:
    from lantian.office.people.models import Unit

    firm = boilers["late"].enterprise
    account = Unit.objects.create(name="示例铸造", region=province["141002"], kind="enterprise")
    type(firm).objects.filter(pk=firm.pk).update(account=account)
    other = keep("enterprises", name="别家焦化", region="141002", industry="焦化")
    keep("boilers", enterprise="别家焦化", number="Z-9", fuel="燃气", capacity="1", low_nox="是")
    own = signed_in(person("boss", "141002", unit=account))
    listed = text_of(own.get("/registers/boilers/"))
    assert "A-1" in listed and "Z-9" not in listed
    assert not own.get("/registers/search/?q=Z-9").context["hits"]
    assert own.get(f"/registers/enterprises/{other.pk}/").status_code == 404


def test_the_overview_counts_each_register(browser: Any, boilers: Any) -> None:
    html = text_of(browser.get("/registers/"))
    assert "?late=1&amp;sort=due" in html and "/registers/late/" in html
    row = next(part for part in html.split("<tr>") if "/registers/boilers/" in part)
    assert re.findall(r"\b\d+\b", plain(row)) == ["3", "2", "1", "2"]


def test_tiles_count_beside_what_they_narrow_by(browser: Any, boilers: Any) -> None:
    answer = browser.get("/registers/boilers/?fuel=coal&status=in_use")
    assert [(tile["number"], tile["here"]) for tile in answer.context["tiles"]] == [
        (2, False), (1, True), (1, False), (1, False), (1, False),
    ]  # fmt: skip
    assert answer.context["number"] == 1
    assert browser.get("/registers/boilers/?status=在用&late=1").context["number"] == 1
    assert browser.get("/registers/boilers/?status=dismantled&late=1").context["number"] == 0


def test_two_clicks_from_the_board_to_what_is_overdue(browser: Any, boilers: Any) -> None:
    board = text_of(browser.get("/board/"))
    address = re.search(r'hx-get="(/registers/panel/141000/)"', board)
    assert address, "the board shows the panel of registers"
    panel = text_of(browser.get(address[1]))
    late = re.search(r'href="(/registers/late/\?region=141000)"', panel)
    assert late
    html = text_of(browser.get(late[1]))
    assert "A-1" in html and "C-3" not in html and "/findings/?region=141000&amp;late=1" in html


def test_what_is_late_longest_comes_first(browser: Any, boilers: Any, keep: Any) -> None:
    keep("boilers", enterprise="91141000701234567E", number="D-4", fuel="电", capacity="2", due="2019-12-31")
    html = text_of(browser.get("/registers/late/"))
    assert html.index("D-4") < html.index("A-1")
    answer = browser.get("/registers/late/?register=boilers&page=99")
    assert [row.number for row, _days in answer.context["rows"]] == ["D-4", "A-1"]


def test_headings_say_unit_and_order(browser: Any, boilers: Any) -> None:
    html = text_of(browser.get("/registers/boilers/?columns=number,capacity,must_connect&sort=-capacity"))
    assert html.index("B-2") < html.index("A-1") and "t/h" in html and 'aria-sort="descending"' in html
    assert "燃煤" not in html.split("<tbody>")[1]


def test_faults_are_said_and_nothing_is_listed(browser: Any, boilers: Any) -> None:
    html = text_of(browser.get("/registers/boilers/?capacity_from=x&fuel=coal"))
    assert "lt-notice-error" in html and "A-1" not in html
    for query in (
        "page=x",
        "page=99999",
        "q=%25_'",
        "unit=-1",
        "lon_from=1e9999",
        "q=" + "长" * 2000,
    ):
        assert browser.get(f"/registers/boilers/?{query}").status_code == 200, query


def test_an_empty_register_says_so(browser: Any, province: Any) -> None:
    assert "lt-empty" in text_of(browser.get("/registers/boilers/"))
    assert browser.get("/registers/nonsense/").status_code == 404
    assert browser.get("/registers/nonsense/map/").status_code == 404


def test_pages_do_not_lose_or_repeat_a_record(browser: Any, firm: Any) -> None:
    reader = Reader(ledger("boilers"), None)
    raw = {"enterprise": f"#{firm.pk}", "fuel": "电", "capacity": "1"}
    from django.db import transaction

    with transaction.atomic():
        actions.add_all(None, [reader.read({**raw, "number": f"N{n:03}"}).row for n in range(120)])
    pages = [browser.get(f"/registers/boilers/?page={page}&sort=fuel").context["lines"] for page in (1, 2, 3)]
    seen = [line["row"].number for lines in pages for line in lines]
    assert len(seen) == len(set(seen)) == 120


def test_a_filter_is_kept_renamed_deleted_by_its_owner_alone(
    browser: Any, boilers: Any, person: Any, signed_in: Any
) -> None:
    address = "/registers/boilers/filters/"
    answer = browser.post(
        address, {"do": "save", "name": " 燃煤  锅炉 ", "query": "fuel=coal&page=3&columns=number"}
    )
    assert answer.status_code == 302 and answer.url == "/registers/boilers/?fuel=coal&columns=number"
    kept = SavedFilter.objects.get()
    assert (kept.name, kept.query, kept.columns) == ("燃煤 锅炉", "fuel=coal&columns=number", ["number"])
    assert "燃煤 锅炉" in text_of(browser.get("/registers/boilers/"))
    browser.post(address, {"do": "save", "name": "燃煤 锅炉", "query": "late=1"})
    assert SavedFilter.objects.count() == 1, "a name that is taken is refused"
    stranger = signed_in(person("li", "141002"))
    assert "燃煤 锅炉" not in text_of(stranger.get("/registers/boilers/"))
    for do in ("rename", "delete"):
        assert stranger.post(address, {"do": do, "pk": kept.pk, "name": "x"}).status_code == 404
    assert browser.post(address, {"do": "rename", "pk": "²", "name": "x"}).status_code == 404
    browser.post(address, {"do": "rename", "pk": kept.pk, "name": "煤"})
    assert SavedFilter.objects.get().name == "煤"
    browser.post(address, {"do": "delete", "pk": kept.pk})
    assert not SavedFilter.objects.exists()


def test_a_record_tells_what_is_missing_and_its_history_in_words(
    browser: Any, boilers: Any, person: Any
) -> None:
    row, user = boilers["gas"], person("wang", "141002")
    read = Reader(ledger("boilers"), user).read(
        {"fuel": "电", "capacity": "40", "low_nox": ""}, copy.copy(row)
    )
    actions.change(user, read, version=1, confirmed=True, reason="核对")
    html = text_of(browser.get(f"/registers/boilers/{boilers['gas'].pk}/"))
    words = plain(html)
    assert "燃气 电" in words and "35.5 t/h 40 t/h" in words and "核对" in words and "gas" not in words
    assert "低氮燃烧" in plain(text_of(browser.get("/registers/boilers/?incomplete=1&columns=low_nox")))
    late = plain(text_of(browser.get(f"/registers/boilers/{boilers['late'].pk}/")))
    assert f"{(date.today() - date(2020, 1, 1)).days}" in late  # noqa: DTZ011 - days, not hours
    history = plain(text_of(browser.get(f"/registers/boilers/{row.pk}/history/")))
    assert "临汾示例铸造有限公司（模拟）" in history and "尧都区" in history


def test_a_firm_tells_which_registers_name_it(browser: Any, boilers: Any, firm: Any) -> None:
    html = text_of(browser.get(f"/registers/enterprises/{firm.pk}/"))
    assert f"/registers/boilers/?enterprise={firm.pk}" in html
    assert len(browser.get(f"/registers/boilers/?enterprise={firm.pk}").context["lines"]) == 3


def test_a_withdrawn_record_is_gone(browser: Any, boilers: Any) -> None:
    actions.withdraw(None, boilers["late"], "录错")
    assert browser.get(f"/registers/boilers/{boilers['late'].pk}/").status_code == 404
    assert "A-1" not in text_of(browser.get("/registers/boilers/"))
    assert "A-1" not in text_of(browser.get("/registers/late/"))


def test_buttons_follow_the_right_to_write(boilers: Any, person: Any, signed_in: Any) -> None:
    keeper, reader = person("k", "141002"), person("r", "141002", role="discipline")
    row = boilers["late"]
    assert signed_in(keeper).get(row.get_absolute_url()).context["may_keep"]
    assert not signed_in(reader).get(row.get_absolute_url()).context["may_keep"]


@pytest.mark.parametrize("asked", ["示例铸造", "９１１４１０００", "旧名铸造", "a-1"])
def test_search_finds_by_name_code_and_former_name(browser: Any, boilers: Any, firm: Any, asked: str) -> None:
    firm.former_names = ["旧名铸造厂"]
    firm.fold_in()
    firm.save()
    hits = {
        one.ledger.code: one.number for one in browser.get("/registers/search/", {"q": asked}).context["hits"]
    }
    expected = {"boilers": 1} if asked == "a-1" else {"enterprises": 1, "boilers": 3}
    assert hits == expected


@pytest.mark.parametrize("asked", ["", "   ", "%", "_", "'"])
def test_search_of_nothing_finds_nothing(browser: Any, boilers: Any, asked: str) -> None:
    answer = browser.get("/registers/search/", {"q": asked})
    assert answer.status_code == 200 and not answer.context["hits"]


@pytest.mark.parametrize("address", ["/registers/search/?q=%00", "/registers/boilers/?sort=%00"])
def test_a_sign_no_database_keeps_is_refused(browser: Any, boilers: Any, address: str) -> None:
    assert browser.get(address).status_code == 400


def test_search_is_bounded_and_says_how_many_there_are(browser: Any, firm: Any) -> None:
    from django.db import transaction

    reader = Reader(ledger("boilers"), None)
    raw = {"enterprise": f"#{firm.pk}", "fuel": "电", "capacity": "1"}
    with transaction.atomic():
        actions.add_all(None, [reader.read({**raw, "number": f"锅{n}"}).row for n in range(9)])
    (hit,) = browser.get("/registers/search/?q=锅").context["hits"]
    assert hit.number == 9 and len(hit.rows) == 6 and str(hit.rows[0].region) == "尧都区"


def test_in_english_no_chinese_is_left(browser: Any, boilers: Any, firm: Any, settings: Any) -> None:
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    # What was typed in, and the names of documents, stay as they are.
    data = re.compile("临汾示例铸造有限公司（模拟）|布袋|解放路街道")
    row = boilers["late"]
    own = f"/registers/boilers/{row.pk}/"
    across = ("/registers/late/", "/registers/search/?q=A")
    for address in (own, f"{own}history/", "/registers/boilers/", "/registers/boilers/map/", *across):
        html = text_of(browser.get(address)).split('class="lt-page"')[1]
        html = re.sub(
            r'<option [^>]*>[^<]*</option>|<p class="lt-help">Ordered.*?</p>|<small>[^<]*</small>', "", html
        )
        found = set(re.findall(r"[\u4e00-\u9fff]+", data.sub("", html)))
        assert not found, (address, found)


def test_a_day_in_the_future_is_not_late(browser: Any, keep: Any) -> None:
    soon = (date.today() + timedelta(days=2)).isoformat()  # noqa: DTZ011 - days, not hours
    keep("boilers", enterprise="91141000701234567E", number="F-6", fuel="电", capacity="2", due=soon)
    assert not browser.get("/registers/late/").context["rows"]
