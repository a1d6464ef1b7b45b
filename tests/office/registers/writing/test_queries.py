"""How often the pages of this room ask the database: bounded, and not more often for more records."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantian.office.registers import actions

pytestmark = pytest.mark.django_db
MOST = {
    "/registers/boilers/new/": 7,
    "/registers/boilers/suggest/enterprise/?q=示例": 4,
    "{page}edit/": 8,
    "{page}files/": 7,
    "{page}files/{file}/": 5,
    "{page}withdraw/": 20,
    "/api/registers": 3,
    "/api/registers/boilers": 6,
    "/api/registers/boilers/{pk}": 9,
}


def counted(client: Any, row: Any) -> dict[str, int]:
    file = actions.files_of(row).first()
    found = {}
    for door in MOST:
        address = door.format(page=row.get_absolute_url(), file=file.pk, pk=row.pk)
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200, address
        found[door] = len(asked)
    return found


def test_pages_ask_a_fixed_number_of_times(
    signed_in: Any, officer: Any, boiler: Any, keep: Any, photo: Any
) -> None:
    actions.attach(None, boiler, [photo(111.5, 36.1)])
    client = signed_in(officer)
    before = counted(client, boiler)
    assert {door: n for door, n in before.items() if n > MOST[door]} == {}
    for number in range(5):
        keep("boilers", enterprise="91141000701234567E", number=f"n{number}", fuel="gas", capacity="10")
        actions.attach(None, boiler, [photo(111.5, 36.1 + number / 1000)])
    assert counted(client, boiler) == before
