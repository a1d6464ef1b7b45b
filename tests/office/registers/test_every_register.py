"""The dozen tests each register earns by being declared."""

from __future__ import annotations

import copy
import inspect
import re
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from lantian.errors import LantianError
from lantian.office import indicators
from lantian.office.frame import clock
from lantian.office.indicators import Period, Subject
from lantian.office.people.actions import verify_chain
from lantian.office.registers import actions, rules
from lantian.office.registers.declaring.base import Register, ledgers
from lantian.office.registers.declaring.fields import Choice, Flag, LifeCycle, Link, Owner, Quantity
from lantian.office.registers.declaring.ledger import Group, Ledger
from lantian.office.registers.reader import Reader

ALL = [pytest.param(one, id=one.code) for one in ledgers()]
each = pytest.mark.parametrize("ledger", ALL)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
TYPICAL = 60


@pytest.fixture
def row_of(firm: Any, province: dict[str, Any]) -> Any:
    """`row_of(ledger, region="141002")`: its example as it is typed in, with whatever it must point to."""

    def make(ledger: Ledger, region: str = "141002", **more: Any) -> dict[str, Any]:
        raw: dict[str, Any] = {"region": region, **ledger.model.example}
        for field in ledger.links:
            if isinstance(field, Owner):
                raw[field.name] = f"#{firm.pk}"
            elif field.required or field.key:
                target = field.related_model
                found = target.objects.filter(withdrawn=False).first()
                if found is None:
                    read = Reader(target.ledger, None).read(make(target.ledger, region))
                    found = actions.add(None, read, confirmed=True)
                raw[field.name] = f"#{found.pk}"
        return {**raw, **more}

    return make


@pytest.fixture
def kept(row_of: Any) -> Any:
    """`kept(ledger)`: its example as a record in 141002; `kept(ledger, "141024")` elsewhere."""

    def make(ledger: Ledger, region: str = "141002", **more: Any) -> Any:
        return actions.add(None, Reader(ledger, None).read(row_of(ledger, region, **more)), confirmed=True)

    return make


@each
def test_it_says_what_it_is_in_both_languages(ledger: Ledger) -> None:
    said = [ledger.title, *(field.label for field in ledger.fields), *(feed.title for feed in ledger.feeds)]
    said += [one.label for one in ledger.derived.values()] + [check.words for check in ledger.checks]
    said += [label for field in ledger.fields if hasattr(field, "words") for label in field.words.labels]
    for words in said:
        with translation.override("en"):
            english = str(words)
        with translation.override("zh-hans"):
            chinese = str(words)
        assert english and not CHINESE.search(english), f"{chinese}: no English"
        assert chinese and (
            CHINESE.search(chinese) or chinese.isupper() or chinese.isdigit() or chinese == english
        )
    assert ledger.source, "which document orders it"
    assert ledger.group in Group.values and set(ledger.columns) <= {*ledger.by_name, *ledger.derived}
    assert ledger.model.__doc__ and CHINESE.search(ledger.model.__doc__)


@each
def test_its_choices_fit_their_columns(ledger: Ledger) -> None:
    for field in ledger.fields:
        if isinstance(field, Choice):
            assert max(map(len, field.words.values)) <= field.max_length, field.name
    assert max(len(f"{ledger.code[:18]}_{end}") for end in ("region", "state", "due")) <= 30


@each
@pytest.mark.django_db
def test_its_example_is_taken_without_a_question(ledger: Ledger, row_of: Any) -> None:
    read = Reader(ledger, None).read(row_of(ledger))
    assert (read.faults, read.questions) == ([], [])
    row = actions.add(None, read)
    assert row.complete, [str(field.label) for field in ledger.missing(row)]
    assert str(row) and row.get_absolute_url() and verify_chain() == []


@each
@pytest.mark.django_db
def test_what_it_holds_is_read_again_as_it_was_written(ledger: Ledger, kept: Any) -> None:
    row = kept(ledger)
    row.refresh_from_db()
    for language in ("zh-hans", "en"):
        with translation.override(language):
            again = {
                field.name: field.write(getattr(row, field.name))
                for field in ledger.fields
                if not isinstance(field, Link)
            }
            read = Reader(ledger, None).read(again, copy.copy(row))
        assert read.faults == [] and actions.told(read.row) == actions.told(row)


@each
@pytest.mark.django_db
def test_each_thing_it_requires_is_missed_by_name(ledger: Ledger, row_of: Any) -> None:
    good = row_of(ledger)
    for field in ledger.fields:
        if field.required is True and not isinstance(field, LifeCycle):
            faults = Reader(ledger, None).read({**good, field.name: ""}).faults
            assert (field.name, "missing") in {(fault.field, fault.code) for fault in faults}
    bare = {name: value for name, value in good.items() if name not in {"region", "enterprise"}}
    assert "region" in {fault.field for fault in Reader(ledger, None).read(bare).faults} or ledger.owner


