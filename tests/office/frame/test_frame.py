"""The shell of every page: banner, language, headers, panels, and pages that say what went wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.utils.translation import gettext_lazy, override

from lantian.office.frame import navigation, panels
from lantian.office.frame.demo import mark_as_demonstration

EVERY_KIND = (
    "/",
    "/sign-in/",
    "/nowhere/",
    "/board/",
    "/regions/",
    "/regions/141002/",
    "/password/",
    "/admin/",
    "/api/docs",
)


@pytest.fixture
def browser(person: Any, signed_in: Any) -> Client:
    return signed_in(person("root", "140000", role="administrator", is_superuser=True, is_staff=True))


@pytest.mark.parametrize("address", EVERY_KIND)
def test_simulated_data_are_called_so_on_every_page(browser: Client, office_data: Path, address: str) -> None:
    for client in (browser, Client()):
        assert "模拟数据" not in client.get(address, follow=True).content.decode()
    mark_as_demonstration(office_data, seed=1)
    for client in (browser, Client()):
        assert "模拟数据" in client.get(address, follow=True).content.decode()
        client.post("/language/", {"language": "en"})
        page = client.get(address, follow=True).content.decode()
        assert "SIMULATED" in page and "模拟数据" not in page


def test_a_demonstration_file_that_cannot_be_read_still_marks(
    client: Client, db: None, office_data: Path
) -> None:
    (office_data / "demo.json").write_text("{broken", encoding="utf-8")
    assert "模拟数据" in client.get("/sign-in/").content.decode()


@pytest.mark.parametrize("address", EVERY_KIND)
def test_no_page_asks_another_host(browser: Client, address: str) -> None:
    for client in (browser, Client()):
        answer = client.get(address, follow=True)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "http" not in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        loaded = re.findall(
            r'<(?:link|script|img|iframe)[^>]+(?:src|href)="([^"]+)"', answer.content.decode()
        )
        assert loaded
        assert all(url.startswith("/") and not url.startswith("//") for url in loaded)


@pytest.mark.parametrize("address", EVERY_KIND)
def test_no_inline_script_that_the_policy_would_stop(browser: Client, address: str) -> None:
    for client in (browser, Client()):
        page = client.get(address, follow=True).content.decode()
        inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", page)
        assert all("application/json" in attributes for attributes in inline)
        assert not re.search(r"\son(?:click|change|load|submit)=", page)


def test_chinese_first_whatever_the_browser_prefers(client: Client, db: None) -> None:
    page = client.get("/sign-in/", headers={"Accept-Language": "en-US,en;q=0.9"})
    assert 'lang="zh-hans"' in page.content.decode() and "登录" in page.content.decode()
    assert page.headers["Content-Language"] == "zh-hans"
    answer = client.post("/language/", {"language": "en", "next": "/sign-in/"})
    assert answer.headers["Location"] == "/sign-in/"
    assert 'lang="en"' in client.get("/sign-in/").content.decode()
    client.cookies["lantian_language"] = "tlh"
    assert "登录" in client.get("/sign-in/").content.decode()


def test_pages_without_a_person_ask_for_one(client: Client, db: None) -> None:
    for address in ("/board/", "/regions/", "/password/"):
        assert client.get(address).headers["Location"] == f"/sign-in/?next={address}"
    assert client.get("/api/regions").status_code == 401


def test_the_sidebar_is_for_everyone_signed_in(person: Any, signed_in: Any) -> None:
    page = signed_in(person("wang", "141002")).get("/regions/").content.decode()
    for words in ("看板", "区域", "方案", "任务", "站点", "公开门户", "退出登录", "县级人员"):
        assert words in page
    assert "系统管理" not in page, "the admin is for superusers"


def test_of_nested_entries_only_the_nearest_is_current(person: Any, rf: Any) -> None:
    request = rf.get("/telemetry/gates/7/")
    request.user = person("analyst", "140000", role="analyst")
    items = [entry for group in navigation.navigation(request) for entry in group["items"]]
    assert [entry["link"] for entry in items if entry["active"]] == ["/telemetry/gates/"]
    assert "/telemetry/" in {entry["link"] for entry in items}


def test_a_person_without_region_is_told_so(person: Any, signed_in: Any) -> None:
    page = signed_in(person("new", None)).get("/board/")
    assert page.status_code == 200 and "您的账号尚未指定区域" in page.content.decode()


def test_the_board_is_of_ones_region(person: Any, signed_in: Any) -> None:
    browser = signed_in(person("wang", "141000"))
    page = browser.get("/board/").content.decode()
    assert "<h1>临汾市</h1>" in page and 'value="141002"' in page
    assert 'value="140000"' not in page, "what is above is out of sight"
    assert "<h1>尧都区</h1>" in browser.get("/board/?region=141002").content.decode()
    assert browser.get("/board/?region=140100").status_code == 404


@pytest.fixture
def own_panel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "_panels", {})
    title = gettext_lazy("Regions")
    panels.register("late", "regions:page", 30, title, pages=("region",))
    panels.register("early", "regions:history", 10, title, width="third", height=120)


def test_panels_stand_in_order_on_their_pages(own_panel: None, person: Any, signed_in: Any) -> None:
    assert [placed.panel.name for placed in panels.placed("region", "141002")] == ["early", "late"]
    assert [placed.panel.name for placed in panels.placed("board", "141002")] == ["early"]
    browser = signed_in(person("wang", "141000"))
    board = browser.get("/board/?period=2019-06").content.decode()
    assert 'hx-get="/regions/141000/history/?period=2019-06"' in board
    assert "min-height: 120px" in board and "lt-third" in board
    page = browser.get("/regions/141002/").content.decode()
    assert page.index("panel-early") < page.index("panel-late")


def test_a_panel_that_cannot_be_placed_is_refused_at_once() -> None:
    for wrong in ({"width": "wide"}, {"pages": ("portal",)}):
        with pytest.raises(ValueError, match="panel x"):
            panels.register("x", "regions:page", 1, "x", **wrong)


def test_a_panel_is_of_a_region_in_sight(person: Any, rf: Any) -> None:
    request = rf.get("/")
    request.user = person("wang", "141000")
    assert panels.region_of(request, "141002").code == "141002"
    with pytest.raises(Http404):
        panels.region_of(request, "140100")


def test_what_went_wrong_is_said_plainly(client: Client, db: None, rf: Any) -> None:
    from lantian.office.frame.views import forbidden, server_error

    page = client.get("/nowhere/")
    assert page.status_code == 404 and "这个地址没有内容" in page.content.decode()
    assert client.get("/api/nowhere").json()["detail"]
    request = rf.get("/x/")
    request.htmx = False
    with override("en"):
        assert "Your role does not allow this" in forbidden(request).content.decode()
        broken = server_error(request)
    assert broken.status_code == 500 and "Traceback" not in broken.content.decode()


def test_the_request_number(client: Client, db: None) -> None:
    assert len(client.get("/sign-in/").headers["X-Request-ID"]) == 32
    given = client.get("/sign-in/", headers={"X-Request-ID": "abc-123-def"})
    assert given.headers["X-Request-ID"] == "abc-123-def"
    forged = client.get("/sign-in/", headers={"X-Request-ID": "a b\tc<script>"})
    assert len(forged.headers["X-Request-ID"]) == 32


def test_the_documentation_of_the_api_is_ours(client: Client, db: None) -> None:
    page = client.get("/api/docs").content.decode()
    assert "/static/ninja/swagger-ui-bundle.js" in page and "cdn" not in page
    assert client.get("/api/openapi.json").json()["info"]["title"] == "Lantian API"
