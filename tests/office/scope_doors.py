"""The test every scoped model earns: whoever is outside sees it through no door.

    def test_a_task_stays_in_its_county(scope_doors, person, task):
        scope_doors(
            thing=task,                                  # lies in 141002
            secret=task.title,                           # what must not appear anywhere outside
            inside=person("in", "141002"),
            outside=person("out", "141024"),
            pages=[f"/tasks/{task.pk}/", f"/tasks/{task.pk}/history/", f"/api/tasks/{task.pk}"],
            lists=["/tasks/", f"/tasks/?q={task.title}", "/tasks/export.csv", "/api/tasks"],
        )

`pages` must answer 404 to the outsider and 200 to the insider; `lists` must answer both with 200 and show the
secret to the insider only. The anonymous get neither: a redirect to the sign-in page, 401 from the API.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from django.test import Client

OK, NOT_FOUND = 200, 404
CLOSED = {301, 302, 401, 404}


def check_scope_doors(
    *,
    thing: Any,
    secret: str,
    inside: Any,
    outside: Any,
    pages: Sequence[str] = (),
    lists: Sequence[str] = (),
) -> None:
    """Raise AssertionError naming the door that leaks, or that is shut to those inside."""
    assert pages or lists, "name at least one door"
    rows = type(thing).objects
    assert rows.visible_to(inside).filter(pk=thing.pk).exists(), "those inside must see it"
    assert not rows.visible_to(outside).filter(pk=thing.pk).exists(), "those outside must not"
    insider, outsider, stranger = Client(), Client(), Client()
    insider.force_login(inside)
    outsider.force_login(outside)
    for door in pages:
        assert insider.get(door).status_code == OK, f"{door} is shut to those inside"
        answer = outsider.get(door)
        assert answer.status_code == NOT_FOUND, (
            f"{door} answers {answer.status_code} to those outside, not 404"
        )
        assert not _shows(answer, secret), f"{door} shows it beside its 404"
    for door in lists:
        answer = insider.get(door)
        assert answer.status_code == OK and _shows(answer, secret), f"{door} hides it from those inside"
        answer = outsider.get(door)
        assert answer.status_code == OK, f"{door} answers {answer.status_code} to those outside"
        assert not _shows(answer, secret, asked=door), f"{door} shows it to those outside"
    for door in (*pages, *lists):
        answer = stranger.get(door)
        assert answer.status_code in CLOSED and not _shows(answer, secret), f"{door} is open to the anonymous"


def _shows(answer: Any, secret: str, asked: str = "") -> bool:
    """Whether the answer holds the secret; a search page that repeats the question does not count."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = body.decode("utf-8", errors="replace")
    if secret in asked or quote(secret) in asked:
        # The value of the search field, the words "nothing called …", the address of the page itself.
        for repeat in (f'value="{secret}"', f"“{secret}”", f"?q={secret}", f"?q={quote(secret)}"):
            text = text.replace(repeat, "")
    return any(form in text for form in (secret, escape(secret), json.dumps(secret)[1:-1], quote(secret)))
