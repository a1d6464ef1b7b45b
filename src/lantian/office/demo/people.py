"""Who may sign in to the demonstration. Their password is public: the office is marked as simulated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lantian.office.people.models import User

CHIEF = "admin"
# Printed at the start of every `lantian demo`; such an office holds nothing real.
SHARED_WORD = "lantian-demo"


@dataclass(frozen=True, slots=True)
class Person:
    """A sign-in name, what it may do, and where."""

    username: str
    role: str
    region: str  # code
    unit: str
    describes: str  # for the list that is printed


PEOPLE = (
    Person(CHIEF, "administrator", "140000", "山西省生态环境厅", "administrator, the whole province"),
    Person("analyst", "analyst", "140000", "山西省生态环境厅", "province analyst"),
    Person("linfen", "dispatcher", "141000", "临汾市生态环境局", "dispatcher of Linfen city"),
    Person("hongtong", "county_officer", "141024", "洪洞县人民政府", "officer of Hongtong county, in Linfen"),
    Person("jubao", "complaint_keeper", "141000", "临汾市生态环境局", "complaint keeper of Linfen city"),
    Person("jijian", "discipline", "141000", "临汾市纪委监委", "discipline inspector of Linfen city"),
    Person(
        "lingchuan", "county_officer", "140524", "陵川县人民政府", "officer of Lingchuan county, elsewhere"
    ),
)


def make_people() -> dict[str, User]:
    """Make units and accounts in an office with its first administrator; returns them by sign-in name."""
    from django.db import transaction

    from lantian.office.people.actions import record
    from lantian.office.people.models import Unit, User
    from lantian.office.people.rules import Role
    from lantian.office.regions.models import Region

    made = {}
    with transaction.atomic():
        for person in PEOPLE:
            region = Region.objects.get(code=person.region)
            kind = "government" if person.unit.endswith("政府") else "department"
            unit, new = Unit.objects.get_or_create(name=person.unit, region=region, defaults={"kind": kind})
            if new:
                record(None, "create", unit, after={"name": unit.name})
            user = User.objects.filter(username=person.username).first()
            if user is None:
                user = User(username=person.username, role=Role(person.role))
                user.set_password(SHARED_WORD)
            user.region, user.unit = region, unit
            user.save()
            record(None, "create", user, after={"username": user.username, "role": user.role})
            made[user.username] = user
    return made
