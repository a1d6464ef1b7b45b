"""Rows like the example of a declaration: for the demonstration, benchmarks, tests; the same by seed.

Quantities, choices, flags and days are varied; a row the register would refuse, or ask about, is not made.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import models

from lantian.office.frame import clock
from lantian.office.registers.declaring.fields import Choice, Day, Flag, LifeCycle, Quantity, Text
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.names import is_credit_code, with_check_digit
from lantian.office.registers.reader import Reader

DIGITS = re.compile(r"\d+(?!.*\d)")
VARIED = 0.5  # of the values that may differ, how many do
LinkedTo = Callable[[type[models.Model], random.Random], Any]


def samples(
    ledger: Ledger, number: int, places: Mapping[str, Any], linked: LinkedTo, *, seed: int = 1
) -> Iterator[Any]:
    """Unsaved records of a register, each with its own key.

    Parameters
    ----------
    ledger
        a register with an example
    number
        how many at most: one whose key is there already is left out
    places
        regions they lie in, by code; an enterprise's record lies where the enterprise lies
    linked
        gives a record of a model to point to, or None where there is none
    seed
        the same seed gives the same records
    """
    rng = random.Random(f"{ledger.code}{seed}")  # noqa: S311  simulated rows, not secrets
    reader, codes = Reader(ledger, None), sorted(places)
    taken: set[str] = set()
    for n in range(1, number + 1):
        fixed: dict[str, Any] = {} if ledger.owner else {"region": places[rng.choice(codes)]}
        for field in ledger.links:
            if field.required or field.key or field is ledger.owner:
                fixed[field.name] = linked(field.related_model, rng)
        if ledger.owner and fixed.get("enterprise") is None:
            fixed["region"] = places[rng.choice(codes)]
        keys = {field.name: numbered(ledger.model.example.get(field.name, ""), n, field)
                for field in ledger.key if isinstance(field, Text)}  # fmt: skip
        base = {**ledger.model.example, **fixed, **keys}
        for said in (
            {**base, **_soon(ledger, rng), **_varied(ledger, rng)},
            {**base, **_soon(ledger, rng)},
            base,
        ):
            read = reader.read(said)
            if read.good:
                break
        if not read.good:
            continue
        read.row.fold_in()
        if read.row.key_text not in taken:
            taken.add(read.row.key_text)
            yield read.row


def numbered(text: str, n: int, field: Text) -> str:
    """The example's key with another number: its last digits replaced, as wide as they were."""
    if is_credit_code(text):
        return with_check_digit(f"{text[:11]}{n:06d}")
    found = DIGITS.search(text)
    if found is None:
        return f"{text}{n}"[: field.max_length]
    width = len(found[0])
    return f"{text[: found.start()]}{n % 10 ** max(width, 5):0{width}d}{text[found.end() :]}"[
        -field.max_length :
    ]


def _soon(ledger: Ledger, rng: random.Random) -> dict[str, Any]:
    """A day around today on which the record is due: most lie ahead."""
    if ledger.due is None or "due" not in ledger.model.example:
        return {}
    return {"due": clock.today() + timedelta(days=rng.randint(-60, 300))}


def _varied(ledger: Ledger, rng: random.Random) -> dict[str, Any]:
    """Other values for some of the fields the example fills."""
    changed: dict[str, Any] = {}
    for field in ledger.fields:
        given = ledger.model.example.get(field.name)
        if (
            field.key
            or field is ledger.due
            or rng.random() > VARIED
            or (given is None and not isinstance(field, (LifeCycle, Flag)))
        ):
            continue
        if isinstance(field, Choice):
            changed[field.name] = rng.choice(field.words.values)
        elif isinstance(field, Flag):
            changed[field.name] = rng.choice((True, True, False))
        elif isinstance(field, Day):
            shifted = clock.today() + timedelta(days=rng.randint(-400, 0 if field.past else 300))
            changed[field.name] = shifted
        elif isinstance(field, Quantity) and field.name not in {"lon", "lat"}:
            value = field.value_of(given) * Decimal(rng.randint(40, 180)) / 100
            changed[field.name] = round(value, field.decimal_places) if field.decimal_places else int(value)
    return changed
