"""Take the pictures of the README from a running demonstration: `make pictures` (Chromium needed).

The pages are those a dispatcher of Linfen sees. Take them again whenever a page changes.
"""

from __future__ import annotations

import argparse
import re
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


SUSPICION, ROUND = r"/quality/\d+/$", r"/dispatch/rounds/\d+/$"
ALARM, STACK = r"/telemetry/alarms/\d+/$", r"/telemetry/stacks/\d+/"
RUN, CARD = r"/assessment/runs/\d+/$", r"/assessment/cards/\d+/$"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--user", default="linfen")
    parser.add_argument("--password", default="lantian-demo")
    options = parser.parse_args()
    PICTURES.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        wide = browser.new_context(viewport=WIDE).new_page()
        sign_in(wide, options.address, options.user, options.password)
        take(wide, f"{options.address}/board/", "board")
        walk(wide)
        wide.evaluate(
            "document.querySelector('.lt-tiles').closest('section, article, .lt-panel').scrollIntoView()"
        )
        wide.wait_for_load_state("networkidle")
        shoot(wide, "board-air")
        figure = wide.locator("a[href*='composite_index']").first.get_attribute("href")
        take(wide, f"{options.address}/plans/", None)
        wide.locator("a[href^='/plans/']", has_text="临汾市").first.click()
        wide.wait_for_load_state("networkidle")
        wide.evaluate("document.querySelector('.pl-card-target').scrollIntoView({block: 'center'})")
        shoot(wide, "plan")
        take(wide, f"{options.address}{figure}", "explanation")
        take(wide, f"{options.address}/rankings/", "ranking")
        take(wide, f"{options.address}/quality/", None)
        take(wide, f"{options.address}{links(wide, SUSPICION)[0]}", None)
        shoot(wide, "quality")
        take(wide, f"{options.address}/outlook/", None)
        wide.locator("a[href*='/outlook/1']").first.click()
        wide.wait_for_load_state("networkidle")
        shoot(wide, "outlook")
        registers(wide, options.address)
        the_line(wide, options.address)
        take(wide, f"{options.address}/dispatch/", None)
        # The oldest round: its reports are verified, its bulletin is issued.
        wide.goto(f"{options.address}{links(wide, ROUND)[-1]}")
        wide.wait_for_load_state("networkidle")
        shoot(wide, "dispatch")
        chief = browser.new_context(viewport=WIDE).new_page()
        sign_in(chief, options.address, "admin", options.password)
        take(chief, f"{options.address}/bulletins/", None)
        chief.locator("a[href$='/changes/']").first.click()
        chief.wait_for_load_state("networkidle")
        shoot(chief, "changes")
        take(chief, f"{options.address}/assessment/", None)
        # Last quarter's assessment is published; its first card is the best.
        take(chief, f"{options.address}{links(chief, RUN)[-2]}", None)
        take(chief, f"{options.address}{links(chief, CARD)[0]}", None)
        chief.locator("summary").first.click()
        shoot(chief, "card")
        on_a_phone(browser.new_context(viewport=PHONE).new_page(), options.address, options.password)
        browser.close()


def registers(page: Page, address: str) -> None:
    """The targets, a register, and all that is known of one enterprise."""
    take(page, f"{address}/targets/", "targets")
    take(page, f"{address}/registers/machines/", "register")
    firms = page.context.request.get(f"{address}/api/registers/enterprises?industry=coking").json()
    take(page, f"{address}/enterprises/{firms['items'][0]['id']}/", "enterprise")


def the_line(page: Page, address: str) -> None:
    """A stack with an hour above its limit, and a lead of forged data."""
    take(page, f"{address}/telemetry/alarms/", None)
    take(page, f"{address}{links(page, ALARM)[0]}", None)
    take(page, f"{address}{links(page, STACK)[0]}", "stack")
    take(page, f"{address}/telemetry/leads/", None)
    # Gas while the plant draws no power: a picture that explains itself.
    row = page.locator("tr", has_text="有烟气无用电").first
    href = row.locator("a[href^='/telemetry/leads/']").first.get_attribute("href")
    take(page, f"{address}{href}", "lead")


def on_a_phone(page: Page, address: str, password: str) -> None:
    """The portal, and a problem being filed."""
    take(page, f"{address}/", "portal-phone")
    sign_in(page, address, "hongtong", password)
    take(page, f"{address}/findings/new/", "phone-form")


def sign_in(page: Page, address: str, user: str, password: str) -> None:
    page.goto(f"{address}/sign-in/")
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", password)
    page.locator("form [type=submit]").last.click()
    page.wait_for_url(f"{address}/board/")


def links(page: Page, pattern: str) -> list[str]:
    """Addresses of the page's links that match, in the order they stand."""
    found = page.locator("a[href]").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    return [href for href in found if re.match(pattern, href)]


def take(page: Page, url: str, name: str | None) -> None:
    page.goto(url)
    page.wait_for_load_state("networkidle")
    if name:
        shoot(page, name)


def walk(page: Page) -> None:
    """Down the page to its end: panels load when they come into view."""
    for _ in range(20):
        page.mouse.wheel(0, 800)
        page.wait_for_timeout(300)
    page.wait_for_selector(".lt-tiles")


def shoot(page: Page, name: str) -> None:
    page.wait_for_timeout(800)  # charts draw themselves when their box has a width
    page.screenshot(path=PICTURES / f"{name}.png")
    print(f"{name}: {page.url}")


if __name__ == "__main__":
    main()
