"""Where observations live: append, correct, read as of any earlier version.

```python
from lantian.lake import Lake, arrow

lake = Lake.open("air")
hours = lake.read("ambient_city_hour", since=date(2019, 6, 1), until=date(2019, 6, 30))
frame = narwhals.from_native(hours)  # a lazy frame
table = arrow(hours)  # an Arrow table
```

A lake is a folder of immutable Parquet files and a log of numbered commits. Kinds and columns are declared
in `lantian.lake.kinds`; values are whole thousandths of the published unit, null where missing at the
source; the stamp of an hourly value is the end of its hour, UTC. `docs/lake.md` has the format.
"""

from lantian.lake.engine import arrow
from lantian.lake.history import AlreadyTakenError
from lantian.lake.kinds import KINDS, THOUSANDTHS, Column, Kind, kind_of
from lantian.lake.log import Commit
from lantian.lake.store import Lake, Place

__all__ = [
    "KINDS",
    "THOUSANDTHS",
    "AlreadyTakenError",
    "Column",
    "Commit",
    "Kind",
    "Lake",
    "Place",
    "arrow",
    "kind_of",
]
