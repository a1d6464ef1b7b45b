"""How long reading plans takes, beside two plainer passes over the same files.

    .venv/bin/python benchmarks/read_plans.py [FOLDER or FILES]

Without arguments the five seeds of ../shared. Beside ours: opening the file and nothing else, and the pass of
a script of an afternoon, which splits the text at numbers and searches every paragraph for brackets of units,
dates and numbers with regular expressions. The pass finds no roles, places, lines joined or targets: the
ratio says what the reading costs over looking for marks. Every figure is the best of five, one process.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"
ROUNDS = 5
_ITEM = re.compile(
    r"^\s*(?:\d{1,2}[.、．]|[（(][一二三四五六七八九十]+[)）]|[一二三四五六七八九十]+、)", re.MULTILINE
)
_BRACKET = re.compile(r"[（(〔]([^（()）〔〕]{4,300}(?:负责|落实|牵头|配合|管委会|政府))[）)〕]")
_DATE = re.compile(r"(?:20\d\d年)?(?:\d{1,2}月底?|年底|采暖季)(?:前|起)?|20\d\d年")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:%|微克/立方米|户|家|万吨|蒸吨|天|位|个百分点)")
_UNIT = re.compile(r"[^、，；,;：:]+(?:局|厅|委|办|政府|管委会|公司|部门|单位)")


def plain(path: Path) -> int:
    """The afternoon's script: marks found, counted."""
    text = "".join(path.read_text("utf-8").replace(" ", ""))
    found = 0
    for paragraph in _ITEM.split(text):
        words = paragraph.replace("\n", "")
        for bracket in _BRACKET.findall(words):
            found += len(_UNIT.findall(bracket))
        found += len(_DATE.findall(words)) + len(_NUMBER.findall(words))
    return found


def opened(path: Path) -> int:
    """The words of the file, nothing read."""
    from lantian.planning.documents import read_document

    return len(read_document(path).text)


def ours(path: Path) -> int:
    """The whole reading: tasks, units, deadlines, targets, consequences, doubts."""
    from lantian.planning import read_plan

    plan = read_plan(path)
    return sum(len(task.responsible) + len(task.deadlines) for task in plan.tasks) + len(plan.targets)


def best(work: Callable[[Path], int], files: list[Path]) -> float:
    """Seconds for all files, the best of `ROUNDS` after one that warms up."""
    took = []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        for path in files:
            work(path)
        took.append(time.perf_counter() - started)
    return min(took[1:])


def main() -> None:
    """Print a line for each way of reading, and what each file takes."""
    given = [Path(name) for name in sys.argv[1:]] or [SEEDS]
    files = [f for path in given for f in (sorted(path.glob("*.txt")) if path.is_dir() else [path])]
    if not files:
        raise SystemExit("no plans: name a folder of .txt files")
    started = time.perf_counter()
    ours(files[0])
    print(f"{len(files)} plans; import and first plan {time.perf_counter() - started:.2f} s")
    figures = {
        "opened only": best(opened, files),
        "marks by regex": best(plain, files),
        "ours": best(ours, files),
    }
    for name, took in figures.items():
        print(f"{name:16} {took:7.3f} s   {figures['ours'] / took:6.1f} × is ours")
    for path in files:
        characters = len(path.read_text("utf-8"))
        print(f"  {path.stem:28} {best(ours, [path]) * 1000:6.0f} ms   {characters:6} characters")


if __name__ == "__main__":
    main()
