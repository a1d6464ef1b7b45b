"""How often the API of people asks: see tests/office/query_counts.py."""

from typing import Any


def test_pages_ask_as_often_as_written(query_counts: Any, province: dict[str, Any]) -> None:
    from lantian.office.people.models import Unit

    def units(*names: str) -> list[Any]:
        return [Unit.objects.create(name=n, region=province["141002"], kind="department") for n in names]

    first, _second = units("区能源局", "区住建局")
    query_counts("people", {"api:unit": {"number": first.pk}}, lambda: units("区交通局", "区水务局"))
