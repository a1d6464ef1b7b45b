"""The tiles' counts, added up from one question, are those the database gives one by one."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.http import QueryDict

from lantian.office.registers.declaring.base import ledger
from lantian.office.registers.listing.asking import ask
from lantian.office.registers.listing.tally import Tally
from lantian.office.registers.listing.together import numbers

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", ["140000", "141000", "141002", "141024"])
def test_every_combination(boilers: Any, person: Any, code: str) -> None:
    user, one = person("analyst", code), ledger("boilers")
    tally = Tally(one, ask(one, {}, user).around)
    for states, late, gaps in product(
        ((), ("in_use",), ("in_use", "dismantled")), (False, True), (False, True)
    ):
        query = "&".join([*(f"status={state}" for state in states), f"late={late:d}", f"incomplete={gaps:d}"])
        asked = ask(one, QueryDict(query), user)
        wanted = frozenset(states) or None
        assert tally.count(wanted, late=late, incomplete=gaps) == tally.found(asked) == asked.rows.count(), (
            query
        )


def test_the_overview_agrees_with_the_lists(boilers: Any, person: Any, province: dict[str, Any]) -> None:
    user = person("analyst", "140000")
    for region in (None, province["141002"], province["141024"]):
        counted = numbers(user, region)
        for code in ("boilers", "enterprises"):
            one, at = ledger(code), f"region={region.code}&" if region else ""
            found = [
                ask(one, QueryDict(at + query), user).rows.count() for query in ("", "late=1", "incomplete=1")
            ]
            have = counted.get(code)
            assert ([have.all, have.late, have.incomplete] if have else [0, 0, 0]) == found
