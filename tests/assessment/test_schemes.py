"""Schemes are read whole or refused: a broken file for each way to be wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lantian.assessment import (
    build_scheme,
    canonical,
    kept_scheme,
    read_scheme,
    reweighted,
    scheme_on,
    schemes,
)
from lantian.assessment.text import Text
from lantian.assessment.transfers import read_transfer_scheme, transfer_schemes
from lantian.errors import LantianError
from lantian.rulebook import load

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
KNOWN = {"pm2_5", "so2"}


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_a_broken_file_is_refused_with_its_reason(file: Path) -> None:
    expected = file.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    with pytest.raises(LantianError) as raised:
        book = load([file])
        if file.stem.startswith("transfer_"):
            read_transfer_scheme(book.rule("assessment.transfers.ours"), KNOWN)
        else:
            read_scheme(book.rule("assessment.schemes.ours"), KNOWN)
    assert expected in raised.value.line
    assert raised.value.remedy, "a refusal says what to do"
    assert file.name in raised.value.where


def test_the_sum_of_the_weights_is_named_with_file_and_line() -> None:
    file = next(file for file in BROKEN if file.stem == "weights")
    with pytest.raises(LantianError, match=r"the weights sum to 95, not to 100") as raised:
        read_scheme(load([file]).rule("assessment.schemes.ours"))
    assert "weights.yaml line" in raised.value.where


def test_what_is_shipped_holds_and_says_what_is_ours() -> None:
    shipped = schemes(load(), date(2026, 12, 31))
    assert [scheme.path.rsplit(".", 1)[-1] for scheme in shipped] == [
        "region_quarter",
        "region_year",
        "unit_year",
    ]
    for scheme in shipped:
        assert not scheme.verified and "自定" in scheme.note.zh and "our own" in scheme.note.en
        assert scheme.citation.zh != scheme.citation.en
    assert [s.path for s in schemes(load(), date(2019, 6, 1))][2] == "assessment.schemes.taiyuan_2019"


def test_taiyuan_2019_is_as_printed() -> None:
    scheme = scheme_on(load(), "assessment.schemes.taiyuan_2019", date(2019, 6, 1))
    assert {item.code: int(item.weight) for item in scheme.items} == {"A": 16, "B": 24, "C": 24, "D": 36}


def test_what_a_document_does_not_tell_is_not_invented() -> None:
    found = {scheme.path.rsplit(".", 1)[-1]: scheme for scheme in transfer_schemes(load())}
    shanxi = found["shanxi_2019"]
    assert not shanxi.complete and not shanxi.verified
    assert [part.code for part in shanxi.parts if part.unknown] == ["index_last_year", "index_mean"]
    assert "composite_index" not in shanxi.indicators
    assert found["taiyuan_2020_year"].complete


def test_other_weights_are_a_copy_and_must_sum_too() -> None:
    scheme = scheme_on(load(), "assessment.schemes.region_year", date(2026, 1, 1))
    by_code = {item.code: item.weight for item in scheme.items}
    copy = reweighted(scheme, {"targets": 20, "rank_change": 15})
    assert {item.code: item.weight for item in copy.items} == {**by_code, "targets": 20, "rank_change": 15}
    assert max(row.points for row in copy.items[3].way.rows) == 15, "the table grew with its weight"
    assert {item.code: item.weight for item in scheme.items} == by_code, "the original is as it was"
    with pytest.raises(LantianError, match="the weights sum to 90, not to 100"):
        reweighted(scheme, {"targets": 20})


def test_a_scheme_is_rebuilt_from_what_was_kept_of_it() -> None:
    scheme = scheme_on(load(), "assessment.schemes.unit_year", date(2026, 1, 1))
    words = Text("x", "x")
    again = build_scheme(
        scheme.source, path=scheme.path, origin="kept", citation=words, note=words, verified=False
    )
    assert again.items == scheme.items and again.vetoes == scheme.vetoes


def test_a_frozen_scheme_scores_as_the_one_it_was_made_of() -> None:
    import json

    scheme = scheme_on(load(), "assessment.schemes.unit_year", date(2026, 1, 1))
    again = kept_scheme(json.loads(canonical(scheme.as_dict())))
    assert again.items == scheme.items and again.deductions == scheme.deductions
    assert canonical(again.as_dict()) == canonical(scheme.as_dict())
