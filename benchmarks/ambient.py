"""A nation's year, from hours to the ranking: ours beside pandas, Polars and the bare scan of the same files.

    make bench NAME=ambient [ARGS='--stations 200 --skip-five-years']

Every run is a fresh process; its time is wall time with start and imports, its memory that of the process
tree. Ours keeps nothing from run to run but the days it writes as usual, and has AQI, validity, marks and
counts of days with the index. The table comes first; the last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import statistics
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import nation
from measured import Run, run

from lantian.ambient.derived import FOLDER

YEAR = 2025
FIRST = 2021
PEERS = {"bare scan (DuckDB)": "peer_scan.py", "pandas": "peer_pandas.py", "Polars": "peer_polars.py"}
OURS = "Lantian"


def main() -> None:
    """Build the nation, run everything, print."""
    asked = _arguments()
    folder = Path(tempfile.mkdtemp(prefix="lantian-bench-"))
    try:
        print(_machine())
        found = _one_year(folder, asked)
        found |= _updates(folder, asked)
        if not asked.skip_five_years:
            found |= _five_years(folder, asked, found["ours_s"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(found))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--stations", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=3, help="runs of ours and of the scan; the median counts")
    parser.add_argument("--skip-five-years", action="store_true")
    return parser.parse_args()


def _one_year(folder: Path, asked: argparse.Namespace) -> dict[str, float]:
    root = folder / "year"
    lake = nation.build(root, stations=asked.stations, years=range(YEAR, YEAR + 1))
    rows = sum(commit.rows for commit in lake.commits())
    years = (str(root), str(YEAR), str(YEAR))
    print(f"\n{asked.stations} stations, {rows:,} hourly rows of {YEAR}; wall time of a fresh process\n")
    print(f"{'':24}{'wall s':>8}{'cpu s':>8}{'peak MB':>9}{'/ scan':>8}  indices unlike ours")
    runs: dict[str, Run] = {}
    # One after the other, so that whatever else the machine does falls on all alike.
    series: dict[str, list[Run]] = {name: [] for name in (*PEERS, OURS)}
    for number in range(asked.runs):
        for name, script in PEERS.items():
            if number == 0 or script == "peer_scan.py":
                series[name].append(run(script, *years))
        shutil.rmtree(root / FOLDER, ignore_errors=True)
        series[OURS].append(run("ours.py", "year", *years))
    runs = {name: _median(own) for name, own in series.items()}
    kept = run("ours.py", "year", *years)
    scan, ours = runs["bare scan (DuckDB)"], runs[OURS]
    for name, own in [*runs.items(), (f"{OURS}, days kept", kept)]:
        figures = f"{own.wall:8.2f}{own.cpu:8.2f}{own.peak_mb:9.0f}{own.wall / scan.wall:8.1f}"
        print(f"{name:24}{figures}  {'' if own is scan else _unlike(own, ours)}")
    return {
        "ratio_to_scan": round(ours.wall / scan.wall, 2),
        "ratio_to_pandas": round(runs["pandas"].wall / ours.wall, 2),
        "ratio_to_polars": round(runs["Polars"].wall / ours.wall, 2),
        "peak_mb": round(max(own.peak_mb for own in series[OURS])),
        "ours_s": round(ours.wall, 2),
        "cpu_ratio_to_scan": round(ours.cpu / scan.cpu, 2),
    }


def _updates(folder: Path, asked: argparse.Namespace) -> dict[str, float]:
    """A year whose last three days are still to come."""
    root = folder / "growing"
    nation.build(root, stations=asked.stations, years=range(YEAR, YEAR + 1), without=3)
    said = run("ours.py", "updates", str(root), str(YEAR)).said
    shutil.rmtree(root / FOLDER)
    afresh = run("ours.py", "year", str(root), str(YEAR), str(YEAR)).said
    same = said["indices"] == afresh
    day, hour = statistics.median(said["one_day_s"]), statistics.median(said["one_hour_s"])
    print("\nin a process that has evaluated the year: append, and evaluate the year again; median of 3")
    print(f"{'a new national day':24}{day:8.2f}\n{'a corrected hour':24}{hour:8.2f}")
    print(f"afterwards the year equals one computed from nothing: {'yes' if same else 'NO'}")
    shutil.rmtree(root)
    return {"one_day_s": round(day, 2), "one_hour_s": round(hour, 2)}


def _five_years(folder: Path, asked: argparse.Namespace, one: float) -> dict[str, float]:
    root = folder / "year"
    nation.build(root, stations=asked.stations, years=range(FIRST, YEAR))
    shutil.rmtree(root / FOLDER, ignore_errors=True)
    five = run("ours.py", "year", str(root), str(FIRST), str(YEAR))
    print(f"\n{'five years, nothing kept':24}{five.wall:8.2f}{five.cpu:8.2f}{five.peak_mb:9.0f}\n")
    return {"five_year_ratio": round(five.wall / one, 2), "five_year_peak_mb": round(five.peak_mb)}


def _unlike(own: Run, ours: Run) -> str:
    differ = sum(own.said.get(city) != index for city, index in ours.said.items())
    return f"{differ} of {len(ours.said)}"


def _median(runs: list[Run]) -> Run:
    return sorted(runs, key=lambda own: own.wall)[len(runs) // 2]


def _machine() -> str:
    info = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in info if line.startswith("model name")), "?")
    cores = sum(line.startswith("processor") for line in info)
    versions = ", ".join(
        f"{name} {version(name)}" for name in ("duckdb", "polars", "pandas", "pyarrow", "narwhals")
    )
    now = datetime.now(UTC)
    return f"{now:%Y-%m-%d}, {model}, {cores} cores, Python {platform.python_version()}, {versions}"


if __name__ == "__main__":
    main()
