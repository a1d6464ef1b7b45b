"""How many SQL queries each page asks: counted, and held against `query_counts.yaml`.

Every app has `tests/office/<app>/test_query_counts.py`, which fills a small office and names what its
addresses need:

    def test_pages_ask_as_often_as_written(query_counts, draft, make_round):
        query_counts(
            "dispatch",
            {
                "dispatch:round": {"pk": draft.pk},                      # parameters of the address
                "dispatch:rounds": {"?": "state=open"},                  # a question after it
                "dispatch:sheet": "made by the round page; counted there",   # why it is not counted
            },
            grow=lambda: make_round(),        # more rows: no page may ask more often for them
        )

What answers only to POST needs nothing; `code` is the asker's own region unless it is said otherwise. A page
is asked as the dispatcher and the analyst of 141000 and as the county officer of 141002, the second time each
(what is kept after the first is kept in life, too), and must open to one of them. After a change that is
meant:

    pytest tests/office/<app>/test_query_counts.py --update-query-counts
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

FILE = Path(__file__).parent / "query_counts.yaml"
HEAD = (
    "# SQL queries a page: address, who asks, how often. Written by pytest --update-query-counts, see\n"
    "# query_counts.py. A text in place of a number says why the page is not counted.\n"
)
ROLES = (("dispatcher", "141000"), ("analyst", "141000"), ("county_officer", "141002"))
NO_GET = 405
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# The door, the assets and the documentation of the API: no page of the office.
OUTSIDE = {"set_language", "sign-in", "sign-out", "api:api-root", "api:openapi-view", "api:openapi-json", ""}


def routes_of(app: str) -> dict[str, str]:
    """View name to route of an app's pages and API; `frame` has what no app claims."""
    found = {}
    for name, route, owner in _walk(get_resolver().url_patterns):
        if owner == app and name not in OUTSIDE:
            found[name] = f"/{route}".replace("^", "").replace("$", "").replace("\\", "")
    return found


def check(  # the test's whole story, told once
    app: str,
    addresses: Mapping[str, Mapping[str, Any] | str],
    grow: Callable[[], Any] | None,
    people: Mapping[str, Any],
    update: bool,
) -> None:
    """Count every page of the app, hold it against the file, let the office grow and count again."""
    told = f"tests/office/{app}/test_query_counts.py"
    routes = routes_of(app)
    unknown = sorted(set(addresses) - set(routes))
    assert not unknown, f"{told} names addresses that are not there: {', '.join(unknown)}"
    clients = {}
    for role, person in people.items():
        clients[role] = Client()
        clients[role].force_login(person)
    section: dict[str, Any] = {}
    doors: dict[str, dict[str, str]] = {}
    for name, route in sorted(routes.items(), key=lambda pair: pair[1]):
        said = addresses.get(name, {})
        if isinstance(said, str):
            section[route] = said
            continue
        asked = {role: _address(name, route, said, role) for role in clients}
        gets = [_answers_get(client, name, asked[role], told) for role, client in clients.items()]
        if all(gets):
            doors[route] = asked
            section[route] = {role: _count(client, asked[role]) for role, client in clients.items()}
            opens = any(isinstance(count, int) for count in section[route].values())
            assert opens, f"{told}: {asked} opens to nobody: {section[route]}; name what its address needs"
    whole = yaml.safe_load(FILE.read_text(encoding="utf-8")) or {} if FILE.exists() else {}
    if update:
        whole[app] = section
        text = yaml.safe_dump(dict(sorted(whole.items())), allow_unicode=True, width=110)
        FILE.write_text(HEAD + text, encoding="utf-8")
    else:
        wrong = list(_differences(whole.get(app) or {}, section))
        remedy = f"If it is meant: pytest {told} --update-query-counts"
        assert not wrong, "\n".join([f"query counts of {app}:", *wrong, remedy])
    if grow is not None:
        grow()
        more = {
            route: {role: _count(client, asked[role]) for role, client in clients.items()}
            for route, asked in doors.items()
        }
        grown = list(_differences({route: section[route] for route in doors}, more))
        remedy = "A query a row: select_related, prefetch_related or one question for the whole page."
        assert not grown, "\n".join([f"{app} asks more often when the office grows:", *grown, remedy])


def _address(name: str, route: str, said: Mapping[str, Any], role: str) -> str:
    """Where this role asks; what nobody named stays in angle brackets."""
    given = {"code": dict(ROLES)[role], **said}
    if "(?P" in route:
        address = reverse(name, kwargs={key: given.get(key, 1) for key in re.findall(r"\?P<(\w+)>", route)})
    else:
        address = PARAMETER.sub(lambda found: str(given.get(found[1], found[0])), route)
    return f"{address}?{said['?']}" if "?" in said else address


def _answers_get(client: Client, name: str, address: str, told: str) -> bool:
    """Whether a page answers to GET; asked once here, so that what is kept in life is kept when counted."""
    missing = PARAMETER.findall(address)
    asked = PARAMETER.sub("1", address)
    gets = _ask(client, asked) != NO_GET
    assert not (gets and missing), f'{told} must name the parameters of "{name}": {", ".join(missing)}'
    return gets


def _count(client: Client, address: str) -> int | str:
    with CaptureQueriesContext(connection) as captured:
        status = _ask(client, address)
    return len(captured) if status in (200, 302) else f"answers {status}"


def _ask(client: Client, address: str) -> int:
    """Ask and read to the end, which closes what a download had open."""
    answer = client.get(address)
    if answer.streaming:
        for _part in answer.streaming_content:
            pass
    return int(answer.status_code)


def _differences(written: Mapping[str, Any], counted: Mapping[str, Any]) -> Iterator[str]:
    for route in sorted({*written, *counted}):
        old, new = written.get(route), counted.get(route)
        if route not in written:
            yield f"  {route}: not in {FILE.name}; counted {new}"
        elif route not in counted:
            yield f"  {route}: in {FILE.name}, but no page of the office any more"
        elif old != new:
            yield f"  {route}: {old} before, {new} now"


def _walk(patterns: Any, before: str = "", space: str = "") -> Iterator[tuple[str, str, str]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            if not route.startswith("admin/"):
                inner = f"{space}:{pattern.namespace}" if space else pattern.namespace
                yield from _walk(pattern.url_patterns, route, inner if pattern.namespace else space)
            continue
        name = f"{space}:{pattern.name}" if space else (pattern.name or "")
        yield name, route, _owner(pattern, space)


def _owner(pattern: Any, space: str) -> str:
    """The app whose page it is: that of its namespace, or of the module an operation of the API stands in."""
    if space in settings.OFFICE_APPS:
        return space
    view = pattern.callback
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    module = getattr(getattr(view, "view_class", view), "__module__", "")
    if module.startswith("ninja"):
        paths = [c.cell_contents for c in (getattr(view, "__closure__", None) or ())]
        operations = [op for path in paths for op in getattr(path, "operations", [])]
        module = operations[0].view_func.__module__ if operations else ""
    parts = module.split(".")
    owner = parts[2] if parts[:2] == ["lantian", "office"] and len(parts) > 2 else ""
    return owner if owner in settings.OFFICE_APPS else "frame"
