"""From a file to the register: judged, shown, written, and nothing twice."""

from __future__ import annotations

from typing import Any

import pytest

from lantian.errors import LantianError
from lantian.office.people.actions import history_of, verify_chain
from lantian.office.registers.declaring.base import ledger
from lantian.office.registers.sheets import runs

pytestmark = pytest.mark.django_db
GOOD = [("1#", "燃煤", 10, "布袋"), ("2#", "燃气", 20, "")]


def held() -> dict[str, tuple[Any, ...]]:
    model = ledger("boilers").model
    return {
        row.number: (row.fuel, row.capacity, row.version) for row in model.objects.filter(withdrawn=False)
    }


def test_good_rows_are_added_and_the_same_file_does_nothing_twice(
    *, person: Any, firm: Any, boilers: Any, read: Any, write: Any, rows: Any
) -> None:
    user = person("wang", "141002")
    content = boilers(GOOD)
    run = read(user, content)
    assert run.state == "ready", run.problem
    assert rows(run) == [(2, "add", []), (3, "add", [])] and not held()
    run = write(run)
    assert run.state == "done" and run.counts["written"] == 2
    assert held() == {"1#": ("coal", 10, 1), "2#": ("gas", 20, 1)}
    boiler = ledger("boilers").model.objects.get(number="1#")
    assert boiler.region == firm.region and boiler.complete
    assert [row.verb for row in history_of(boiler, user)] == ["add_record"]
    assert not runs.confirm(run, "good", False)
    again = read(user, content)
    assert [verdict for _n, verdict, _c in rows(again)] == ["same", "same"]
    assert again.notes[-1]["code"] == "same_file"
    with pytest.raises(LantianError):
        runs.confirm(again, "good", False)
    assert verify_chain() == []


def test_a_row_found_by_its_key_is_changed_and_shown_before_and_after(
    *, person: Any, firm: Any, boilers: Any, read: Any, write: Any, rows: Any
) -> None:
    from lantian.office.registers.models import ImportRow

    user = person("wang", "141002")
    write(read(user, boilers(GOOD)))
    run = read(user, boilers([("１＃", "燃煤", 12, "布袋"), ("2#", "燃气", 20, "")]))
    assert rows(run) == [(2, "change", []), (3, "same", [])]
    changes = ImportRow.objects.get(run=run, number=2).changes
    assert changes["capacity"] == ["10.000", "12"]
    write(run)
    assert held()["１＃"] == ("coal", 12, 2)


def test_what_is_wrong_is_refused_in_both_languages_and_the_good_rows_are_taken(
    *, person: Any, firm: Any, boilers: Any, read: Any, write: Any, rows: Any
) -> None:
    from lantian.office.registers.models import ImportRow

    user = person("wang", "141002")
    bad = [
        *GOOD,
        ("3#", "石头", 10, ""),
        ("4#", "燃煤", "7 MW", ""),
        ("5#", "燃煤", "", ""),
        ("6#", "电", 3000, ""),
    ]
    run = read(user, boilers(bad))
    assert rows(run)[2:] == [
        (4, "refused", ["unknown_choice"]), (5, "refused", ["wrong_unit"]), (6, "refused", ["missing"]),
        (7, "asked", ["unusual"]),
    ]  # fmt: skip
    reason = ImportRow.objects.get(run=run, number=5).reasons[0]
    assert "MW" in reason["zh"] and "MW" in reason["en"] and reason["zh"] != reason["en"]
    with pytest.raises(LantianError):
        runs.confirm(run, "all", True)
    write(run)
    assert set(held()) == {"1#", "2#"}


def test_doubtful_rows_are_taken_when_they_are_confirmed(
    person: Any, firm: Any, boilers: Any, read: Any, write: Any
) -> None:
    run = read(person("wang", "141002"), boilers([("6#", "电", 3000, "")]))
    with pytest.raises(LantianError):
        runs.confirm(run, "good", False)
    write(run, "all", doubtful=True)
    assert held() == {"6#": ("electric", 3000, 1)}


def test_two_rows_about_one_record_are_both_refused_naming_each_other(
    person: Any, firm: Any, boilers: Any, read: Any, rows: Any
) -> None:
    from lantian.office.registers.models import ImportRow

    run = read(person("wang", "141002"), boilers([*GOOD, ("１#", "燃煤", 11, "")]))
    assert rows(run) == [(2, "refused", ["twice"]), (3, "add", []), (4, "refused", ["twice"])]
    first, last = (ImportRow.objects.get(run=run, number=n).reasons[0]["zh"] for n in (2, 4))
    assert "4" in first and "2" in last
    assert run.counts["refused"] == 2


