"""`lantian transfers`: what each city pays or gets for a month by a dated scheme, with reasons."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lantian.errors import LantianError

if TYPE_CHECKING:
    from lantian.ambient.period import Period
    from lantian.assessment.transfers import Statement, TransferScheme, Values
    from lantian.lake import Lake
    from lantian.rulebook import Rulebook

FIGURES = ("composite_index", "so2", "no2", "pm10", "pm2_5", "co", "o3_8h", "good_days", "good_days_ratio")


@click.command()
@click.option("--store", required=True, type=click.Path(path_type=Path), help="Folder of the store.")
@click.option("--period", required=True, help="The month, 2020-01; a year for a yearly scheme.")
@click.option(
    "--scheme", "name", default="shanxi_2019", show_default=True, help="Its name, or its whole path."
)
@click.option(
    "--place", "places", multiple=True, help="A city that takes part; give each. All of the store without."
)
@click.option(
    "--rules", multiple=True, type=click.Path(path_type=Path),
    help="A rule file of your own, laid over the rulebook; may be given again.",
)  # fmt: skip
@click.option("--why", is_flag=True, help="Say how each amount came about.")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def transfers(
    *,
    store: Path,
    period: str,
    name: str,
    places: tuple[str, ...],
    rules: tuple[Path, ...],
    why: bool,
    language: str,
    form: str,
) -> None:
    """What each city pays or gets for a month by a reward scheme.

    \b
    lantian transfers --store air --period 2020-01 --place 太原 --place 大同 --why
    """
    from lantian.ambient.period import Period
    from lantian.assessment.sealing import canonical
    from lantian.assessment.transfers import read_transfer_scheme
    from lantian.assessment.transfers import transfers as reckon
    from lantian.lake import Lake
    from lantian.rulebook import load

    book, span = load(rules), Period.parse(period)
    path = name if "." in name else f"assessment.transfers.{name}"
    scheme = read_transfer_scheme(book.rule(path, on=span.last))
    if scheme.period != span.kind:
        raise LantianError(
            f"'{path}' is by the {scheme.period}, and {period} is a {span.kind}",
            remedy=f"Name a {scheme.period}.",
        )
    missing = [code for code in scheme.indicators if code not in FIGURES]
    if missing:
        raise LantianError(
            f"the scheme needs {', '.join(missing)}, which a store of air data does not hold",
            remedy="Compute it in the office.",
        )
    values = values_of(Lake.open(store), span, scheme, set(places) or None, book)
    if not values:
        raise LantianError(f"the store holds nothing of {period}", where=str(store))
    found = reckon(scheme, span.label, values)
    click.echo(canonical(found.as_dict()) if form == "json" else "\n".join(_lines(found, language, why)))


def values_of(
    lake: Lake, span: Period, scheme: TransferScheme, places: Collection[str] | None, book: Rulebook
) -> dict[str, dict[str, Values]]:
    """Each city's figures of a period and of the same period a year before, both under one standard."""
    from lantian.ambient import evaluate
    from lantian.assessment.facts import Fact
    from lantian.assessment.text import Text
    from lantian.assessment.transfers import Values

    regime = book.regime_on(span.last)
    sides = [
        {row.place: row for row in evaluate(lake, side, regime=regime, places=places, rulebook=book).rows}
        for side in (span, span.previous_year())
    ]
    none = Text("没有数据", "there are no data")

    def fact(row: Any, code: str) -> Fact:
        value = figure(row, code) if row is not None else None
        return Fact(value, None if value is not None else none)

    return {
        place: {
            code: Values(fact(sides[0][place], code), fact(sides[1].get(place), code))
            for code in scheme.indicators
        }
        for place in sorted(sides[0])
    }


def figure(row: Any, code: str) -> Any:
    """A published figure of a place; None where there is none."""
    from decimal import Decimal

    if code == "composite_index":
        return row.composite_index
    if code == "good_days":
        return None if row.good_days is None else Decimal(row.good_days)
    if code == "good_days_ratio":
        from fractions import Fraction

        from lantian.assessment.text import half_even

        return half_even(Fraction(row.good_days * 100, row.days_used), 1) if row.days_used else None
    statistic = row.statistics.get(code)
    return None if statistic is None else statistic.value


def _lines(found: Statement, language: str, why: bool) -> list[str]:
    from lantian.cli.tables import Column, View

    unit = found.scheme.unit.in_language(language)
    zh = language == "zh"
    heads = [
        Column("place", "城市" if zh else "city", left=True),
        Column("paid", "扣" if zh else "pays"),
        Column("got", "奖" if zh else "gets"),
        Column("net", "净额" if zh else "net"),
    ]
    rows = [
        {"place": r.subject, "paid": str(r.paid), "got": str(r.got), "net": str(r.net)} for r in found.rows
    ]
    total = "合计" if zh else "sum"
    rows.append({"place": total, "paid": str(found.paid), "got": str(found.got), "net": str(found.net)})
    notes = []
    if why:
        for row in found.rows:
            for amount in row.amounts:
                value = "—" if amount.amount is None else str(amount.amount)
                what = amount.part.title.in_language(language)
                notes.append(f"{row.subject}  {what}: {value}  {amount.why.in_language(language)}")
    for part, rest in found.left:
        nobody = "无人可分，余" if zh else "nobody to share in, left over"
        notes.append(f"{part.in_language(language)}: {nobody} {rest}")
    mark = "不完整：" if zh else "incomplete: "
    notes += [f"{mark}{text.in_language(language)}" for text in dict.fromkeys(found.not_known)]
    notes.append(found.scheme.citation.in_language(language))
    title = f"{found.scheme.title.in_language(language)}  {found.month}  [{unit}]"
    return View(title, heads, rows, [], notes=notes).text("table").split("\n")
