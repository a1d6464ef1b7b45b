"""A newcomer's way through the office, in Chromium: sign in, board, plan, task, a figure and its origin.

The office is made by the command line and served by a process of its own, as a user would do it. Every page
is watched: no request may leave for another host, no script may fail, nothing may be wider than the screen.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
WORD = "a-long-word-for-tests"
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# Words of the interface; names of regions, plans and tasks are data and stay as they are.
INTERFACE = "h2, h3, th, label, summary, .lt-button, .air-note, .air-legend li, nav a"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLAN = """临汾市2025年空气质量持续改善行动方案
为持续改善空气质量，制定本方案。
一、总体要求
到2025年底，临汾市细颗粒物（PM2.5）浓度控制在40微克/立方米以内，优良天数比例达到75%以上。
二、重点任务
（一）加快淘汰落后产能。2025年10月底前，完成3台燃煤锅炉淘汰。（市生态环境局牵头，市工信局配合）
（二）强化扬尘管控。施工工地严格落实六个百分之百，2025年6月底前完成整改。（市住建局负责）
"""


def command(data: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "lantian", "office", arguments[0], "--data", str(data), *arguments[1:]]


def environment() -> dict[str, str]:
    """Ours without a database of the test run's: the office served here keeps its own SQLite."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "LANTIAN_DATA"}}
    return {**kept, "LANTIAN_ADMIN_PASSWORD": WORD}


def make_office(data: Path, plan: Path, hours: list[Path]) -> None:
    """An office with a plan and hours, made by the commands a user gives."""
    for arguments in (("init",), ("load", "plan", str(plan)), ("load", "ambient", *map(str, hours))):
        done = subprocess.run(
            command(data, *arguments),
            env=environment(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"


def serve(data: Path, log: Path) -> Iterator[str]:
    """Serve an office on a free port; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("w") as out:
        process = subprocess.Popen(
            command(data, "serve", "--port", str(port)), env=environment(), stdout=out, stderr=out
        )
        try:
            base = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + 120
            while True:
                try:
                    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                        connection.request("GET", "/sign-in/")
                        with connection.getresponse() as answer:
                            assert answer.status == 200
                            break
                except OSError:
                    assert process.poll() is None and time.monotonic() < deadline, log.read_text()
                    time.sleep(0.3)
            yield base
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def small_office(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[str]:
    """An office on files of our own: one plan, and forty days of two cities."""
    yield from office_of(tmp_path_factory.mktemp("small"), "city", ("临汾", "太原"))


@pytest.fixture(scope="module")
def station_office(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[str]:
    """The same with the hours of two stations instead of the network's city means."""
    yield from office_of(tmp_path_factory.mktemp("stations"), "city,station", ("临汾,一号站", "太原,一号站"))


def office_of(folder: Path, heading: str, places: tuple[str, str]) -> Iterator[str]:
    """An office of one plan and forty days of two places, served."""
    plan, hours = folder / "plan.txt", folder / "hours.csv"
    plan.write_text(PLAN, encoding="utf-8")
    lines = [f"{heading},time,PM2.5,PM10,SO2,NO2,O3,CO"]
    for day in range(1, 41):
        month, number = (5, day) if day <= 31 else (6, day - 31)
        for hour in range(24):
            for place, level in zip(places, (30, 22), strict=True):
                pm2_5 = level + (day * 7 + hour) % 60
                stamp = f"2025-{month:02}-{number:02} {hour:02}:00"
                lines.append(f"{place},{stamp},{pm2_5},{pm2_5 + 40},9,20,{60 + hour * 3},0.8")
    hours.write_text("\n".join(lines) + "\n", encoding="utf-8")
    make_office(folder / "office", plan, [hours])
    yield from serve(folder / "office", folder / "serve.log")


@pytest.fixture(scope="module")
def real_office(tmp_path_factory: pytest.TempPathFactory, shared: Path, chromium: str) -> Iterator[str]:
    """An office on a real plan and the real hours of Shanxi's cities."""
    folder = tmp_path_factory.mktemp("real")
    hours = shared / "data" / "cnemc_city_hourly" / "shanxi11_hourly_201812_202002.csv.gz"
    make_office(folder / "office", shared / "seeds" / "linfen-city-2024.txt", [hours])
    yield from serve(folder / "office", folder / "serve.log")


class Watched:
    """A page that remembers every host it asked and every complaint of its console."""

    def __init__(self, browser: Any, base: str, viewport: dict[str, int]) -> None:
        self.base = base
        self.context = browser.new_context(viewport=viewport, locale="zh-CN")
        self.page = self.context.new_page()
        self.hosts: set[str] = set()
        self.faults: list[str] = []
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        self.page.on(
            "console",
            lambda said: self.faults.append(said.text) if said.type in {"error", "warning"} else None,
        )
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on(
            "response",
            lambda got: self.faults.append(f"{got.status} {got.url}") if got.status >= 400 else None,
        )

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)
        self.settle()

    def settle(self) -> None:
        """Scroll through the page, so that every panel is asked for, and wait until all have come."""
        self.page.wait_for_load_state("networkidle")
        # To the end, which moves away while panels above it fill.
        for _ in range(60):
            self.page.mouse.wheel(0, 700)
            self.page.wait_for_timeout(60)
            if self.page.evaluate("window.scrollY + innerHeight >= document.body.scrollHeight - 1"):
                break
        self.page.wait_for_function(
            "document.querySelectorAll('.lt-loading:not(.htmx-indicator)').length === 0", timeout=60_000
        )
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate("window.scrollTo(0, 0)")

    def sign_in(self) -> None:
        self.open("/sign-in/")
        self.page.fill("input[name=username]", "admin")
        self.page.fill("input[name=password]", WORD)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url("**/board/**")
        self.settle()

    def follow(self, pattern: str) -> None:
        """Click the first link whose whole address fits."""
        links = self.page.locator(".lt-page a[href]").all()
        fitting = [link for link in links if re.fullmatch(pattern, link.get_attribute("href") or "")]
        assert fitting, f"{self.page.url} has no link to {pattern}"
        fitting[0].click()
        self.page.wait_for_url(re.compile(pattern))
        self.settle()

    def fits(self) -> None:
        width, screen = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width <= screen, f"{self.page.url} is {width} px wide on a screen of {screen} px"

    def words(self) -> list[str]:
        return self.page.locator(INTERFACE).all_inner_texts()

    def check(self) -> None:
        assert self.faults == []
        assert {urlsplit(self.base).netloc} >= self.hosts - {""}, f"asked other hosts: {self.hosts}"


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[[str, dict[str, int]], Watched]]:
    opened: list[Watched] = []

    def enter(base: str, viewport: dict[str, int]) -> Watched:
        opened.append(Watched(browser, base, viewport))
        return opened[-1]

    yield enter
    for one in opened:
        one.context.close()


