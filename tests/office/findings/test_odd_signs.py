"""Signs no database keeps, and numbers no column holds: refused in words, never an error of the office."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

DOORS = ("/findings/", "/complaints/", "/grading/", "/registers/boilers/", "/registers/", "/registers/late/")


@pytest.mark.parametrize("door", [*DOORS, "/public/grades/"])
def test_an_odd_question_is_no_error(door: str, person: Any, signed_in: Any) -> None:
    client = signed_in(person("officer", "141002"))
    for name in ("q", "region", "kind", "grade", "unit", "capacity_from", "page"):
        assert client.get(door, {name: "a\0b"}).status_code == 400, name
        for value in ("1e400", "9" * 23, "'\"><script>"):
            answer = client.get(door, {name: value})
            assert answer.status_code in {200, 302, 404, 422}, (name, value)
            assert '"><script>' not in answer.content.decode()


def test_an_odd_sign_in_a_public_form_is_refused(province: dict[str, Any]) -> None:
    browser = Client()
    sent = {"code": "ABCDEFGHJKMN", "satisfaction": "5", "satisfaction_words": "a\0b"}
    assert browser.post("/report/status/", sent).status_code == 400
    assert browser.post("/report/", {"words": "a\0b"}).status_code == 400
