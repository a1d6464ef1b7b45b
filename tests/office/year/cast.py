"""Who plays the year: one account for every unit and county that reports, and a dispatcher for each plan."""

from __future__ import annotations

from typing import Any

from lantian.office.people.actions import record
from lantian.office.people.models import Unit, User
from lantian.office.people.rules import Role
from lantian.office.regions.models import Region

PROVINCE, JINZHONG, LINFEN, LINGCHUAN = "140000", "140700", "141000", "140524"
YAODU, HONGTONG = "141002", "141024"
MAILED = "dispatcher-141000@example.org"


class Cast:
    """Accounts by what they do; each is made once, as an administrator makes it, with its row in the log."""

    def __init__(self) -> None:
        self.units: dict[int, User] = {}
        self.officers: dict[str, User] = {}
        self.administrator = self._account("administrator", Role.ADMINISTRATOR, PROVINCE, "山西省生态环境厅")
        self.analyst = self._account("analyst", Role.ANALYST, PROVINCE, "山西省政府办公厅")
        self.dispatchers = {
            code: self._account(f"dispatcher-{code}", Role.DISPATCHER, code, "督查室")
            for code in (PROVINCE, JINZHONG, LINFEN, LINGCHUAN)
        }

    def of_unit(self, unit: Unit) -> User:
        """The person of a unit, which sits in the unit's region."""
        if unit.pk not in self.units:
            code = unit.region.code
            self.units[unit.pk] = self._user(f"unit-{unit.pk}", Role.COUNTY_OFFICER, code, unit)
        return self.units[unit.pk]

    def of_region(self, region: Region) -> User:
        """The officer of a county."""
        if region.code not in self.officers:
            self.officers[region.code] = self._user(
                f"county-{region.code}", Role.COUNTY_OFFICER, region.code, None
            )
        return self.officers[region.code]

    def _account(self, name: str, role: str, code: str, unit: str) -> User:
        region = Region.objects.get(code=code)
        office, new = Unit.objects.get_or_create(name=unit, region=region, defaults={"kind": "other"})
        if new:
            record(None, "create", office, after={"name": office.name})
        return self._user(name, role, code, office)

    def _user(self, name: str, role: str, code: str, unit: Any) -> User:
        address = f"{name}@example.org"
        user = User(
            username=name, role=role, region=Region.objects.get(code=code), unit=unit,
            email=address if address == MAILED else "",
        )  # fmt: skip
        user.set_unusable_password()
        user.save()
        record(None, "create", user, after={"username": name, "role": role})
        return user
