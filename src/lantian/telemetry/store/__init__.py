"""The line's store: packets made durable, their values read from the hot part and from Parquet alike.

```python
from lantian.telemetry.store import Arrival, Line

line = Line.open(Path("office"), create=True)
line.write([Arrival(mn, time, "31", "2061", qn, None, False, now, segment)])  # ["stored"], durable
line.values(places=[mn], cns=["2061"], since=date(2026, 11, 1))  # an Arrow table, `values.VALUES`
```
"""

from lantian.lake.hot import NotStored
from lantian.telemetry.store.arrival import Arrival, Outcome
from lantian.telemetry.store.compaction import Compacted
from lantian.telemetry.store.devices import Device, Devices, Sighting
from lantian.telemetry.store.exporting import export
from lantian.telemetry.store.line import Line
from lantian.telemetry.store.packets import Limits
from lantian.telemetry.store.refusals import Refusals, Refused
from lantian.telemetry.store.requests import Request, Requests
from lantian.telemetry.store.spreading import pack

__all__ = [
    "Arrival",
    "Compacted",
    "Device",
    "Devices",
    "Limits",
    "Line",
    "NotStored",
    "Outcome",
    "Refusals",
    "Refused",
    "Request",
    "Requests",
    "Sighting",
    "export",
    "pack",
]
