"""On-board data of heavy vehicles: frames, their values, what is wrong with them.

```python
framer = Framer()
for frame in framer.feed(data):
    if frame.kind == "packet":
        told = decode(frame.raw)
```

Rule: GB 17691-2018 annex Q, HJ 1239.1 to .3-2021; layout and codes are rules
(`telemetry.vehicles`, unverified).
"""

from lantian.telemetry.vehicles.checks import Second, VehicleLead, check, seconds
from lantian.telemetry.vehicles.frame import (
    BlockOf,
    Fault,
    Reading,
    VehicleFrame,
    decode,
    encode,
)
from lantian.telemetry.vehicles.framing import Frame, Framer, checksum
from lantian.telemetry.vehicles.layout import Layout, layout
from lantian.telemetry.vehicles.rows import history, rows

__all__ = [
    "BlockOf",
    "Fault",
    "Frame",
    "Framer",
    "Layout",
    "Reading",
    "Second",
    "VehicleFrame",
    "VehicleLead",
    "check",
    "checksum",
    "decode",
    "encode",
    "history",
    "layout",
    "rows",
    "seconds",
]
