"""`lantian species`: components of VOC and PM2.5, ozone formation potential, closure of the mass."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from lantian.cli.measures import (
    AS_OF,
    FILES,
    FORM,
    PERIOD,
    PLACES,
    REPORT,
    RULES,
    SHAPE,
    STORE,
    checked,
    known_places,
    rule_notes,
    show,
    tell,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lantian.rulebook import Rule

SITE = click.option("--site", required=True, help="The site.")
POTENTIAL = {
    "rank": "rank", "en": "species", "zh": "物种", "group": "class", "micrograms": "µg/m³", "ppb": "ppb",
    "mass_share": "mass %", "mir": "MIR", "potential": "potential µg/m³", "share": "share %",
    "samples": "samples", "below_detection": "below detection",
    "negative": "negative", "missing": "missing",
}  # fmt: skip
CLASSES = {
    "group": "class", "species": "species", "micrograms": "µg/m³", "mass_share": "mass %",
    "potential": "potential µg/m³", "share": "share %",
}  # fmt: skip
PARTS = {"name": "part", "mean": "µg/m³", "share": "% of parts", "share_of_measured": "% of measured"}
CLOSED = {
    "time": "time", "measured": "measured", "reconstructed": "reconstructed", "ratio": "ratio",
    "accepted": "accepted",
}  # fmt: skip
MEANS = {
    "species": "species", "zh": "中文", "group": "class", "mean": "µg/m³", "as_given": "as given",
    "units": "unit", "values": "values", "below_detection": "below detection",
    "negative": "negative", "missing": "missing",
}  # fmt: skip


@click.group()
def species() -> None:
    """Species of VOC and PM2.5: take them in, ozone formation potential, closure of the mass.

    \b
    lantian species import voc.csv --store air --site 超级站
    lantian species ozone --store air --site 超级站 --period 2025-07
    lantian species mass --store air --site 超级站 --period 2025-01
    """


@species.command("import")
@FILES
@STORE
@click.option("--site", help="The site of all rows, for files without a column for it.")
@click.option("--unit", help="ppb, ppbC, µg/m³ or ng/m³, where headings do not say it in brackets.")
@click.option(
    "--uncertainty", type=click.Path(path_type=Path), help="A table of the same form: uncertainties."
)
@click.option(
    "--dates", type=click.Choice(["ymd", "mdy", "dmy"]), default="ymd", show_default=True,
    help="Order of day and month where the year does not stand first.",
)  # fmt: skip
@click.option("--stamp", type=click.Choice(["start", "end"]), default="start", show_default=True)
@click.option("--hours", type=click.IntRange(1), default=1, show_default=True, help="Hours of a sample.")
@PLACES
@REPORT
@SHAPE
def import_(
    files: tuple[Path, ...],
    *,
    store: Path,
    site: str | None,
    unit: str | None,
    uncertainty: Path | None,
    dates: Literal["ymd", "mdy", "dmy"],
    stamp: Literal["start", "end"],
    hours: int,
    places: Path | None,
    report: Path | None,
    shape: str,
) -> int:
    """Take tables of species: one column a species, or one row a value."""
    from lantian.ambient.measures import SpeciesWishes, import_species
    from lantian.lake import Lake

    checked([*files, *([uncertainty] if uncertainty else [])])
    known = known_places(places)
    wishes = SpeciesWishes(site, unit, dates, stamp, hours)
    lake = Lake.open(store, create=True)
    result = import_species(
        files, lake, wishes=wishes, uncertainty=uncertainty, known_places=known, report=report
    )
    return tell(result, shape)


def _asked(store: Path, period: str, rules: tuple[Path, ...]) -> Any:
    from lantian.ambient.period import Period
    from lantian.lake import Lake
    from lantian.rulebook import load

    return Lake.open(store), Period.parse(period), load(rules)


def _notes(rules: Iterable[Rule]) -> list[str]:
    """One line for all MIR together, one for each other rule."""
    found = list(rules)
    mir = [rule for rule in found if rule.path.startswith("ambient.species.mir.")]
    lines = rule_notes(rule for rule in found if rule not in mir)
    if mir:
        lines.append(f"not verified: {len(mir)} values of ambient.species.mir ({mir[0].citation})")
    return lines


@species.command()
@STORE
@SITE
@PERIOD
@RULES
@AS_OF
@FORM
def means(
    *, store: Path, site: str, period: str, rules: tuple[Path, ...], as_of: int | None, form: str
) -> None:
    """The mean of every species, with counts of values, below detection, negative and missing."""
    from lantian.ambient.exact import half_even
    from lantian.ambient.measures import SpeciesTable, species_means
    from lantian.ambient.measures.record import plain, unverified

    lake, span, book = _asked(store, period, rules)
    table = SpeciesTable(book, span.last)
    rows = []
    for one in species_means(lake, site, span, table, as_of=as_of):
        numbers = {"mean": one.mean, "as_given": one.as_given}
        shown = {key: None if value is None else plain(half_even(value, 6)) for key, value in numbers.items()}
        rows.append(
            {
                **one.as_dict(),
                "species": one.species.en,
                "zh": one.species.zh,
                "group": one.species.group,
                **shown,
            }
        )
    answer = {"site": site, "period": span.label, "species": rows}
    notes = _notes(unverified(table.used.values()))
    show(form, answer, rows, MEANS, title=f"species of {site}, {span.label}", notes=notes)


@species.command()
@STORE
@SITE
@PERIOD
@click.option("--by", type=click.Choice(["species", "class"]), default="species", show_default=True)
@click.option("--top", type=click.IntRange(1), help="Only the N species with the largest potential.")
@RULES
@AS_OF
@FORM
def ozone(
    *,
    store: Path,
    site: str,
    period: str,
    by: str,
    top: int | None,
    rules: tuple[Path, ...],
    as_of: int | None,
    form: str,
) -> None:
    """Ozone formation potential of VOC: concentration times MIR, by species or class."""
    from lantian.ambient.measures import ozone_potential

    lake, span, book = _asked(store, period, rules)
    found = ozone_potential(lake, site, span, as_of=as_of, rulebook=book)
    answers = found.classes if by == "class" else found.rows[:top]
    rows = [row.cells() for row in answers]
    bare = ", ".join(row.en for row in found.not_covered)
    apart = ", ".join(f"{one.species} ({one.why})" for one in found.not_converted)
    notes = [
        f"without MIR, {found.not_covered_share} % of the mass: {bare}" if bare else "",
        f"in no total: {apart}" if apart else "",
        *_notes(found.unverified),
    ]
    total = f"VOC {found.micrograms} µg/m³, ozone formation potential {found.potential} µg/m³"
    title = f"{site}, {span.label}: {total}"
    answer = found.as_dict()
    if by == "species":
        answer["rows"] = [row.as_dict() for row in answers]
    show(form, answer, rows, CLASSES if by == "class" else POTENTIAL, title=title, notes=notes)


@species.command()
@STORE
@SITE
@PERIOD
@click.option("--samples", is_flag=True, help="One row a sample instead of one a part.")
@RULES
@AS_OF
@FORM
def mass(
    *,
    store: Path,
    site: str,
    period: str,
    samples: bool,
    rules: tuple[Path, ...],
    as_of: int | None,
    form: str,
) -> None:
    """Reconstructed mass of PM2.5 beside the measured one, and the balance of ions."""
    from lantian.ambient.measures import mass_closure

    lake, span, book = _asked(store, period, rules)
    found = mass_closure(lake, site, span, as_of=as_of, rulebook=book)
    rows = [row.cells() for row in (found.rows if samples else found.components)]
    verdict = {True: "accepted", False: "not accepted", None: "no sample could be used"}[found.accepted]
    title = (
        f"{site}, {span.label}: measured {found.measured}, reconstructed {found.reconstructed} µg/m³, "
        f"ratio {found.ratio}, {verdict}"
    )
    left = ", ".join(f"{count} {why}" for why, count in found.excluded.items())
    balance = found.balance
    notes = [
        f"{found.used} of {found.samples} samples used" + (f"; left out: {left}" if left else ""),
        f"{found.within} of them ({found.within_share} %) within the range" if found.used else "",
        f"{found.incomplete} of them lack a minor part" if found.incomplete else "",
        f"never measured, so missing from the sum: {', '.join(found.absent)}" if found.absent else "",
        f"ions: cations {balance.cations}, anions {balance.anions} neq/m³, ratio {balance.ratio}"
        if balance
        else "",
        *_notes(found.unverified),
    ]
    show(form, found.as_dict(), rows, CLOSED if samples else PARTS, title=title, notes=notes)
