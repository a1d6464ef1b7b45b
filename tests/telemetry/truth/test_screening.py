"""What all screens share: words in two languages, rules, pictures, plain data, and cases out of the store."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from lxml import etree

from lantian.telemetry.series import Series
from lantian.telemetry.truth import FORGERIES, MEANT, Said, screen_all, screens
from lantian.telemetry.truth.gathering import coarser
from lantian.telemetry.truth.svg import svg

NOX, O2 = "a21002", "a19001"
WORDS = Path(__file__).parents[3] / "src" / "lantian" / "telemetry" / "truth" / "words.yaml"


def test_every_forgery_meant_to_be_found_has_a_screen_with_words_and_an_unverified_rule():
    from lantian.rulebook import load

    codes = [screen.code for screen in screens()]
    assert len(codes) == len(set(codes)) == 16
    assert set(FORGERIES) <= set(codes)
    assert tuple(codes[:10]) == MEANT
    for screen in screens():
        assert screen.question.text("zh").endswith("？")
        assert screen.question.text("en").endswith("?")
        rule = load().rule(screen.rule)
        assert not rule.verified
        assert rule.note
        assert rule.value["at"] > 0


def test_chinese_words_hold_no_latin_and_both_languages_the_same_places():
    def walk(entry, path=""):
        if set(entry) == {"zh", "en"}:
            yield path, entry
        else:
            for name, inner in entry.items():
                yield from walk(inner, f"{path}.{name}")

    for path, entry in walk(yaml.safe_load(WORDS.read_text(encoding="utf-8"))):
        places = re.compile(r"{(\w+)}")
        assert sorted(places.findall(entry["zh"])) == sorted(places.findall(entry["en"])), path
        assert not re.search(r"[A-Za-z]{2,}", places.sub("", entry["zh"])), path


def test_a_rule_of_ones_own_moves_the_flag(plant, tmp_path):
    from lantian.rulebook import load
    from lantian.telemetry.truth import Rules

    one = plant()
    one.values[NOX][1000:1030] = 37.46
    case = one.case()
    frozen = screens()[0]
    strict = load().rule("telemetry.truth.frozen").value
    text = yaml.safe_dump(
        {
            "sources": {"own": {"document": "own", "clause": "1", "verified": False, "note": "ours"}},
            "replace": {
                "telemetry.truth.frozen": [
                    {
                        "value": {**{name: float(number) for name, number in strict.items()}, "at": 8},
                        "unit": "h",
                        "source": "own",
                    }
                ]
            },
        }
    )
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    book = load([tmp_path / "own.yaml"])
    assert frozen.run(case).flagged
    assert not frozen.run(case, rules=Rules.of(case, book)).flagged


def test_a_flagged_score_is_json_with_rows_and_a_picture_that_draws_on_a_phone(plant):
    one = plant()
    one.values[NOX][1000:1030] = 37.46
    one.treatment[700:730] *= 0.1
    one.values["a00000"][10 * 144 :] *= 0.6
    scores = {score.code: score for score in screen_all(one.case())}
    assert {"frozen", "treatment_off", "mass_balance"} <= {c for c, score in scores.items() if score.flagged}
    for score in scores.values():
        plain = json.loads(json.dumps(score.as_dict("zh", picture=True)))
        assert plain["flagged"] == bool(plain["evidence"])
        if not score.flagged:
            continue
        assert plain["picture"]["panels"]
        for panel in plain["picture"]["panels"]:
            assert all(len(line["values"]) == len(panel["x"]) for line in panel["lines"])
        for lang in ("zh", "en"):
            drawn = svg(score.picture, 390, lang)
            root = etree.fromstring(drawn)
            assert root.get("width") == "390"
            assert "nan" not in drawn.lower().replace("nance", "")
            assert Said("lead").text(lang) in drawn
            xs = [
                float(x)
                for points in re.findall(r'points="([^"]+)"', drawn)
                for x in re.findall(r"([\d.]+),", points)
            ]
            assert all(0 <= x <= 390 for x in xs)


def test_a_device_of_hours_alone_is_asked_what_hours_can_tell(plant):
    case = plant(days=20).case()
    hours = {code: array.copy() for code, array in case.hours.values.items()}
    hours["a21002-Avg"][200:212] = 33.33
    alone = replace(
        case,
        minutes=Series("HAND", "2051", case.minutes.start, timedelta(minutes=10)),
        hours=replace(case.hours, values=hours),
    )
    scores = {score.code: score for score in screen_all(alone)}
    assert scores["frozen"].flagged
    assert scores["clock_jump"].score is None
    assert scores["treatment_off"].score is None


@pytest.mark.parametrize("count", [0, 1, 5])
def test_next_to_nothing_is_unknown_and_no_crash(plant, count):
    case = plant(days=1).case()
    cut = Series(
        "HAND",
        "2051",
        case.minutes.start,
        case.minutes.step,
        {name: array[:count] for name, array in case.minutes.values.items()},
    )
    empty = replace(
        case, minutes=cut, hours=replace(cut, cn="2061"), power=None, condition=None, arrivals=None
    )
    assert [score.code for score in screen_all(empty) if score.score is not None and score.flagged] == []


def test_finer_minutes_become_means_of_what_is_marked_alike():
    marks = {O2: np.array(["N"] * 18 + ["C"] * 2, "<U2")}
    values = {f"{O2}-Avg": np.append(np.arange(18.0), [99.0, 99.0])}
    series = Series("M", "2051", datetime(2026, 1, 1, tzinfo=UTC), timedelta(minutes=1), values, marks)
    found = coarser(series, timedelta(minutes=10))
    assert found.of(f"{O2}-Avg").tolist() == [4.5, 13.5]
    assert found.marks_of(O2).tolist() == ["N", "N"]


@pytest.fixture
def stored(tmp_path, plant):
    """Three days of a device sent packet by packet, one frozen stretch, meters and state among them."""
    from lantian.telemetry import hj212
    from lantian.telemetry.store import Arrival, Line

    one = plant(days=3)
    one.values[NOX][200:230] = 37.46
    case = one.case()
    line = Line.open(tmp_path / "data", create=True)
    found = []
    for i, time in enumerate(case.minutes.times()):
        items = ";".join(
            f"{code}-Avg={case.minutes.of(f'{code}-Avg')[i]:.2f},{code}-Flag=N"
            for code in (NOX, O2, "a00000")
        )
        came = time + timedelta(seconds=float(one.delay[i]))
        sent = came - timedelta(seconds=0.5)
        local = hj212.stamp(time)
        bodies = [("31", "2051", items)]
        bodies.append(("44", "2011", f"d20105-Rtd={one.production[i]:.1f};d30106-Rtd={one.treatment[i]:.1f}"))
        if i % 6 == 0:
            bodies.append(("45", "2011", "p99101-Rtd=N"))
        if i == 100:
            bodies.append(("31", "3020", "PolId=a21002;i13008-Info=//0.9//"))
        for st, cn, body in bodies:
            qn = f"{sent + timedelta(hours=8):%Y%m%d%H%M%S}500"
            text = f"QN={qn};ST={st};CN={cn};PW=1;MN=HAND;Flag=5;CP=&&DataTime={local};{body}&&"
            found.append(Arrival("HAND", time, st, cn, qn, None, False, came, text.encode()))
    assert set(line.write(found)) == {"stored"}
    line.close()
    return tmp_path / "data", case


def test_a_case_out_of_the_store_is_what_was_sent(stored):
    from lantian.telemetry.store import Line
    from lantian.telemetry.truth.gathering import Outlet, case_of

    data, case = stored
    line = Line.open(data)
    found = case_of(
        line, "HAND", case.minutes.start, case.minutes.start + timedelta(days=3), Outlet(limits={NOX: 50})
    )
    line.close()
    assert len(found) == len(case) == 432
    np.testing.assert_allclose(found.minutes.of(f"{NOX}-Avg"), np.round(case.minutes.of(f"{NOX}-Avg"), 2))
    np.testing.assert_allclose(found.power.production, case.power.production, atol=0.051)
    np.testing.assert_allclose(found.arrivals.delay, case.arrivals.delay, atol=0.001)
    assert set(found.condition.tolist()) == {"N"}
    assert found.arrivals.versions.tolist() == [1] * 432
    assert [change[1:] for change in found.parameters] == [(f"{NOX}-i13008", 1.0, 0.9)]


def test_the_command_prints_leads_and_writes_pictures(stored, tmp_path):
    from lantian.cli.telemetry.screen import screen

    data, _ = stored
    shots = tmp_path / "shots"
    told = CliRunner().invoke(
        screen, ["--data", str(data), "--mn", "HAND", "--pictures", str(shots), "--language", "zh"]
    )
    assert told.exit_code == 0, told.output
    assert re.search(r"frozen +氮氧化物恒为 37.46", told.output)
    assert "不是违法认定" in told.output
    assert (shots / "HAND-frozen.svg").read_text(encoding="utf-8").startswith("<svg")
    told = CliRunner().invoke(screen, ["--data", str(data), "--format", "json", "--limit", "a21002=50"])
    scores = {one["code"]: one for one in json.loads(told.output)["devices"][0]["scores"]}
    assert scores["frozen"]["flagged"]
    assert scores["parameter_change"]["flagged"]
    assert scores["mirrored"]["score"] is None