def walk(office: Watched, indicator: str) -> None:
    """Board → plan → task → region → a figure → its explanation → English."""
    page = office.page
    office.sign_in()
    office.fits()
    assert page.locator("#panel-ranking table tbody tr").count() >= 2
    assert page.locator("canvas").count() >= 1, "no chart was drawn"
    office.open("/plans/")
    office.fits()
    office.follow(r"/plans/\d+/")
    office.fits()
    office.open("/tasks/")
    office.follow(r"/tasks/\d+/")
    office.fits()
    office.open("/regions/141000/")
    office.fits()
    figure = page.locator(f"#panel-air-summary a[href*='/explain/141000/{indicator}/']").first
    shown = figure.inner_text().strip()
    figure.click()
    office.settle()
    office.fits()
    assert f"/explain/141000/{indicator}/" in page.url
    assert page.locator("#air-answer .air-big").inner_text().split()[0] == shown
    assert page.locator(".air-day-list li").count() > 20
    page.locator(".air-day-list a").first.click()
    page.wait_for_selector("#air-one-day .air-step")
    assert "24:00" in page.locator("#air-one-day").inner_text()
    page.locator("button[name=language][value=en]").first.click()
    office.settle()
    assert page.locator("h1").inner_text() == "How this figure was computed"
    for path in ("/board/", "/regions/141000/", "/stations/", page.url.removeprefix(office.base)):
        office.open(path)
        office.fits()
        assert [text for text in office.words() if CHINESE.search(text)] == [], path


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_from_the_sign_in_to_the_hours_behind_a_figure(
    small_office: str, visit: Callable[..., Watched], viewport: dict[str, int]
) -> None:
    office = visit(small_office, viewport)
    walk(office, "pm2_5")
    office.check()


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_portal_needs_no_sign_in(
    small_office: str, visit: Callable[..., Watched], viewport: dict[str, int]
) -> None:
    portal = visit(small_office, viewport)
    portal.open("/")
    portal.fits()
    assert portal.page.locator(".air-now li").count() == 11
    assert portal.page.locator(".air-now .air-now-aqi b").first.inner_text().isdigit()
    portal.page.locator("#ranking .lt-figure a").first.click()
    portal.settle()
    portal.fits()
    assert portal.page.url.startswith(f"{small_office}/air/")
    portal.open("/air/141000/")
    portal.fits()
    portal.page.locator("button[name=language][value=en]").first.click()
    portal.settle()
    assert "Linfen" in portal.page.locator("h1").inner_text()
    portal.check()


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_station_page_draws_its_hours_and_its_month(
    station_office: str, visit: Callable[..., Watched], viewport: dict[str, int]
) -> None:
    office = visit(station_office, viewport)
    office.sign_in()
    office.open("/stations/")
    office.follow(r"/stations/[^/?]+/$")
    office.fits()
    assert office.page.locator(".lt-chart canvas").count() >= 2
    office.check()


