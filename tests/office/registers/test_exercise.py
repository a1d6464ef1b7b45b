"""The ten-minute exercise of docs/add-a-register.md, done as it is written, on a copy of the source."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "add-a-register.md"
WALK = """
import io, json
import django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lantian.office import indicators
from lantian.office.frame import clock
from lantian.office.indicators import Period, Subject
from lantian.office.people.models import User
from lantian.office.regions.models import Region
from lantian.office.registers import actions
from lantian.office.registers.declaring.base import ledger
from lantian.office.registers.reader import Reader

trucks, region = ledger("water_trucks"), Region.objects.get(code="141002")
read = Reader(trucks, None).read({**trucks.model.example, "region": "141002"})
assert read.good, (read.faults, read.questions)
row = actions.add(None, read)
assert row.complete, trucks.missing(row)
wrong = Reader(trucks, None).read({**trucks.model.example, "region": "141002", "tank": "12 L"})
assert [fault.code for fault in wrong.faults] == ["wrong_unit"]
user = User.objects.create(username="officer", region=region, role="county_officer")
browser = Client(headers={"host": "localhost"})
browser.force_login(user)
own = [f"{row.pk}/{end}" for end in ("", "history/", "edit/")]
pages = ("", "map/", "new/", "template.xlsx", "export.xlsx", *own)
for address in pages:
    answer = browser.get(f"/registers/water_trucks/{address}")
    assert answer.status_code == 200, (address, answer.status_code)
assert "晋L12345" in browser.get("/registers/water_trucks/").content.decode()
assert "晋L12345" in browser.get("/registers/search/?q=L123").content.decode()
assert browser.get("/api/registers/water_trucks").json()["count"] == 1
today = clock.today()
period = Period(today.replace(month=1, day=1), today)
assert indicators.ask("water_trucks_working", Subject(region=region), period).value == 1
assert indicators.ask("water_trucks_positioned", Subject(region=region), period).value == 100
print("done")
"""


@pytest.mark.slow
def test_the_exercise_of_the_page(tmp_path: Path) -> None:
    source = tmp_path / "src"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
    text = PAGE.read_text(encoding="utf-8")
    place, code = re.search(r"Save this as `([^`]+)`.*?```python\n(.*?)```", text, re.S).groups()  # type: ignore[union-attr]
    assert len(code.splitlines()) <= 60
    (tmp_path / place).write_text(code, encoding="utf-8")
    command = re.search(r"^python (-m django makemigrations .*)$", text, re.M)
    assert command is not None
    told = run(tmp_path, *command[1].split())
    assert "WaterTruck" in told
    run(
        tmp_path,
        "-c",
        "from lantian.cli import main; main()",
        "office",
        "init",
        "--data",
        str(tmp_path / "office"),
    )
    assert "done" in run(tmp_path, "-c", WALK)


def run(folder: Path, *arguments: str) -> str:
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"} | {
        "PYTHONPATH": str(folder / "src"),
        "LANTIAN_DATA": str(folder / "office"),
        "DJANGO_SETTINGS_MODULE": "lantian.office.settings",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
