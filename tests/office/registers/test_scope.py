"""Asking by keys instead of joins sees exactly what the plain question sees."""

from __future__ import annotations

from typing import Any

import pytest

from lantian.office.people.models import Unit
from lantian.office.registers.declaring.base import ledger

pytestmark = pytest.mark.django_db


def test_scope_by_key_is_the_scope_of_the_plain_question(
    person: Any, keep: Any, province: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau = Unit.objects.create(name="尧都分局", region=province["141002"])
    own = Unit.objects.create(name="模拟铸造", region=province["141024"], kind="enterprise")
    firms = {
        code: keep("enterprises", name=f"{code}（模拟）", industry="铸造", region=code)
        for code in ("141002", "141024", "140105")
    }
    enterprises = ledger("enterprises").model
    enterprises.objects.filter(pk=firms["141024"].pk).update(account=own)
    for code, firm in firms.items():
        for number in "12":
            keep("boilers", enterprise=f"#{firm.pk}", number=f"{code}-{number}", fuel="电", capacity="1",
                 unit=str(bureau.pk) if (code, number) == ("140105", "1") else "")  # fmt: skip
    people = {
        "province": person("p", "140000"),
        "city": person("c", "141000"),
        "county": person("y", "141002"),
        "with a unit": person("u", "141002", unit=bureau),
        "a firm's": person("f", "141024", unit=own),
        "without a region": person("n"),
        "gone": person("g", "141002", is_active=False),
        "chief": person("s", None, is_superuser=True),
    }
    expected = {
        "province": 6, "city": 4, "county": 2, "with a unit": 3, "a firm's": 2, "without a region": 0,
        "gone": 0, "chief": 6,
    }  # fmt: skip

    def seen(model: Any) -> dict[str, set[int]]:
        return {name: set(model.objects.visible_to(one).values_list("pk", flat=True))
                for name, one in people.items()}  # fmt: skip

    for model in (ledger("boilers").model, enterprises):
        by_key = seen(model)
        monkeypatch.setattr(model, "scope_by_key", False)
        assert by_key == seen(model)
        if model is not enterprises:
            assert {name: len(rows) for name, rows in by_key.items()} == expected
