"""Whoever is outside sees a device, its hours, its declarations and their papers through no door."""

from __future__ import annotations

from typing import Any


def test_a_device_and_its_hours_stay_in_their_county(scope_doors: Any, plant: Any, office: Any) -> None:
    office.tell(plant, 0, [40.0] * 24)
    pk = plant.device.pk
    with office.on():
        office.run()
        for inside in (office.folk.city, office.folk.own):
            scope_doors(
                thing=plant.device,
                secret=plant.mn,
                inside=inside,
                outside=office.folk.other,
                pages=[
                    f"/telemetry/stacks/{pk}/?day=2026-03-02&span=day",
                    f"/telemetry/stacks/{pk}/hours.xlsx",
                    f"/telemetry/stacks/{pk}/a21002/2026030202/",
                    f"/telemetry/stacks/{pk}/a21002/2026030202/minutes/",
                    f"/telemetry/devices/{pk}/",
                    f"/telemetry/devices/{pk}/packets/?day=2026-03-02",
                    f"/api/telemetry/devices/{pk}/hours",
                ],
                lists=[
                    "/telemetry/",
                    "/telemetry/?q=secretmn",
                    "/telemetry/reports/?month=2026-03&q=secretmn",
                    "/api/telemetry/lines",
                    "/api/telemetry/months?month=2026-03",
                ],
            )


def test_days_kept_of_a_device_stay_in_their_county(scope_doors: Any, plant: Any, office: Any) -> None:
    office.tell(plant, 0, [40.0] * 24)
    with office.on():
        office.run()
        scope_doors(
            thing=plant.device.days.first(),
            secret=plant.device.name,
            inside=office.folk.county,
            outside=office.folk.other,
            lists=["/telemetry/reports/?month=2026-03"],
        )


def test_a_declaration_and_its_paper_stay_in_their_county(
    scope_doors: Any, declared: Any, office: Any
) -> None:
    row = declared()
    pages = [f"/telemetry/declarations/{row.pk}/", f"/api/telemetry/declarations/{row.pk}"]
    with office.on():
        scope_doors(
            thing=row, secret="更换滤芯", inside=office.folk.county, outside=office.folk.other, pages=pages,
            lists=["/telemetry/declarations/", "/api/telemetry/declarations"],
        )  # fmt: skip
        scope_doors(
            thing=row.files.get(), secret="a work order", inside=office.folk.own, outside=office.folk.other,
            pages=[f"/telemetry/declarations/files/{row.files.get().pk}/"],
        )  # fmt: skip


def test_an_enterprise_is_told_nothing_of_a_number_the_office_has_not_confirmed(
    works: Any, office: Any, person: Any
) -> None:
    other = works("乙铸造有限公司", state="unconfirmed")
    office.tell(other, 0, [40.0] * 24)
    browser = office.signed_in(person("second", None, unit=other.firm.account))
    with office.on(0, 23):
        pk = other.device.pk
        page = browser.get(f"/telemetry/stacks/{pk}/?day=2026-03-02&span=day").content.decode()
        assert "尚未确认" in page and "40" not in page.split("尚未确认")[1].split("</p>")[0]
        for door in (
            f"/telemetry/stacks/{pk}/hours.xlsx", f"/telemetry/stacks/{pk}/a21002/2026030202/",
            f"/telemetry/stacks/{pk}/a21002/2026030202/minutes/", f"/telemetry/devices/{pk}/packets/",
            f"/api/telemetry/devices/{pk}/hours",
        ):  # fmt: skip
            assert browser.get(door).status_code == 404, door
        [line] = browser.get("/api/telemetry/lines").json()["items"]
        assert line["state"] == "never" and line["last_packet"] is None


def test_newcomers_are_shown_to_those_who_keep_the_line_of_a_city(plant: Any, office: Any) -> None:
    from lantian.office.telemetry import door
    from lantian.telemetry.store import Device

    door.line().devices.put(Device("STRANGER001", state="unconfirmed", password="1"))
    with office.on():
        from lantian.office.frame import clock

        door.line().refuse(plant.mn, "203.0.113.9", "wrong_password", b"PW=Xy77Zq;", clock.now())
        for who, status in ((office.folk.city, 200), (office.folk.analyst, 200), (office.folk.county, 404),
                            (office.folk.own, 404)):  # fmt: skip
            assert office.signed_in(who).get("/telemetry/newcomers/").status_code == status
        shown = office.signed_in(office.folk.city).get("/telemetry/newcomers/").content.decode()
        assert "STRANGER001" in shown and plant.mn in shown and "密码错误" in shown
        assert "Xy77Zq" not in shown
        elsewhere = office.signed_in(office.folk.taiyuan).get("/telemetry/newcomers/").content.decode()
        assert "STRANGER001" in elsewhere and plant.mn not in elsewhere