def test_a_row_somebody_changed_since_the_preview_is_left_alone(
    *, person: Any, firm: Any, boilers: Any, read: Any, write: Any, rows: Any
) -> None:
    user = person("wang", "141002")
    write(read(user, boilers(GOOD)))
    model = ledger("boilers").model
    content = boilers([("1#", "燃煤", 12, "布袋"), ("2#", "燃气", 22, "")])
    good, whole = read(user, content), read(user, content)
    model.objects.filter(number="1#").update(capacity=15, version=2)
    write(whole, "all")
    whole.refresh_from_db()
    assert whole.state == "ready" and "2" in whole.problem["zh"]
    assert rows(whole)[0] == (2, "refused", ["changed_meanwhile"])
    assert held() == {"1#": ("coal", 15, 2), "2#": ("gas", 20, 1)}
    write(good)
    good.refresh_from_db()
    assert good.state == "done" and (good.counts["written"], good.counts["late"]) == (1, 1)
    assert held() == {"1#": ("coal", 15, 2), "2#": ("gas", 22, 2)}


def test_a_record_somebody_entered_since_the_preview_is_not_doubled(
    *, person: Any, firm: Any, keep: Any, boilers: Any, read: Any, write: Any, rows: Any
) -> None:
    user = person("wang", "141002")
    good, whole = read(user, boilers(GOOD)), read(user, boilers(GOOD))
    keep("boilers", enterprise=firm.credit_code, number="1#", fuel="燃煤", capacity="9", filter="布袋")
    assert write(whole, "all").state == "ready" and len(held()) == 1
    assert rows(whole)[0] == (2, "refused", ["taken_meanwhile"])
    assert write(good).counts["late"] == 1 and len(held()) == 2


def test_nothing_is_emptied_or_opened_again_without_being_asked(
    *, person: Any, firm: Any, keep: Any, boilers: Any, read: Any, rows: Any
) -> None:
    from lantian.office.registers.models import ImportRow

    keep("boilers", enterprise=firm.credit_code, number="1#", fuel="燃煤", capacity="9", filter="布袋",
         status="已拆除", closed_on="2024-05-01")  # fmt: skip
    head = ("企业名称", "锅炉编号", "燃料", "额定蒸发量", "除尘设施", "状态", "拆除或替代日期")
    run = read(person("wang", "141002"), boilers([("1#", "燃煤", 9, "", "在用", "")], head=head))
    assert rows(run) == [(2, "asked", ["empties", "reopens"])]
    assert "除尘设施" in ImportRow.objects.get(run=run).reasons[0]["zh"]


def test_work_cut_short_is_taken_up_and_writes_nothing_twice(
    person: Any, firm: Any, boilers: Any, read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lantian.office.registers.sheets import applying

    monkeypatch.setattr(applying, "AT_ONCE", 2)
    run = read(person("wang", "141002"), boilers([(f"{n}#", "燃煤", 10, "布袋") for n in range(5)]))
    runs.confirm(run, "good", False)
    flag = runs._flag(run, "stop")
    chunk = applying._Writer._chunk

    def stopping(self: Any, batch: Any) -> Any:
        if batch[0].number > 2:
            flag.touch()
        return chunk(self, batch)

    with monkeypatch.context() as patch:
        patch.setattr(applying._Writer, "_chunk", stopping)
        runs.work(run)
    run.refresh_from_db()
    assert run.state == "stopped" and len(held()) == 2
    assert runs.resume(run)
    runs.work(run)
    assert run.state == "done" and len(held()) == 5 and run.counts["written"] == 5
    assert verify_chain() == []


def test_all_or_nothing_that_is_stopped_leaves_nothing(
    person: Any, firm: Any, boilers: Any, read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lantian.office.registers.sheets import applying

    monkeypatch.setattr(applying, "AT_ONCE", 2)
    run = read(person("wang", "141002"), boilers([(f"{n}#", "燃煤", 10, "布袋") for n in range(5)]))
    runs.confirm(run, "all", False)
    runs._flag(run, "stop").touch()
    runs.work(run)
    run.refresh_from_db()
    assert run.state == "ready" and not held()
    runs.confirm(run, "all", False)
    assert runs.work(run).state == "done" and len(held()) == 5


def test_a_process_that_died_is_told_and_a_second_one_does_not_begin(
    person: Any, firm: Any, boilers: Any, read: Any
) -> None:
    from lantian.office.quality import locking

    run = read(person("wang", "141002"), boilers(GOOD))
    runs.confirm(run, "good", False)
    assert not runs.is_alive(run) and runs.resume(run)
    with locking.alone(f"import-{run.pk}"):
        assert runs.is_alive(run) and not runs.resume(run)
        runs.work(run)
        assert not held()
    assert runs.work(run).state == "done"
