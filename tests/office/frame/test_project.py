"""The project as a whole: tables and their migrations, Django's own checks, every page answers."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import URLPattern, URLResolver, get_resolver


@pytest.mark.django_db
def test_every_change_of_a_table_has_its_migration() -> None:
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    except (SystemExit, CommandError):
        pytest.fail(said.getvalue())


def test_the_checks_of_django_find_nothing() -> None:
    call_command("check", fail_level="WARNING")


def plain_addresses() -> list[str]:
    """Every address of ours without a changing part."""

    def walk(patterns: list[Any], start: str) -> list[str]:
        found = []
        for entry in patterns:
            address = start + str(entry.pattern)
            if isinstance(entry, URLResolver):
                found += walk(entry.url_patterns, address)
            elif (
                isinstance(entry, URLPattern)
                and "<" not in address
                and "^" not in address
                and "(" not in address
            ):
                found.append(f"/{address}")
        return found

    return sorted(
        address for address in walk(get_resolver().url_patterns, "") if not address.startswith("/admin/")
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_plain_address_answers_in_both_languages(person: Any, signed_in: Any, language: str) -> None:
    """An office without plans and air data has pages too."""
    browser = signed_in(person("wang", "140000", role="administrator"))
    browser.cookies["lantian_language"] = language
    addresses = plain_addresses()
    assert {"/", "/board/", "/regions/", "/sign-in/", "/api/docs"} <= set(addresses)
    for address in addresses:
        # 422: an address of the API that must be told a period.
        assert browser.get(address).status_code in {200, 302, 405, 422}, address


def test_the_anonymous_see_the_portal_the_door_and_nothing_else(client: Any, province: Any) -> None:
    open_to_all = {address for address in plain_addresses() if client.get(address).status_code == 200}
    signed_in_only = {
        "/board/",
        "/regions/",
        "/password/",
        "/plans/",
        "/tasks/",
        "/stations/",
        "/api/regions",
        "/api/me",
    }
    assert {"/", "/sign-in/", "/api/docs", "/api/openapi.json"} <= open_to_all
    assert not open_to_all & signed_in_only
    private = {address for address in open_to_all if address.startswith("/api/")}
    assert all(address.startswith(("/api/public/", "/api/docs", "/api/openapi")) for address in private), (
        private
    )
