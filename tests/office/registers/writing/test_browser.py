"""The forms of registers in Chromium: a firm found while typing, marks that follow, all within a phone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lantian.office.registers.declaring.base import ledgers

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
NAME = "临汾示例铸造有限公司（模拟）"
PICTURES = os.environ.get("LANTIAN_PICTURES", "")


@pytest.fixture
def chrome(chromium: str, live_server: Any, officer: Any, boiler: Any) -> Iterator[Any]:
    """`chrome(size)`: a page signed in as the officer; the records are there before the browser runs."""
    from django.test import Client
    from playwright.sync_api import sync_playwright

    client = Client()
    client.force_login(officer)
    cookie = client.cookies["lantian_session"].value
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)

        def open_page(size: dict[str, int]) -> Any:
            context = browser.new_context(viewport=size, base_url=live_server.url, locale="zh-CN")
            context.add_cookies([{"name": "lantian_session", "value": cookie, "url": live_server.url}])
            page = context.new_page()
            page.on("pageerror", lambda error: pytest.fail(str(error)))
            return page

        yield open_page
        browser.close()


def picture(page: Any, name: str) -> None:
    """A picture for whoever looks, where LANTIAN_PICTURES names a folder."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_boiler_is_entered_and_changed(chrome: Any, size: dict[str, int], boiler: Any) -> None:
    page = chrome(size)
    page.goto("/registers/boilers/new/")
    assert fits(page)
    mark = page.locator('[data-field="filter"] [data-mark]')
    assert mark.inner_text() == ""
    page.select_option("#id_fuel", "coal")
    page.wait_for_function("document.querySelector('[data-field=filter] [data-mark]').textContent !== ''")
    page.locator("#id_enterprise").press_sequentially("示例铸")
    page.locator(".wr-found li[role=option]").first.wait_for()
    picture(page, f"found-{size['width']}")
    page.locator("#id_enterprise").press("ArrowDown")
    page.locator("#id_enterprise").press("Enter")
    assert page.input_value("#id_enterprise") == NAME
    page.fill("#id_number", "2#")
    page.fill("#id_capacity", "3000 MW")
    page.locator(".wr-send .lt-primary").click()
    assert page.locator(".wr-wrong").count() == 1 and page.input_value("#id_enterprise") == NAME
    picture(page, f"errors-{size['width']}")
    page.fill("#id_capacity", "3000")
    page.locator(".wr-send .lt-primary").click()
    page.locator(".wr-question input").check()
    assert fits(page)
    picture(page, f"asked-{size['width']}")
    page.locator(".wr-send .lt-primary").click()
    page.wait_for_url("**/registers/boilers/*/")
    assert fits(page)
    picture(page, f"record-{size['width']}")
    page.locator(".wr-state select[name=status]").select_option("dismantled")
    page.locator(".wr-state input[name=closed_on]").fill("2025-06-01")
    page.locator(".wr-state .lt-primary").click()
    page.locator(".lt-notice-warning").first.wait_for()
    picture(page, f"state-{size['width']}")
    page.goto(f"{boiler.get_absolute_url()}edit/")
    assert page.input_value("#id_enterprise") == NAME and fits(page)
    picture(page, f"edit-{size['width']}")
    page.goto(f"{boiler.get_absolute_url()}files/")
    assert fits(page)
    picture(page, f"files-{size['width']}")
    page.goto(f"{boiler.get_absolute_url()}withdraw/")
    assert fits(page)
    page.goto("/registers/enterprises/new/")
    assert fits(page)
    picture(page, f"firm-{size['width']}")
    page.close()


def test_every_form_fits_a_phone(chrome: Any) -> None:
    page = chrome(PHONE)
    codes = [one.code for one in {one.group: one for one in _all()}.values()]
    wide = []
    for code in codes:
        page.goto(f"/registers/{code}/new/")
        wide += [] if fits(page) else [code]
    page.close()
    assert not wide


def _all() -> Any:
    return ledgers()
