"""Each page asks as often as is written in query_counts.yaml, however many records there are."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.office.registers import actions

FILE = b"\xff\xd8\xff\xe0 a small photo"


def test_pages_ask_as_often_as_written(query_counts: Any, keep: Any, firm: Any) -> None:
    numbers = iter(range(100))

    def make() -> Any:
        # Late, incomplete, placed, with an enterprise: whatever a page may ask about.
        raw = {"fuel": "燃气", "capacity": "10", "due": "2020-01-01", "lon": "111.5", "lat": "36.1"}
        row = keep("boilers", number=f"锅{next(numbers)}", enterprise=f"#{firm.pk}", **raw)
        actions.attach(None, row, [SimpleUploadedFile("a.jpg", FILE, "image/jpeg")])
        return row

    first = make()
    make()
    boiler = {"code": "boilers"}
    one = {"code": "boilers", "pk": first.pk}
    query_counts(
        "registers",
        {
            "registers:search": {"?": "q=锅"},
            "registers:records": boiler,
            "registers:map": boiler,
            "registers:record": one,
            "registers:history": one,
            "registers:new": boiler,
            "registers:asked": boiler,
            "registers:edit": one,
            "registers:state": one,
            "registers:withdraw": one,
            "registers:files": one,
            "registers:file": {**one, "file": actions.files_of(first).get().pk},
            "registers:suggest": {**boiler, "name": "enterprise", "?": "q=示例"},
            "registers:export": boiler,
            "registers:export-csv": boiler,
            "registers:template": boiler,
            "registers:import": boiler,
            "registers:import-run": "needs an import that runs; its page is fetched by its own test",
            "registers:import-part": "a part of the page of an import",
            "registers:import-refused": "needs an import with refused rows",
            "registers:import-deed": "answers to POST alone",
            "registers:dossier": {"pk": firm.pk},
            "api:records": boiler,
            "api:record": one,
            "api:add_record": boiler,
            "api:change_record": one,
            "api:attach_files": one,
            "api:withdraw_record": one,
        },
        grow=make,
    )
