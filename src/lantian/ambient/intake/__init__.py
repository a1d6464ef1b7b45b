"""The door for ambient observations: files of many layouts become rows of a lake.

```python
from lantian.ambient.intake import import_ambient
from lantian.lake import Lake

report = import_ambient(["china_cities_20190604.csv.gz"], Lake.open("air", create=True))
print("\\n".join(report.lines()))
```
"""

from lantian.ambient.intake.importing import import_ambient
from lantian.ambient.intake.layouts import LAYOUTS, Layout
from lantian.ambient.intake.report import FileReport, ImportReport

__all__ = ["LAYOUTS", "FileReport", "ImportReport", "Layout", "import_ambient"]
