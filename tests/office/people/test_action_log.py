"""The action log: chained, append-only, kept or lost with the write, and honest when tampered with."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections, models, transaction
from django.utils import translation

from lantian.office.people.actions import history_of, log_end, record, verify_chain
from lantian.office.people.models import ActionLog, LogHead
from lantian.office.regions.models import Region


def fill(region: Region, count: int = 4) -> None:
    for number in range(count):
        record(
            None, "change", region, reason=f"because {number}", before={"n": number}, after={"n": number + 1}
        )


def rows(**lookup: Any) -> models.QuerySet[ActionLog]:
    """The table as someone with a database shell has it, past the guards of the model."""
    return models.QuerySet(ActionLog).filter(**lookup)


def test_a_row_says_who_did_what_to_which_thing(province: dict[str, Any], person: Any, rf: Any) -> None:
    request = rf.post("/", headers={"X-Request-ID": "ignored outside the middleware"})
    request.user = person("wang", "141002")
    row = record(
        request,
        "reschedule",
        province["141002"],
        reason="the bidder withdrew",
        before={"due": date(2026, 6, 30), "share": Decimal("0.30")},
        after={"due": date(2026, 9, 30), "share": Decimal("0.30")},
    )
    row = ActionLog.objects.get(pk=row.pk)
    assert (row.actor, row.actor_name, row.verb) == (request.user, "wang", "reschedule")
    assert (row.target_type, row.target_id) == ("regions.region", str(province["141002"].pk))
    assert row.region_path == "140000/141000/141002/"
    assert row.changes == [("due", "2026-06-30", "2026-09-30")]
    assert verify_chain() == []


def test_the_log_is_written_in_one_language(province: dict[str, Any]) -> None:
    with translation.override("en"):
        assert str(province["141002"]) == "Yaodu District"
        assert record(None, "change", province["141002"]).target_name == "尧都区"


def test_the_chain_is_whole_when_nothing_was_touched(province: dict[str, Any]) -> None:
    assert verify_chain() == []
    fill(province["141002"])
    assert verify_chain() == []
    assert log_end().number == 4
    assert log_end().hash == ActionLog.objects.get(number=4).hash


@pytest.mark.parametrize(
    "column",
    [
        "verb",
        "reason",
        "before",
        "after",
        "actor_name",
        "target_id",
        "target_name",
        "region_path",
        "request_id",
    ],
)
def test_a_changed_row_is_found(province: dict[str, Any], column: str) -> None:
    fill(province["141002"])
    rows(number=2).update(**{column: "other"})
    assert [broken.number for broken in verify_chain()] == [2]
    assert "changed" in verify_chain()[0].what


def test_a_changed_time_is_found(province: dict[str, Any]) -> None:
    fill(province["141002"])
    rows(number=3).update(at=datetime(2020, 1, 1, tzinfo=UTC))
    assert [broken.number for broken in verify_chain()] == [3]


def test_a_changed_row_with_a_new_hash_breaks_the_next(province: dict[str, Any]) -> None:
    from lantian.office.people.actions import digest

    fill(province["141002"])
    row = ActionLog.objects.get(number=2)
    row.reason = "forged"
    rows(number=2).update(reason="forged", hash=digest(row))
    assert [broken.number for broken in verify_chain()] == [3]


def test_a_missing_row_and_a_cut_off_end_are_found(province: dict[str, Any]) -> None:
    fill(province["141002"], 5)
    rows(number=2).delete()
    assert [broken.what for broken in verify_chain()] == ["rows 2 to 2 are missing"]
    rows(number=5).delete()
    assert "rows 5 to 5 at the end are missing" in [broken.what for broken in verify_chain()]
    rows().delete()
    assert [broken.what for broken in verify_chain()] == ["rows 1 to 5 at the end are missing"]


def test_a_row_slipped_in_at_the_end_is_found(province: dict[str, Any]) -> None:
    fill(province["141002"], 2)
    LogHead.objects.filter(id=1).update(number=1, hash=ActionLog.objects.get(number=1).hash)
    assert [broken.number for broken in verify_chain()] == [2]


def test_nothing_but_record_writes_the_log(province: dict[str, Any]) -> None:
    fill(province["141002"], 1)
    row = ActionLog.objects.get()
    for write in (
        row.save,
        row.delete,
        ActionLog.objects.all().delete,
        lambda: ActionLog.objects.update(reason="x"),
        lambda: ActionLog.objects.bulk_create([row]),
        lambda: ActionLog.objects.bulk_update([row], ["reason"]),
        lambda: ActionLog.objects.create(number=2),
    ):
        with pytest.raises(TypeError):
            write()
    assert ActionLog.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_write_and_its_trace_are_kept_or_lost_together() -> None:
    region = Region.objects.create(code="140000", name="山西省", level="province")
    with pytest.raises(transaction.TransactionManagementError):
        record(None, "change", region)
    with pytest.raises(RuntimeError), transaction.atomic():
        region.name = "changed"
        region.save()
        record(None, "change", region, after={"name": "changed"})
        raise RuntimeError
    assert Region.objects.get().name == "山西省"
    assert ActionLog.objects.count() == 0
    assert verify_chain() == []


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_make_one_chain() -> None:
    region = Region.objects.create(code="140000", name="山西省", level="province")
    faults: list[Exception] = []

    def write(name: str) -> None:
        try:
            for number in range(10):
                with transaction.atomic():
                    record(None, "change", region, reason=f"{name}{number}")
        except Exception as error:
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(ActionLog.objects.values_list("number", flat=True)) == list(range(1, 41))
    assert verify_chain() == []


def test_history_is_of_one_thing_and_only_for_those_who_see_it(province: dict[str, Any], person: Any) -> None:
    from django.http import Http404

    fill(province["141002"], 2)
    fill(province["141024"], 3)
    assert history_of(province["141002"], person("in", "141002")).count() == 2
    with pytest.raises(Http404):
        history_of(province["141024"], person("out", "141002"))
