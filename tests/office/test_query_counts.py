"""No app without its counts: every one that has pages says in a test how often they ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


def counting() -> Any:
    import importlib.util

    spec = importlib.util.spec_from_file_location("office_tests_query_counts", HERE / "query_counts.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def apps() -> list[str]:
    from django.conf import settings

    return [*settings.OFFICE_APPS, "frame"]


@pytest.mark.parametrize("app", apps())
def test_every_app_with_pages_has_its_counts_checked(app: str) -> None:
    if not counting().routes_of(app):
        return
    tests = list((HERE / app).rglob("test_query_counts.py"))
    remedy = f'tests/office/{app} must call query_counts("{app}", …): see query_counts.py'
    assert any(f'"{app}"' in test.read_text(encoding="utf-8") for test in tests), remedy


def test_every_page_belongs_to_one_app() -> None:
    # One address may have two doors, for reading and for writing; both are of one app.
    found = [name for app in apps() for name in set(counting().routes_of(app).values())]
    assert len(found) == len(set(found))
    assert len(found) > 100


def test_a_page_that_asks_more_is_named() -> None:
    differences = list(
        counting()._differences({"/a/": {"dispatcher": 3}, "/c/": {}}, {"/a/": {"dispatcher": 4}, "/b/": {}})
    )
    assert [line.split(":")[0].strip() for line in differences] == ["/a/", "/b/", "/c/"]
    assert "3} before" in differences[0] and "4} now" in differences[0]


@pytest.mark.django_db
def test_a_query_a_row_is_found(query_counts: Any, province: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check itself: a list that asks once a row fails when rows are added."""
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    from lantian.office import urls
    from lantian.office.regions.models import Region

    def one_a_row(request: HttpRequest) -> HttpResponse:
        return HttpResponse(" ".join(r.parent.name for r in Region.objects.exclude(parent=None)))

    one_a_row.__module__ = "lantian.office.coverage.views"
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, path("rows/", one_a_row, name="rows")])
    from django.urls import clear_url_caches

    clear_url_caches()
    try:
        check = counting()
        monkeypatch.setattr(check, "FILE", HERE / "none.yaml")
        assert check.routes_of("coverage").get("rows") == "/rows/"
        from lantian.office.people.models import User

        monkeypatch.setattr(check, "routes_of", lambda app: {"rows": "/rows/"})
        people = {"dispatcher": User.objects.get(username="counted-dispatcher")}
        written: dict[str, Any] = {}
        monkeypatch.setattr(check.yaml, "safe_load", lambda _text: written)
        with pytest.raises(AssertionError, match="not in"):
            check.check("coverage", {}, None, people, update=False)

        def grow() -> None:
            Region.objects.create(code="149900", name="某市", level="city", parent=province["140000"])

        written["coverage"] = {"/rows/": {"dispatcher": 7}}
        monkeypatch.setattr(check, "FILE", Path(__file__))
        with pytest.raises(AssertionError, match="asks more often"):
            check.check("coverage", {}, grow, people, update=False)
    finally:
        monkeypatch.undo()
        clear_url_caches()
