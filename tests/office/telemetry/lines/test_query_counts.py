"""Each page of the line asks as often as is written in query_counts.yaml, however much there is."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any


def _alarms(works: Any) -> Any:
    """Alarms, totals and leads with their addresses; pytest's importlib mode puts no folder on the path."""
    file = Path(__file__).parents[1] / "alarms" / "addresses.py"
    spec = importlib.util.spec_from_file_location("telemetry_addresses", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Alarms(works)


def test_pages_ask_as_often_as_written(
    query_counts: Any, works: Any, keep: Any, office: Any, declared: Any
) -> None:
    names = iter("乙丙丁戊己庚辛壬癸")
    row = declared()
    gate = keep("gate_systems", enterprise=row.device.enterprise)
    with office.on():
        things = _alarms(works)

    def grow() -> None:
        more = works(f"{next(names)}铸造有限公司")
        office.tell(more, 0, [40.0] * 24)
        with office.on():
            things.make()
            office.run()

    office.tell(row.device, 0, [40.0] * 24)
    with office.on():
        office.run()
        device = {"pk": row.device.pk}
        hour = {**device, "factor": "a21002", "stamp": "2026030202"}
        query_counts(
            "telemetry",
            {
                **things.addresses,
                "telemetry:stack": device,
                "telemetry:stack-xlsx": device,
                "telemetry:hour": hour,
                "telemetry:minutes": hour,
                "telemetry:device": device,
                "telemetry:packets": device,
                "telemetry:declaration": {"pk": row.pk},
                "telemetry:file": {"pk": row.files.get().pk},
                "telemetry:gate": {"pk": gate.pk},
                "telemetry:gate-xlsx": {"pk": gate.pk},
                "telemetry:gate-key": "a write: it makes a key",
                "telemetry:gate-key-revoke": "a write: it takes a key back",
                "api:api_hours": device,
                "api:api_declaration": {"pk": row.pk},
            },
            grow=grow,
        )