@pytest.mark.shared
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_real_plan_and_real_hours_show_linfens_state_in_2019(
    real_office: str, visit: Callable[..., Watched], viewport: dict[str, int]
) -> None:
    office = visit(real_office, viewport)
    walk(office, "pm2_5")
    office.open("/regions/141000/?period=2019")
    summary = office.page.locator("#panel-air-summary").inner_text()
    assert "2019-01-01" in summary and "2019-12-31" in summary
    assert office.page.locator("#panel-targets").inner_text().strip()
    office.check()


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_plans_tasks_targets_and_coverage_fit_the_screen(
    small_office: str, visit: Callable[..., Watched], viewport: dict[str, int], tmp_path: Path
) -> None:
    """Every page once: a plan loaded beside another through the form, lists, targets, comparison."""
    office = visit(small_office, viewport)
    page = office.page
    office.sign_in()
    second = tmp_path / "second.txt"
    second.write_text(PLAN.replace("2025年6月底", f"2025年{viewport['width'] // 130}月底"), encoding="utf-8")
    office.open("/plans/")
    page.set_input_files("input[type=file]", second)
    assert page.locator("input[name=region]").input_value() == "", "the file's name went into another field"
    page.locator("form[enctype] button.lt-primary").click()
    page.wait_for_selector("button[name=answer][value=another]")
    office.fits()
    page.locator("button[name=answer][value=another]").click()
    page.wait_for_url(re.compile(r"/plans/\d+/$"))
    office.settle()
    plan = urlsplit(page.url).path
    page.locator("[data-pl-add]").click()
    page.wait_for_selector("#pl-add-body form")
    office.fits()
    office.open("/targets/divisions/?region=141000")
    office.fits()
    page.locator("form[action$='/divisions/new/'] button").first.click()
    page.wait_for_url(re.compile(r"/targets/divisions/\d+/$"))
    number = plan.split("/")[2]
    for path in (
        page.url.removeprefix(office.base),
        "/plans/",
        *(plan + part for part in ("", "names/", "readings/", "document/", "history/")),
        "/tasks/",
        "/tasks/1/",
        "/tasks/1/sheet/",
        "/tasks/calendar/",
        "/tasks/gantt/",
        "/tasks/county/141000/",
        "/tasks/unit/1/",
        "/targets/?region=141000",
        "/targets/letters/?region=141000",
        "/targets/held/1/",
        "/indicators/",
        "/indicators/pm2_5/?region=141000",
        "/coverage/",
        f"/coverage/compare/?old=1&new={number}",
    ):
        office.open(path)
        office.fits()
        if path.startswith("/targets/?"):
            assert page.locator("svg.tg-trend polyline").count() >= 1, "no trend was drawn"
    office.check()
