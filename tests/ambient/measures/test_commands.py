"""The commands of the other measures: what they print, in three forms, and how they say no."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lantian.cli import run

SAMPLES = Path(__file__).parents[3] / "docs" / "samples"
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command on the store of this test; gives exit code, output, error."""

    def call(*words: str) -> tuple[int, str, str]:
        code = run([*words, "--store", str(tmp_path / "store")])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def sample(name: str) -> str:
    return str(SAMPLES / name)


def test_dustfall_in_three_forms(say: Say) -> None:
    assert say("dustfall", "import", sample("dustfall.csv"), sample("dustfall-weighings.csv"))[0] == 0
    _, table, _ = say("dustfall", "rank", "--period", "2025-02")
    assert "sampling_days: the cylinder stood too short or too long" in table
    assert "not verified: ambient.dustfall.change_from" in table
    _, text, _ = say("dustfall", "rank", "--period", "2025-02", "--format", "json")
    answer = json.loads(text)
    _, text, _ = say("dustfall", "rank", "--period", "2025-02", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["name"] for row in rows] == [unit["name"] for unit in answer["units"]]
    assert [row["value"] for row in rows][:6] == ["4.4", "4.4", "4.9", "4.9", "7.0", "9.6"]
    assert [unit["rank"] for unit in answer["units"]] == [1, 1, 3, 3, 5, 6, None, None]
    _, text, _ = say("dustfall", "summary", "--period", "2025-02", "--city", "甲市")
    assert "4 units: mean 6.5 t/(km²·30d) (+0.0 %), range 4.4 to 9.6" in text
    _, text, _ = say("dustfall", "summary", "--period", "2025-02", "--format", "json")
    assert json.loads(text)["cities"]["units"] == 2
    _, text, _ = say("dustfall", "campaign", "--period", "2025-02", "--format", "json")
    assert [one["level"] for one in json.loads(text)["triggers"]] == ["county", "city"]
    assert say("dustfall", "campaign", "--period", "2024-02")[1] == "no trigger\n"
    _, text, _ = say("dustfall", "rank", "--period", "2025-02", "--as-of", "1", "--format", "json")
    assert len(json.loads(text)["units"]) == 6


def test_what_cannot_be_answered_is_one_line(say: Say, tmp_path: Path) -> None:
    assert say("dustfall", "import", "nowhere.csv")[0] == 1
    assert not (tmp_path / "store").exists()
    assert say("dustfall", "import", sample("dustfall.csv"), "--month", "2025")[0] == 1
    assert say("dustfall", "import", sample("dustfall.csv"))[0] == 0
    code, out, err = say("dustfall", "rank", "--period", "2023-01")
    assert (code, out) == (1, "")
    assert "no dustfall for 2023-01. It holds 2024-02-01 to 2025-02-01" in err
    code, _, err = say("dustfall", "rank", "--period", "2025-02-01..2025-02-10")
    assert (code, "not whole months" in err) == (1, True)
    code, _, err = say("species", "ozone", "--site", "甲", "--period", "2025-02")
    assert (code, "Import species first" in err) == (1, True)


def test_places_that_are_not_listed_are_refused(say: Say, tmp_path: Path) -> None:
    places = tmp_path / "places.txt"
    places.write_text("甲市/东区\n西区\n", "utf-8")
    listed = tmp_path / "refused.csv"
    words = ("--places", str(places), "--report", str(listed), "--format", "json")
    _, text, _ = say("dustfall", "import", sample("dustfall.csv"), *words)
    answer = json.loads(text)
    assert (answer["rows_taken"], answer["rows_refused"]) == (4, 6)
    assert {one["code"] for one in answer["refusals"]} == {"unknown_place"}
    assert listed.read_text("utf-8-sig").count("unknown_place") == 6


def test_road_dust(say: Say) -> None:
    assert say("road-dust", "import", sample("road-dust.csv"))[0] == 0
    assert say("road-dust", "import", "--ranks", sample("road-ranks.csv"))[0] == 0
    rules = ("--rules", sample("road-limits.yaml"))
    _, text, _ = say("road-dust", "rank", "--period", "2025-02", *rules, "--format", "json")
    assert [road["verdict"] for road in json.loads(text)["roads"]] == ["below", "below", "above", "above"]
    _, text, _ = say("road-dust", "rank", "--period", "2025-02", "--worst", "1", "--format", "csv")
    assert [row["name"] for row in csv.DictReader(io.StringIO(text))] == ["工业大道"]
    _, text, _ = say("road-dust", "rank", "--period", "2025-02", "--by", "county", *rules)
    assert "1.49" in text
    _, text, _ = say("road-dust", "lists", "--period", "2025-01", "--list", "worst", "--format", "json")
    assert [road["name"] for road in json.loads(text)["lists"]] == ["工业大道", "环城路"]
    _, text, _ = say("road-dust", "campaign", "--period", "2025-02", *rules, "--format", "json")
    codes = [one["code"] for one in json.loads(text)["triggers"]]
    assert codes == ["road_repeated"] * 2 + ["road_worst"] * 2 + ["county_above", "road_listed"]
    assert say("road-dust", "rank", "--period", "2020-02")[0] == 1


def test_species(say: Say) -> None:
    files = (sample("voc.csv"), sample("pm-species.csv"))
    assert say("species", "import", *files, "--site", "超级站")[0] == 0
    site = ("--site", "超级站")
    _, text, _ = say("species", "ozone", *site, "--period", "2025-07", "--top", "2", "--format", "json")
    answer = json.loads(text)
    assert [row["species"] for row in answer["rows"]] == ["formaldehyde", "ethylene"]
    assert answer["not_converted"][0]["why"] == "sum"
    _, text, _ = say("species", "ozone", *site, "--period", "2025-07")
    assert "without MIR, 8.3 % of the mass: dichloromethane" in text
    assert "not verified: 9 values of ambient.species.mir" in text
    _, text, _ = say("species", "ozone", *site, "--period", "2025-07", "--by", "class", "--format", "csv")
    assert [row["share"] for row in csv.DictReader(io.StringIO(text))][-1] == "0.0"
    _, text, _ = say("species", "means", *site, "--period", "2025-07", "--format", "json")
    assert len(json.loads(text)["species"]) == 11
    _, text, _ = say("species", "mass", *site, "--period", "2025-01")
    assert "ratio 1.08, accepted" in text
    assert "left out: 1 no_oc" in text
    _, text, _ = say("species", "mass", *site, "--period", "2025-01", "--samples", "--format", "csv")
    assert [row["time"] for row in csv.DictReader(io.StringIO(text))] == ["2025-01-10", "2025-01-11"]
    code, _, err = say("species", "ozone", *site, "--period", "2025-01")
    assert (code, "has no VOC in 2025-01" in err) == (1, True)
    code, _, err = say("species", "mass", *site, "--period", "2025-07")
    assert (code, "has no species of particles" in err) == (1, True)
