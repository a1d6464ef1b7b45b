"""A grid worker's telephone: a draft with its photo outlives the network and makes one finding."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"width": 390, "height": 844}
COUNT = "fetch('/api/findings').then((answer) => answer.json()).then((told) => told.count)"
DRAFTS = "lantianDrafts.all(document.querySelector('[data-filing]').dataset.user)"
KEPT = "caches.match('/findings/new/', {ignoreVary: true}).then((page) => Boolean(page))"


@pytest.fixture(scope="module")
def newcomer() -> Any:
    """What makes, serves and signs in to an office: tests/office/test_browser.py."""
    file = Path(__file__).parents[1] / "test_browser.py"
    spec = importlib.util.spec_from_file_location("office_in_browser", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, newcomer: Any, chromium: str) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("findings")
    command = newcomer.command(folder / "office", "init")
    done = newcomer.subprocess.run(command, env=newcomer.environment(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    yield from newcomer.serve(folder / "office", folder / "serve.log")


@pytest.fixture
def telephone(office: str, newcomer: Any, chromium: str) -> Iterator[Any]:
    """A page at 390 px of somebody signed in, with the form opened once."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=newcomer.FLAGS)
        # What the office served is asked of it again, not of the browser's own memory.
        watched = newcomer.Watched(browser, office, PHONE)
        watched.sign_in()
        watched.open("/findings/new/")
        watched.fits()
        watched.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        until(watched.page, KEPT)
        yield watched
        browser.close()


def until(page: Any, question: str) -> None:
    """Wait until what a promise gives is true."""
    for _try in range(100):
        if page.evaluate(question):
            return
        page.wait_for_timeout(100)
    raise AssertionError(question)


def fill_in(page: Any, photo: bytes, place: str) -> None:
    page.check("input[name=kind][value=dust]")
    page.set_input_files("input[capture]", {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo})
    page.fill("[name=words]", "裸土未覆盖")
    page.fill("[name=place]", place)
    page.select_option("[name=region]", label="　　尧都区")
    until(page, f"{DRAFTS}.then((kept) => kept.some((one) => one.values.place === '{place}'))")


def test_a_draft_outlives_the_network(telephone: Any, photo_bytes: Any) -> None:
    page = telephone.page
    before = page.evaluate(COUNT)
    telephone.context.set_offline(True)
    fill_in(page, photo_bytes("111.52", "36.08"), "滨河路工地")
    page.reload()
    assert page.locator("h1").inner_text() == "记录问题"
    item = page.locator("[data-drafts] li")
    item.wait_for()
    assert item.count() == 1 and "滨河路工地" in item.inner_text()
    page.click("[data-drafts] button >> nth=0")
    assert page.input_value("[name=words]") == "裸土未覆盖" and page.locator("[data-photos] li").count() == 1
    page.click(".fi-send button")
    until(page, f"{DRAFTS}.then((kept) => kept[0].state === 'waiting')")
    page.locator("[data-drafts] li").wait_for()
    telephone.context.set_offline(False)
    sent = page.locator("[data-sent] a")
    sent.wait_for()
    assert page.evaluate(f"{DRAFTS}.then((kept) => kept.length)") == 0
    assert page.evaluate(COUNT) == before + 1
    page.goto(telephone.base + sent.get_attribute("href"))
    assert page.locator(".fi-files img").count() == 1 and "滨河路工地" in page.locator("h1").inner_text()
    telephone.fits()


def test_a_form_whose_answer_was_lost_is_one_finding(telephone: Any, photo_bytes: Any) -> None:
    page = telephone.page
    before = page.evaluate(COUNT)

    def lose(route: Any) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        route.fetch()
        route.abort()

    page.route("**/findings/new/", lose)
    fill_in(page, photo_bytes("111.52", "36.09"), "物料堆场")
    page.click(".fi-send button")
    until(page, f"{DRAFTS}.then((kept) => kept[0]?.state === 'waiting')")
    page.locator("[data-drafts] li").wait_for()
    assert page.evaluate(COUNT) == before + 1  # the office has it, the telephone does not know
    page.unroute("**/findings/new/")
    page.locator("[data-drafts] button").first.click()
    page.locator("[data-sent] li").wait_for()
    assert page.evaluate(COUNT) == before + 1
    assert page.evaluate(f"{DRAFTS}.then((kept) => kept.length)") == 0


def test_a_photo_without_place_asks_on_the_page(telephone: Any, photo_bytes: Any) -> None:
    page = telephone.page
    before = page.evaluate(COUNT)
    fill_in(page, photo_bytes(), "东门")
    page.click(".fi-send button")
    page.locator("[data-question] button").first.wait_for()
    assert page.evaluate(COUNT) == before
    page.locator("[data-question] button").last.click()
    page.wait_for_url("**/findings/*/")
    assert "坐标 不详" in page.locator(".fi-facts").inner_text()
    page.goto(telephone.base + "/findings/new/")
    assert page.evaluate(COUNT) == before + 1
