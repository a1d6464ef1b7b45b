"""The double-entry ledger of offsets and the balance of capacity, held against sums worked by hand."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from lantian.errors import LantianError
from lantian.office.ledgers.projects import balance
from lantian.office.registers import actions
from lantian.office.registers.declaring.base import ledger
from lantian.office.registers.reader import Reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def add(province: dict[str, Any]) -> Any:
    """`add("reductions", region="141002", …)`: the example of a register, changed."""

    def make(code: str, **raw: Any) -> Any:
        one = ledger(code)
        return actions.add(None, Reader(one, None).read({**one.model.example, **raw}), confirmed=True)

    return make


@pytest.fixture
def entries(add: Any) -> Any:
    """A verified reduction of 120 t NOx in 141002, and a project there that emits 50 t more."""
    firm = add("enterprises", region="141002")
    reduction = add("reductions", enterprise=f"#{firm.pk}")
    project = add("new_projects", enterprise=f"#{firm.pk}")
    demand = add("offset_demands", project=f"#{project.pk}", region="141002")
    return firm, reduction, project, demand


def use(add: Any, reduction: Any, demand: Any, amount: str, number: str = "TD-1", **more: Any) -> Any:
    return add("offset_uses", region="141002", reduction=f"#{reduction.pk}", demand=f"#{demand.pk}",
               amount=amount, number=number, **more)  # fmt: skip


def edit(row: Any, **raw: Any) -> Any:
    row.refresh_from_db()
    return actions.change(
        None, Reader(row.ledger, None).read(raw, copy.copy(row)), confirmed=True, reason="试"
    )


def test_what_is_taken_from_one_side_is_given_to_the_other(add: Any, entries: Any) -> None:
    _firm, reduction, project, demand = entries
    # Without a figure of the air the strict factor holds: 50 t × 2 = 100 t.
    assert balance.need_of(demand) == 100 and balance.lacking_of(demand) == 100
    use(add, reduction, demand, "60")
    assert (balance.left_of(reduction), balance.supplied_to(demand), balance.lacking_of(demand)) == (
        60,
        60,
        40,
    )
    assert len(balance.may_start(project)) == 1
    use(add, reduction, demand, "40", "TD-2")
    assert (balance.left_of(reduction), balance.lacking_of(demand)) == (20, 0)
    assert balance.may_start(project) == []
    assert edit(project, status="已投产", decided_on="2024-05-01").status == "built"


def test_a_reduction_is_used_once(add: Any, entries: Any) -> None:
    _firm, reduction, _project, demand = entries
    first = use(add, reduction, demand, "100")
    with pytest.raises(LantianError, match="120"):
        use(add, reduction, demand, "20.001", "TD-2")
    with pytest.raises(LantianError):
        edit(first, amount="120.001")
    with pytest.raises(LantianError):
        edit(reduction, amount="99")
    with pytest.raises(LantianError):
        actions.withdraw(None, reduction, "错")
    assert balance.left_of(reduction) == 20
    actions.withdraw(None, first, "错")
    assert balance.left_of(reduction) == 120


@pytest.mark.parametrize(
    "wrong",
    [{"status": "已申报"}, {"status": "不予认定"}, {"bound": "是"}, {"bound": ""}, {"done_on": "2024-09-02"}],
)
def test_what_is_not_verified_done_or_voluntary_is_no_offset(
    add: Any, entries: Any, wrong: dict[str, str]
) -> None:
    firm, _reduction, _project, demand = entries
    other = add("reductions", enterprise=f"#{firm.pk}", number="JX-2", **wrong)
    with pytest.raises(LantianError):
        use(add, other, demand, "1")
    assert balance.used_of(other) == 0


def test_nothing_is_brought_into_taiyuan_from_outside(add: Any, entries: Any) -> None:
    _firm, reduction, _project, demand = entries
    project = add("new_projects", project_code="2024-140105-33-01-123456", region="140105")
    there = add("offset_demands", project=f"#{project.pk}", region="140105", emission="1")
    with pytest.raises(LantianError, match="跨区域"):
        use(add, reduction, there, "1")
    assert use(add, reduction, demand, "1").pk
    inside = add("enterprises", region="140105", credit_code="91440300708461136T", name="太原企业（模拟）")
    donor = add("reductions", enterprise=f"#{inside.pk}", number="JX-3")
    assert use(add, donor, there, "1", "TD-3").pk
    assert use(add, donor, demand, "1", "TD-4").pk  # out of the closed area is allowed


def test_another_pollutant_is_refused(add: Any, entries: Any) -> None:
    firm, _reduction, _project, demand = entries
    other = add("reductions", enterprise=f"#{firm.pk}", number="JX-4", pollutant="二氧化硫")
    with pytest.raises(LantianError):
        use(add, other, demand, "1")


@pytest.mark.parametrize(
    ("product", "old", "new", "enough"),
    [
        ("钢铁", "90", "60", True),
        ("钢铁", "89.999", "60", False),
        ("水泥熟料", "10", "5", True),
        ("其他", "5", "5.001", False),
    ],
)
def test_old_capacity_suffices_by_the_ratio_of_its_product(
    entries: Any, product: str, old: str, new: str, enough: bool
) -> None:
    firm, _reduction, project, _demand = entries
    swaps = ledger("capacity_swaps")
    raw = {"project": f"#{project.pk}", "enterprise": f"#{firm.pk}", "product": product, "old_capacity": old,
           "new_capacity": new}  # fmt: skip
    read = Reader(swaps, None).read({**swaps.model.example, **raw})
    assert [fault.field for fault in read.faults] == ([] if enough else ["old_capacity"])


def test_the_new_starts_when_the_old_is_closed(add: Any, entries: Any) -> None:
    firm, reduction, project, demand = entries
    use(add, reduction, demand, "100")
    swap = add("capacity_swaps", project=f"#{project.pk}", enterprise=f"#{firm.pk}")
    assert balance.ratio_of(swap) == Decimal("1.50")
    with pytest.raises(LantianError, match="尚未关停"):
        edit(project, status="已投产", decided_on="2024-05-01")
    edit(swap, status="已关停", closed_on="2024-01-01")
    assert edit(project, status="已投产", decided_on="2024-05-01").status == "built"


@pytest.mark.django_db(transaction=True)
def test_of_two_uses_at_once_only_what_is_there_is_taken(add: Any, entries: Any) -> None:
    from threading import Thread

    from django.db import connection

    _firm, reduction, _project, demand = entries
    told: list[str] = []

    def book(number: str) -> None:
        try:
            use(add, reduction, demand, "80", number)
            told.append("taken")
        except LantianError:
            told.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=book, args=(f"TD-{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["refused", "refused", "taken"] and balance.left_of(reduction) == 40


def test_another_firm_may_give_up_capacity_for_a_project(add: Any, entries: Any) -> None:
    _firm, _reduction, project, _demand = entries
    other = add("enterprises", region="141024", credit_code="91440300708461136T", name="洪洞企业（模拟）")
    assert add("capacity_swaps", project=f"#{project.pk}", enterprise=f"#{other.pk}").pk
