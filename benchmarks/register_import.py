"""How long 50,000 non-road machines take from a workbook into the register, and how much memory.

    python benchmarks/register_import.py [--rows 50000] [--database sqlite|postgresql] [--sample 1000]

An office with a city of 17 counties and 2,000 enterprises; a workbook of 50,000 machines with the template's
headings, seven of ten owned by an enterprise that is named by its name. Three processes as the office starts
them: the upload is read and judged row by row, all or nothing is confirmed and written with a row of the log
each, then the same file is read again (every row is compared with what is held). Wall time and the largest
resident memory of each are those of the whole process, starting included. Then every record that was written
is changed by an edited export.

The peer in the same office: openpyxl reads the workbook (where it is installed), and its first rows are
judged and added one by one through the form's own door, in one transaction; the rest is scaled.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from measured import Run, run
from task_list import Server

WANTED_SECONDS, WANTED_MB = 60, 500
COUNTIES, FIRMS = 17, 2_000
REGISTER = "machines"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--sample", type=int, default=1_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--step", help="used by the script itself")
    asked = parser.parse_args()
    if asked.step:
        print(json.dumps(STEPS[asked.step](asked)))
        return
    print(f"{date.today()}, {asked.rows} machines, {os.cpu_count()} cores, Python {sys.version.split()[0]}")  # noqa: DTZ011
    said = {}
    for database in asked.database or ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory(prefix="lantian-import-") as folder:
            said[database] = measure(database, Path(folder), asked)
    print(json.dumps(said))
    for one in said.values():
        if one["seconds"] > WANTED_SECONDS or one["peak_mb"] > WANTED_MB:
            raise SystemExit(f"more than {WANTED_SECONDS} s or {WANTED_MB} MB")


def measure(database: str, folder: Path, asked: Any) -> dict[str, Any]:
    """Every step in a process of its own."""
    os.environ["LANTIAN_DATA"] = str(folder / "office")
    os.environ["DJANGO_SETTINGS_MODULE"] = "lantian.office.settings"
    os.environ.pop("DATABASE_URL", None)
    server = Server(folder) if database == "postgresql" else None
    if server is not None:
        os.environ["DATABASE_URL"] = server.start()
    try:

        def step(name: str) -> Run:
            return run("register_import.py", "--step", name, "--rows", str(asked.rows), "--sample",
                       str(asked.sample))  # fmt: skip

        size = step("build").said["mb"]
        print(f"\n{database}: a workbook of {size} MB")
        print(f"{'step':<44}{'s':>8}{'cpu s':>8}{'MB':>8}")
        steps = {name: step(name) for name in ("read", "write", "again", "edit", "change", "peer")}
    finally:
        if server is not None:
            server.stop()
    for name, words in WORDS.items():
        one = steps[name]
        print(f"{words:<44}{one.wall:8.1f}{one.cpu:8.1f}{one.peak_mb:8.0f}   {json.dumps(one.said)}")
    seconds = steps["read"].wall + steps["write"].wall
    peak = max(one.peak_mb for name, one in steps.items() if name != "peer")
    # By processor time: the steps stand minutes apart, and others may want the cores meanwhile.
    ratio = steps["peer"].said["scaled_cpu_s"] / (steps["read"].cpu + steps["write"].cpu)
    busy = steps["read"].cpu + steps["write"].cpu
    print(
        f"{'from upload to written':<44}{seconds:8.1f}{busy:8.1f}{peak:8.0f}   "
        f"one by one: {ratio:.1f} times the processor time; {os.getloadavg()[0]:.1f} ran"
    )
    return {
        "seconds": round(seconds, 1), "cpu_s": round(busy, 1), "peak_mb": round(peak),
        "peer_over_ours": round(ratio, 1),
    }  # fmt: skip


WORDS = {
    "read": "read and judged",
    "write": "written, all or nothing",
    "again": "the same file once more: nothing to do",
    "edit": "exported, edited, read again",
    "change": "every record changed",
    "peer": "one by one (a sample)",
}


# --- inside the office
# -----------------------------------------------------------------------------------------------


def office() -> None:
    import django

    Path(os.environ["LANTIAN_DATA"]).mkdir(parents=True, exist_ok=True)
    django.setup()


def build(asked: Any) -> dict[str, Any]:
    """The office, and the workbook."""
    office()
    from django.conf import settings
    from django.core.management import call_command

    class FromModels:
        """Tables as the models are now, in one step."""

        def __contains__(self, _app: str) -> bool:
            return True

        def __getitem__(self, _app: str) -> None:
            return None

    settings.MIGRATION_MODULES = FromModels()
    call_command("migrate", run_syncdb=True, verbosity=0)
    from xlsxwriter import Workbook

    from lantian.office.people.models import User
    from lantian.office.regions.models import Region
    from lantian.office.registers import actions
    from lantian.office.registers.declaring.base import ledger
    from lantian.office.registers.names import with_check_digit
    from lantian.office.registers.reader import Reader
    from lantian.office.registers.sheets.columns import columns_of

    province = Region.objects.create(code="140000", name="山西省", short="山西", level="province")
    city = Region.objects.create(code="141000", name="临汾市", short="临汾", level="city", parent=province)
    for n in range(COUNTIES):
        Region.objects.create(code=f"1410{n + 2:02d}", name=f"第{n}县", level="county", parent=city)
    User.objects.create(username="officer", region=city, role="dispatcher")
    from django.db import transaction

    firms = ledger("enterprises")
    reader = Reader(firms, None)
    with transaction.atomic():
        rows = [
            reader.read(
                {
                    "name": f"临汾示例第{n}建筑有限公司", "industry": "其他", "region": f"第{n % COUNTIES}县",
                    "credit_code": with_check_digit(f"9114100{n:010d}"),
                }
            ).row
            for n in range(FIRMS)
        ]  # fmt: skip
        actions.add_all(None, rows)
    dice = random.Random(5)  # noqa: S311 - the same workbook every time
    columns = columns_of(ledger(REGISTER))
    book = Workbook(workbook(), {"constant_memory": True})
    sheet, look = book.add_worksheet("机械"), book.add_format({"num_format": "yyyy-mm-dd"})
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.heading)
    kinds = {name: ledger(REGISTER).by_name[name].words.labels for name in ("kind", "fuel")}
    for n in range(asked.rows):
        owned = dice.random() < 0.7
        cells = {
            "region": "" if owned else f"第{n % COUNTIES}县",
            "registration": f"晋L{n:05d}", "kind": str(dice.choice(kinds["kind"])),
            "stage": dice.choice(["国一", "国二", "国三", "国四"]), "fuel": "柴油",
            "power": dice.randrange(10, 400), "maker": "示例机械厂", "serial": f"SN{n:012d}",
            "engine": f"F{n:09d}", "made_on": date(2010, 1, 1) + timedelta(days=dice.randrange(4000)),
            "enterprise": f"临汾示例第{dice.randrange(FIRMS)}建筑有限公司" if owned else "",
            "owner_name": "" if owned else "个人", "label_photo": "是",
            "remote": dice.choice(["是", "否", ""]),
            "status": "在用", "place": f"第{n}号工地", "note": "",
        }  # fmt: skip
        for place, column in enumerate(columns):
            value = cells.get(column.name, "")
            if isinstance(value, date):
                sheet.write_datetime(n + 1, place, value, look)
            elif value != "":
                sheet.write(n + 1, place, value)
    book.close()
    return {"mb": round(Path(workbook()).stat().st_size / 1e6, 1)}


def workbook() -> str:
    return str(Path(os.environ["LANTIAN_DATA"]) / "machines.xlsx")


def read(_asked: Any) -> dict[str, Any]:
    """As the worker does: the file is taken in, read and judged."""
    return _read(workbook())


def _read(file: str) -> dict[str, Any]:
    office()
    from lantian.office.people.models import User
    from lantian.office.registers.sheets import runs

    started = time.perf_counter()
    one = runs.upload(User.objects.get(username="officer"), REGISTER, "a.xlsx", Path(file).read_bytes())
    runs.work(one)
    if one.state != "ready":
        raise SystemExit(str(one.problem))
    return {"s": round(time.perf_counter() - started, 1), **{k: v for k, v in one.counts.items() if v}}


def write(_asked: Any) -> dict[str, Any]:
    """The last upload is confirmed and written as a whole."""
    office()
    from lantian.office.registers.sheets import runs
    from lantian.office.registers.sheets.models import ImportRun

    started = time.perf_counter()
    one = ImportRun.objects.select_related("owner").first()
    runs.confirm(one, "all", False)
    runs.work(one)
    spent = time.perf_counter() - started
    if one.state != "done":
        raise SystemExit(f"{one.state} {one.problem}")
    return {"s": round(spent, 1), "written": one.counts["add"] + one.counts["change"]}


def edit(_asked: Any) -> dict[str, Any]:
    """An export whose every row says something new is read again."""
    office()
    from lantian.office.people.models import User
    from lantian.office.registers import rules
    from lantian.office.registers.declaring.base import ledger
    from lantian.office.registers.sheets import export

    started = time.perf_counter()
    person, target = User.objects.get(username="officer"), Path(workbook()).with_name("edited.xlsx")
    rows = rules.records(ledger(REGISTER), person).order_by("pk")
    cell = export.Naming.cell

    def changed(self: Any, column: Any, row: Any) -> Any:
        return "换了备注" if column.name == "note" else cell(self, column, row)

    export.Naming.cell = changed  # type: ignore[method-assign]
    export.write_xlsx(target, ledger(REGISTER), person, rows)
    exported = round(time.perf_counter() - started, 1)
    return {"export_s": exported, **_read(str(target))}


def peer(asked: Any) -> dict[str, Any]:
    """The usual way: openpyxl, and each row through the door of the form."""
    office()
    from django.db import transaction

    from lantian.office.people.actions import verify_chain
    from lantian.office.people.models import User
    from lantian.office.registers import actions
    from lantian.office.registers.declaring.base import ledger
    from lantian.office.registers.reader import Reader
    from lantian.office.registers.sheets.columns import columns_of

    if verify_chain():
        raise SystemExit("the log is broken")
    person, one = User.objects.get(username="officer"), ledger(REGISTER)
    columns = [column.name for column in columns_of(one)]
    started, worked = time.perf_counter(), time.process_time()
    try:
        from openpyxl import load_workbook

        rows = [list(cells) for cells in load_workbook(workbook(), read_only=True).active.values][1:]
        by = "openpyxl"
    except ImportError:
        from python_calamine import CalamineWorkbook

        rows = CalamineWorkbook.from_path(workbook()).get_sheet_by_index(0).to_python()[1:]
        by = "calamine, openpyxl is not installed"
    opened, open_cpu = time.perf_counter() - started, time.process_time() - worked
    reader = Reader(one, person)
    started = time.perf_counter()
    worked = time.process_time()
    with transaction.atomic():
        for cells in rows[: asked.sample]:
            raw = dict(zip(columns, cells, strict=False)) | {"registration": f"P{cells[1]}"}
            if not raw["region"]:
                del raw["region"]
            actions.add(person, reader.read(raw), confirmed=True)
        spent = time.perf_counter() - started
        busy = time.process_time() - worked
        transaction.set_rollback(True)
    scale = len(rows) / asked.sample
    return {
        "open_s": round(opened, 1), "sample_s": round(spent, 1), "scaled_s": round(opened + spent * scale),
        "scaled_cpu_s": round(open_cpu + busy * scale), "by": by,
    }  # fmt: skip


STEPS = {
    "build": build,
    "read": read,
    "write": write,
    "again": read,
    "edit": edit,
    "change": write,
    "peer": peer,
}

if __name__ == "__main__":
    main()
