"""Write the back-test that the office shows at /outlook/quality/: what the command of docs/outlook.md prints.

python tools/outlook_quality.py            runs the back-test (some minutes) and writes the file
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data"
DATA = (
    SHARED / "city_daily_aqistudy" / "daily_201312_201701.parquet",
    SHARED / "beijing_multisite_hourly" / "beijing_9stations_201303_201702.parquet",
)
FILE = ROOT / "src" / "lantian" / "office" / "outlook" / "data" / "backtest.json"


def main() -> None:
    """Run the command and keep what it prints."""
    options = [option for file in DATA for option in ("--data", str(file))]
    command = [sys.executable, "-m", "lantian", "outlook", "backtest", "--halves", *options]
    # The command is this interpreter and our own module: nothing of it comes from outside.
    found = subprocess.run(  # noqa: S603
        [*command, "--regime", "gb3095-2012", "--format", "json"], check=True, stdout=subprocess.PIPE
    )
    FILE.parent.mkdir(exist_ok=True)
    text = json.dumps(json.loads(found.stdout), ensure_ascii=False, indent=1)
    FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
