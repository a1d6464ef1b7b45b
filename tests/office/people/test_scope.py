"""The choke point: who sees what, and that nothing undeclared can be listed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.http import Http404

from lantian.office.frame.checks import every_model_declares_its_scope
from lantian.office.people.models import ActionLog, LogHead, Unit, User
from lantian.office.people.scope import ScopedQuerySet, get_visible_or_404, is_declared, region_root
from lantian.office.regions.models import Region


def codes(user: Any) -> set[str]:
    return set(Region.objects.visible_to(user).values_list("code", flat=True))


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("140000", {"140000", "140100", "141000", "140105", "141002", "141024", "141002001"}),
        ("141000", {"141000", "141002", "141024", "141002001"}),
        ("141002", {"141002", "141002001"}),
        ("141002001", {"141002001"}),
        (None, set()),
    ],
)
def test_a_person_sees_the_subtree_of_their_region(person: Any, code: str | None, seen: set[str]) -> None:
    assert codes(person("wang", code)) == seen


def test_role_does_not_widen_the_scope(person: Any) -> None:
    assert codes(person("boss", "141002", role="administrator")) == {"141002", "141002001"}


def test_a_superuser_sees_everything_and_a_closed_account_nothing(
    person: Any, province: dict[str, Any]
) -> None:
    assert codes(person("root", None, is_superuser=True)) == set(province)
    assert codes(person("gone", "140000", is_active=False)) == set()
    assert codes(person("gone2", None, is_superuser=True, is_active=False)) == set()
    assert codes(AnonymousUser()) == set()


def test_a_code_that_begins_like_another_is_not_below_it(person: Any, province: dict[str, Any]) -> None:
    """Prefixes end in a slash: 14100 is not above 141002."""
    Region.objects.create(code="14100", name="别处", level="county", parent=province["140100"])
    assert codes(person("wang", "141002")) == {"141002", "141002001"}
    odd = User.objects.create(username="odd", region=Region.objects.get(code="14100"))
    assert codes(odd) == {"14100"}


def test_units_are_seen_by_region_or_membership(person: Any, province: dict[str, Any]) -> None:
    near = Unit.objects.create(name="尧都分局", region=province["141002"])
    far = Unit.objects.create(name="洪洞分局", region=province["141024"])
    officer = person("wang", "141002")
    lent = person("li", "141002", unit=far)
    assert set(Unit.objects.visible_to(officer)) == {near}
    assert set(Unit.objects.visible_to(lent)) == {near, far}


def test_people_of_an_enterprise_see_their_enterprise_only(person: Any, province: dict[str, Any]) -> None:
    works = Unit.objects.create(name="某焦化厂", region=province["141002"], kind="enterprise")
    Unit.objects.create(name="尧都分局", region=province["141002"])
    manager = person("chang", "141002", unit=works)
    assert set(Unit.objects.visible_to(manager)) == {works}
    assert codes(manager) == set()
    assert region_root(manager) is None


def test_absent_and_out_of_scope_look_the_same(person: Any) -> None:
    officer = person("wang", "141002")
    assert get_visible_or_404(Region, officer, code="141002").code == "141002"
    for code in ("141024", "999999"):
        with pytest.raises(Http404):
            get_visible_or_404(Region, officer, code=code)
    with pytest.raises(Http404):
        get_visible_or_404(Region.objects.all(), officer, pk="not a number")


def test_a_model_that_declares_nothing_cannot_be_listed(person: Any) -> None:
    class Bare(models.Model):
        objects = ScopedQuerySet.as_manager()

        class Meta:
            app_label = "people"
            managed = False

    try:
        assert not is_declared(Bare)
        with pytest.raises(ImproperlyConfigured, match="Bare declares neither"):
            Bare.objects.visible_to(person("root", None, is_superuser=True))
        errors = every_model_declares_its_scope(None)
        assert [error.obj for error in errors] == [Bare]
    finally:
        from django.apps import apps

        del apps.all_models["people"]["bare"]
        apps.clear_cache()


def test_every_model_of_the_office_declares_its_scope() -> None:
    assert every_model_declares_its_scope(None) == []
    assert is_declared(LogHead)


def test_a_row_reached_by_two_regions_is_one_row(person: Any, province: dict[str, Any]) -> None:
    """Lookups over many-valued relations must not multiply rows."""

    class ByUsers(ScopedQuerySet[Unit]):
        pass

    unit = Unit.objects.create(name="联席会议")
    for name, code in (("a", "141002"), ("b", "141024")):
        person(name, code, unit=unit)
    city = person("city", "141000")
    before = Unit.scope_region
    Unit.scope_region = "users__region__path"
    try:
        found = ByUsers(Unit).visible_to(city)
        assert list(found) == [unit]
        assert found.count() == 1
    finally:
        Unit.scope_region = before


def test_the_log_is_scoped_by_the_region_of_its_thing(person: Any, province: dict[str, Any]) -> None:
    from lantian.office.people.actions import record

    record(None, "change", province["141024"], after={"name": "x"})
    assert ActionLog.objects.visible_to(person("in", "141000")).count() == 1
    assert ActionLog.objects.visible_to(person("out", "141002")).count() == 0
