"""The API, the workbooks, and a word for every code of the kernel."""

from __future__ import annotations

import ast
import inspect
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from lantian.ambient import measures as kernel_measures
from lantian.ambient.measures.species_table import CLASSES
from lantian.office.measures import words
from lantian.office.people.scope import region_root

SOURCE = Path(inspect.getfile(kernel_measures)).parent
HAN = re.compile(r"[\u4e00-\u9fff]")


def code_of_kernel() -> str:
    sheets = SOURCE.parents[1] / "sheets.py"
    return "\n".join(path.read_text(encoding="utf-8") for path in (*SOURCE.glob("*.py"), sheets))


def source(module: str) -> str:
    return (SOURCE / f"{module}.py").read_text(encoding="utf-8")


def test_every_refusal_has_its_words() -> None:
    text = code_of_kernel()
    listed: set[str] = set()
    place = {"refuse": 2, "WrongCellError": 0}
    for path in (*SOURCE.glob("*.py"), SOURCE.parents[1] / "sheets.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in place:
                code = node.args[place[node.func.id]]
                listed |= {code.value} if isinstance(code, ast.Constant) else set()
    for docstring in re.findall(r"Codes of refusals: ([a-z_,\s]+)", text):
        listed |= set(re.split(r"[,\s]+", docstring.split("\n\n")[0].strip()))
    assert {"empty", "unknown_place", "not_on_the_hour", "no_weighing"} <= listed
    missing = {code for code in listed if code and code not in words.REFUSALS}
    assert missing == set()


def test_every_other_code_has_its_words() -> None:
    assert set(CLASSES) <= set(words.CLASSES)
    text = source("mass_closure")
    parts = set(re.findall(r'parts\["([a-z_]+)"\]', text)) | set(
        re.findall(r'"([a-z_]+)": (?:of|salts)', text)
    )
    assert len(parts) >= 9 and parts <= set(words.COMPONENTS)
    assert {f"no_{code}" for code in ("measured_mass", "so4", "no3", "ec", "oc", "om", "nh4")} <= set(
        words.LACKS
    )
    assert set(
        re.findall(r'": "([a-z_]+)"', source("ozone_potential").split("def _not_converted")[1])
    ) <= set(words.NOT_CONVERTED)
    codes = set(re.findall(r'Trigger\(\s*"([a-z_]+)"', source("road_campaign")))
    assert codes | {"dustfall_campaign"} == set(words.TRIGGERS)


def test_notes_and_problems_of_the_kernel_are_said_in_chinese() -> None:
    text = code_of_kernel()
    notes = re.findall(r'notes\.append\(f?"(.*?)"\)', text)
    assert len(notes) == 3
    with translation.override("zh-hans"):
        for note in notes:
            plain = re.sub(r"\{[^}]*\}", "12", note)
            assert HAN.search(words.note(plain)), note
        for pattern, chinese in words.PROBLEMS:
            assert any(
                re.search(pattern.split("|")[0].split("(")[0].strip(' "'), line) for line in text.splitlines()
            )
            assert HAN.search(str(chinese))
        assert HAN.search(words.problem("something new"))
        assert words.problem("") == ""


@pytest.mark.usefixtures("dust", "roads", "species")
def test_the_api_gives_what_the_page_shows(signed_in: Any, analyst: Any, site: Any) -> None:
    browser = signed_in(analyst)
    told = browser.get("/api/measures/dustfall?period=2025-02").json()
    assert [(u["rank"], u["code"], u["value"], u["verdict"]) for u in told["units"]] == [
        (1, "140105", "4.0", "below"), (2, "141024", "7.0", "equal"), (3, "141002", "9.6", "above"),
    ]  # fmt: skip
    assert [one["code"] for one in told["campaigns"]] == ["dustfall_campaign"] * 2
    told = browser.get("/api/measures/road-dust?period=2025-02").json()
    assert [road["value"] for road in told["roads"]] == ["3.0", "5.0", "9.5"]
    assert {one["code"] for one in told["campaigns"]} >= {"road_repeated", "road_listed"}
    told = browser.get(f"/api/measures/species/{site.pk}?period=2025-01").json()
    assert told["ozone"] is None and told["mass"]["used"] == 2
    assert browser.get("/api/measures/sites").json()["count"] == 1


@pytest.mark.parametrize(
    "query",
    ["dustfall?period=soon", "dustfall?period=2025-02-03", "road-dust?period=2020-01-01..2024-12-31",
     "road-dust?period=2025-02&method=x", "dustfall"],
)  # fmt: skip
def test_the_api_says_what_is_wrong(query: str, dust: Any, signed_in: Any, analyst: Any) -> None:
    answer = signed_in(analyst).get(f"/api/measures/{query}")
    assert answer.status_code == 422 and json.loads(answer.content)["detail"]


def test_the_api_keeps_to_the_scope(dust: Any, roads: Any, signed_in: Any, person: Any, client: Any) -> None:
    officer = signed_in(person("officer", "141024"))
    told = officer.get("/api/measures/dustfall?period=2025-02").json()
    assert [unit["own"] for unit in told["units"]] == [True, False] and told["cities"] == []
    assert told["campaigns"] == []
    told = officer.get("/api/measures/road-dust?period=2025-02").json()
    assert [road["name"] for road in told["roads"]] == ["大槐树路"]
    assert officer.get("/api/measures/dustfall?period=2025-02&region=141000").status_code == 404
    assert client.get("/api/measures/dustfall?period=2025-02").status_code == 401
    nobody = signed_in(person("nobody"))
    assert nobody.get("/api/measures/dustfall?period=2025-02").status_code == 404


def sheets_of(answer: Any) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.mark.usefixtures("dust", "roads", "species")
def test_workbooks_hold_the_tables(signed_in: Any, analyst: Any, site: Any) -> None:
    browser = signed_in(analyst)
    sheets = sheets_of(browser.get("/measures/dustfall/export.xlsx?period=2025-02"))
    assert list(sheets) == ["县（市、区）", "城市"]
    rows = sheets["县（市、区）"]
    assert "3个县（市、区）降尘量均值为6.9" in " ".join(str(row[0]) for row in rows)
    assert [row[3] for row in rows[-3:]] == [4.0, 7.0, 9.6] and rows[-1][5] == "高于限值"
    sheets = sheets_of(browser.get("/measures/road-dust/export.xlsx?period=2025-02"))
    assert sheets["道路"][-1][3] == "鼓楼北街" and sheets["道路"][-1][6] == 9.5
    sheets = sheets_of(browser.get(f"/measures/species/export.xlsx?site={site.pk}&period=2025-07"))
    assert "乙烷" in [row[1] for row in sheets["组分"]]


def test_an_export_shows_no_months_of_others(dust: Any, signed_in: Any, person: Any) -> None:
    officer = person("officer", "141024")
    rows = sheets_of(signed_in(officer).get("/measures/dustfall/export.xlsx?period=2025-02"))
    table = rows["县（市、区）"]
    assert region_root(officer) == "140000/141000/141024/"
    assert {row[2]: row[9] for row in table[-2:]} == {"洪洞县": "1/1", "尧都区": ""}