@each
@pytest.mark.django_db
def test_wrong_words_units_and_flags_are_refused(ledger: Ledger, row_of: Any) -> None:
    good = row_of(ledger)
    for field in ledger.fields:
        wrong = {Choice: "没有这一项", Flag: "也许", Quantity: "3 光年"}
        text = next((value for kind, value in wrong.items() if isinstance(field, kind)), None)
        if text is not None:
            faults = Reader(ledger, None).read({**good, field.name: text}).faults
            assert [fault.field for fault in faults] == [field.name]
            assert CHINESE.search(faults[0].words)


@each
@pytest.mark.django_db
def test_the_same_thing_is_not_kept_twice(ledger: Ledger, kept: Any) -> None:
    first = kept(ledger)
    if ledger.key or not first.key_text.startswith("#"):
        with pytest.raises(LantianError):
            kept(ledger)
    else:
        assert kept(ledger).pk != first.pk


@each
@pytest.mark.django_db
def test_it_stays_in_its_county_and_with_its_people(
    ledger: Ledger, kept: Any, person: Any, scope_doors: Any, signed_in: Any
) -> None:
    row = kept(ledger)
    inside, outside = person("in", "141002"), person("out", "141024")
    scope_doors(
        thing=row,
        secret=f"/registers/{ledger.code}/{row.pk}/",
        inside=inside,
        outside=outside,
        lists=[f"/registers/{ledger.code}/"],
    )
    assert signed_in(outside).get(row.get_absolute_url()).status_code == 404
    page = signed_in(inside).get(row.get_absolute_url())
    assert page.status_code == 200
    for field in ledger.fields:
        if field.name not in {"place", "lon", "lat", "note"}:  # shown where there is something to show
            assert str(field.label) in page.content.decode(), field.name


@each
@pytest.mark.django_db
def test_a_change_is_logged_with_what_was_before(ledger: Ledger, kept: Any, person: Any) -> None:
    row, user = kept(ledger), person("wang", "141002")
    read = Reader(ledger, user).read({"note": "核查后更正"}, copy.copy(row))
    actions.change(user, read, version=row.version, confirmed=True)
    row.refresh_from_db()
    assert (row.note, row.version) == ("核查后更正", 2)
    with pytest.raises(LantianError):
        actions.change(
            user, Reader(ledger, user).read({"note": "迟了"}, copy.copy(row)), version=1, confirmed=True
        )
    actions.withdraw(user, row, "录错")
    assert not rules.records(ledger, user).filter(pk=row.pk).exists() and verify_chain() == []


@each
@pytest.mark.django_db
def test_what_closes_by_a_photo_is_incomplete_without_one(ledger: Ledger, kept: Any, row_of: Any) -> None:
    for state in ledger.status.proof:
        read = Reader(ledger, None).read(row_of(ledger, status=ledger.status.write(state)))
        if not read.faults:
            row = actions.add(None, read, confirmed=True)
            assert not row.complete
            actions.withdraw(None, row, "下一个")


@each
@pytest.mark.django_db
def test_what_is_due_is_late_the_day_after(ledger: Ledger, kept: Any) -> None:
    row = kept(ledger)
    if ledger.due is None or row.due is None or not row.is_open:
        assert not row.is_late or ledger.due is not None
        return
    from datetime import datetime, time, timedelta, timezone

    zone = timezone(timedelta(hours=8))
    for days, late in ((0, False), (1, True)):
        with clock.at(datetime.combine(row.due + timedelta(days=days), time(12), zone)):
            found = ledger.model.objects.filter(pk=row.pk).filter(rules.late(ledger))
            assert row.is_late is late and found.exists() is late


@each
@pytest.mark.django_db
def test_every_number_it_feeds_can_be_asked(ledger: Ledger, kept: Any, province: dict[str, Any]) -> None:
    row = kept(ledger)
    today = clock.today()
    for feed in ledger.feeds:
        for region in (province["141002"], province["141024"]):
            answer = indicators.ask(
                feed.code, Subject(region=region), Period(today.replace(month=1, day=1), today)
            )
            held = row.region.path.startswith(region.path)
            assert (answer.value is not None or bool(answer.reason)) and (held or answer.value is None)
        if feed.where is not None:
            counted = ledger.model.objects.filter(pk=row.pk).filter(feed.where.q).exists()
            assert counted is feed.where.holds(row), f"{feed.code}: the two readings of its condition differ"
    for name, one in ledger.derived.items():
        assert one.of(row) is not NotImplemented, name


def test_registers_are_declared_in_few_lines() -> None:
    """The whole file counts, imports, word lists and docstrings too; blank lines do not."""
    files = {one.code: Path(inspect.getfile(one.model)) for one in ledgers()}
    lines = {
        code: sum(bool(line.strip()) for line in path.read_text(encoding="utf-8").splitlines())
        for code, path in files.items()
    }
    ordered = sorted(lines.values())
    assert ordered[len(ordered) // 2] <= TYPICAL, lines
    assert len(lines) >= 60


def test_codes_of_feeds_are_given_once() -> None:
    codes = [feed.code for one in ledgers() for feed in one.feeds]
    assert len(codes) == len(set(codes))
    assert all(issubclass(one.model, Register) for one in ledgers())
