"""Automatic screens of hourly data: what looks wrong, with the evidence for it.

```python
from lantian.ambient.screens import screen
from lantian.lake import Lake

report = screen(Lake.open("air"))
for suspicion in report.suspicions:
    print(suspicion.code, suspicion.text)
```

A screen changes nothing. A person decides, and `lantian.ambient.reviews` puts the decision into the lake.
"""

from lantian.ambient.screens.chart import chart_data
from lantian.ambient.screens.report import CODES, ScreenReport, Suspicion
from lantian.ambient.screens.screening import screen

__all__ = ["CODES", "ScreenReport", "Suspicion", "chart_data", "screen"]
