"""Rows as a table, a workbook and the API show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from lantian.ambient.outlook.result import Outlook
from lantian.office.monitoring.indicators import shown_unit
from lantian.office.outlook import rules, words
from lantian.office.outlook.asking import Row
from lantian.office.rankings.export import Cell


@dataclass(frozen=True)
class Shown:
    """One row in words."""

    row: Row
    target: str
    basis: str
    url: str
    verdict: str
    word: str
    percent: str
    interval: str
    needs: str
    unit: str
    middle: Decimal | None
    reason: str

    @property
    def outlook(self) -> Outlook | None:
        """The outlook where there is a probability."""
        own = self.row.outlook
        return own if own is not None and own.probability is not None else None

    @property
    def width(self) -> int:
        """The bar of the probability [%]."""
        return round(100 * (self.outlook.probability or 0)) if self.outlook else 0


def shown(found: Iterable[Row]) -> list[Shown]:
    """Rows in words, the greatest risk first."""
    return [_shown(row) for row in sorted(found, key=lambda row: row.risk)]


def _shown(row: Row) -> Shown:
    own = row.outlook
    verdict = row.verdict
    return Shown(
        row=row,
        target=words.target(row.target) or (row.plan.asks if row.plan else ""),
        basis=str(words.BASES[row.basis]),
        url=detail_url(row),
        verdict=verdict,
        word=words.verdict(verdict),
        percent=rules.percent(own.probability) if own else "",
        interval=interval(own),
        needs=words.needs(own.needs, row.indicator, own.days_remaining) if own and own.days_remaining else "",
        unit=shown_unit(row.indicator.unit),
        middle=own.final.get("50") if own else None,
        reason=words.reason(row.why),
    )


def interval(own: Outlook | None) -> str:
    """The 90 % interval of a probability, `48 – 71%`; empty where it is settled or there is none."""
    if own is None or own.probability_interval is None or own.decided is not None:
        return ""
    low, high = (rules.percent(edge) for edge in own.probability_interval)
    return f"{low} – {high}%" if low != high else f"{low}%"


def detail_url(row: Row) -> str:
    """The page of a row; the target and the day stand in the address."""
    url = reverse("outlook:detail", args=[row.region.code, row.indicator.key])
    query = {}
    if row.target is not None and row.target.value is not None:
        query["target"] = row.target.text
    if row.question is not None:
        query["on"] = row.question.day.isoformat()
    return f"{url}?{urlencode(query)}" if query else url


def counts(found: Sequence[Shown]) -> list[tuple[str, str, int]]:
    """How many rows bear each verdict: code, word, number; those that occur."""
    return [
        (code, words.verdict(code), number)
        for code in rules.RISK
        if (number := sum(row.verdict == code for row in found))
    ]


def head() -> list[str]:
    """The columns of a workbook."""
    return [
        _("Region"), _("Region code"), _("Indicator"), _("Target"), _("Basis"), _("Unit of measure"),
        _("To date"), _("Days known"), _("Days to come"), _("Must still come"), _("Probability [%]"),
        _("from [%]"), _("to [%]"), _("Verdict"), _("Expected middle"), _("80% from"), _("80% to"),
        _("To know"),
    ]  # fmt: skip


def cells(found: Iterable[Shown]) -> list[list[Cell]]:
    """The rows of a workbook."""
    lines: list[list[Cell]] = []
    for each in found:
        own, to_date = each.row.outlook, each.row.to_date
        edges = own.probability_interval if own and own.probability_interval else (None, None)
        low, high = own.interval(80) if own and own.final else (None, None)
        value = to_date.value if to_date else own.to_date if own else None
        lines.append(
            [
                each.row.region.label, each.row.region.code, each.row.indicator.label, each.target,
                each.basis,
                each.unit, value, own.days_known if own else None, own.days_remaining if own else None,
                each.needs, _hundred(own.probability if own else None), _hundred(edges[0]),
                _hundred(edges[1]),
                each.word, each.middle, low, high, each.reason,
            ]
        )  # fmt: skip
    return lines


def _hundred(share: float | None) -> Decimal | None:
    return None if share is None else Decimal(f"{100 * share:.1f}")
