"""How often the pages of targets ask: see tests/office/query_counts.py."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.office.dispatch import evidence
from lantian.office.targets import actions, letters, rules


@pytest.mark.django_db
@pytest.mark.usefixtures("at_work")
def test_pages_ask_as_often_as_written(
    query_counts: Any, plans: Any, people: Any, province: Any, air: Any
) -> None:
    from lantian.office.plans.actions import load_plan
    from lantian.office.plans.models import Quantity

    city, linfen = province["141000"], people["linfen"]
    pm2_5 = plans["141000"].targets.get(indicator="pm2_5")
    share = plans["141000"].targets.get(unit="%")
    division = actions.divide(linfen, city, pm2_5)
    actions.same_for_all(linfen, division, Decimal(44))
    letter = letters.issue(linfen, city, list(rules.ready(city)))
    one = division.allotments.get(region=province["141002"])
    photo = evidence.keep(SimpleUploadedFile("a.jpg", b"\xff\xd8\xff" + b"0" * 9))
    figure = actions.state_figure(
        linfen, city, indicator=share.indicator, value=Decimal(71), unit="%", day=date(2025, 6, 30),
        document="函", files=[photo],
    )  # fmt: skip
    text = plans["141000"].document.text

    def grow() -> None:
        load_plan("more.txt", text.replace("〔2025〕9号", "〔2025〕10号").encode(), region="141000")
        homes = Quantity.objects.filter(task__plan__region=city).first()
        actions.divide(linfen, city, homes)

    query_counts(
        "targets",
        {
            "targets:trend": {"code": "141000", "indicator": "pm2_5"},
            "targets:division": {"pk": division.pk},
            "targets:division-xlsx": {"pk": division.pk},
            "targets:division-history": {"pk": division.pk},
            "targets:allotment-history": {"pk": one.pk},
            "targets:letter": {"pk": letter.pk},
            "targets:paper": {"pk": letter.pk},
            "targets:paper-of": {"pk": letter.pk, "code": "141002"},
            "targets:letter-history": {"pk": letter.pk},
            "targets:held": {"pk": share.pk},
            "targets:stated": {"pk": figure.pk},
            "targets:stated-file": {"pk": figure.files.get().pk},
            "api:division": {"pk": division.pk},
            "api:letter": {"pk": letter.pk},
        },
        grow,
    )
