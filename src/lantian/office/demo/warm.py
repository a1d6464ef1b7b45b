"""Compute beforehand what the first pages show. A process of its own: see `build.py`.

    python -m lantian.office.demo.warm FOLDER

Pages are asked for as a visitor asks; what they compute is kept in the data folder for the server.
"""

from __future__ import annotations

import html
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lantian.office import setup

VISITS = {"": ("/",), "admin": ("/board/",), "linfen": ("/board/",), "hongtong": ("/board/",)}
# A panel that fetches its own content once the page is there.
PANEL = re.compile(r'class="lt-panel-body"[^>]*\bhx-get="([^"]+)"')


def warm(data: Path, say: Callable[[str], None] = print) -> int:
    """Visit the portal and some boards, panels included; returns how many pages failed."""
    setup.start(data)
    from django.test import Client

    from lantian.office.people.models import User

    began, seen, failed = time.perf_counter(), 0, 0
    for name, addresses in VISITS.items():
        client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        if name:
            client.force_login(User.objects.get(username=name))
        for address in addresses:
            page = client.get(address)
            panels = [html.unescape(found) for found in PANEL.findall(page.content.decode())]
            answers = [page, *(client.get(panel) for panel in panels)]
            seen += len(answers)
            failed += sum(answer.status_code >= 400 for answer in answers)
        client.logout()
    say(f"  {f'evaluating what {seen} first pages and panels show':<58}{time.perf_counter() - began:6.1f} s")
    return failed


if __name__ == "__main__":
    sys.exit(1 if warm(Path(sys.argv[1])) else 0)
