"""Review in Chromium: by keys on a wide screen, by touch on a phone; nothing is asked of another host."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session(city_plan: Any, person: Any, signed_in: Any) -> str:
    """The session of the city's administrator."""
    return str(signed_in(person("boss", "141000", role="administrator")).cookies["lantian_session"].value)


@pytest.fixture
def page(chromium: str, live_server: Any, session: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A browser page, signed in."""
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread; the ORM is asked here only between its calls.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "lantian_session", "value": session, "url": live_server.url}])
        opened = context.new_page()
        opened.wrong = []
        opened.on("pageerror", lambda error: opened.wrong.append(str(error)))
        opened.on("console", lambda line: line.type == "error" and opened.wrong.append(line.text))
        opened.on(
            "request",
            lambda asked: asked.url.startswith(live_server.url) or opened.wrong.append(asked.url),
        )
        yield opened
        browser.close()


def test_keys_accept_correct_and_reject(page: Any, live_server: Any, city_plan: Any) -> None:
    target = city_plan.targets.get(indicator="pm2_5")
    page.goto(f"{live_server.url}/plans/{city_plan.pk}/")
    card = page.locator(f"#target-{target.pk}")
    card.focus()
    page.keyboard.press("c")
    page.locator(f"#target-{target.pk} form [name=value]").fill("43")
    page.keyboard.press("j")  # typed into the field, no step
    page.locator(f"#target-{target.pk} form [name=value]").fill("43")
    page.keyboard.press("Enter")
    page.locator(f"#target-{target.pk}[data-review=corrected]").wait_for()
    page.keyboard.press("j")
    following = page.evaluate("document.activeElement.id")
    assert following.startswith(("target-", "task-", "clause-")) and following != f"target-{target.pk}"
    page.keyboard.press("a")
    page.locator(f"#{following}[data-review=accepted]").wait_for()
    page.wait_for_function("id => document.activeElement.id !== id", arg=following)
    last = page.evaluate("document.activeElement.id")
    page.keyboard.press("r")
    reason = page.locator(f"#{last} form [name=reason]")
    reason.fill("重复")
    reason.press("Enter")
    page.locator(f"#{last}[data-review=rejected]").wait_for()
    counts = page.locator("#pl-progress").inner_text()
    assert page.wrong == []
    from lantian.office.plans.rules import review_counts

    kept = review_counts(city_plan)
    assert (kept["corrected"], kept["accepted"], kept["rejected"]) == (1, 1, 1)
    assert f"{kept['unreviewed']} / {sum(kept.values())}" in counts
    target.refresh_from_db()
    assert target.value == 43


@pytest.mark.parametrize("width", [390, 1440])
def test_pages_fit_the_screen(page: Any, live_server: Any, city_plan: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    task = city_plan.tasks.get(number="1")
    for door in (
        "/plans/",
        f"/plans/{city_plan.pk}/",
        f"/plans/{city_plan.pk}/document/",
        "/tasks/",
        f"/tasks/{task.pk}/",
    ):
        page.goto(live_server.url + door)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, door
    assert page.wrong == []


def test_the_task_list_narrows_while_one_types(page: Any, live_server: Any, city_plan: Any) -> None:
    page.goto(f"{live_server.url}/tasks/")
    page.locator("#id_q").press_sequentially("锅炉")
    page.locator("#pl-table", has_text="淘汰燃煤锅炉").wait_for()
    page.wait_for_function("document.querySelectorAll('#pl-table tbody tr').length === 1")
    assert "q=" in page.url
    assert page.wrong == []
