"""Species of a period: means with what is below detection, negative or missing told apart."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from lantian.ambient.measures.record import Record
from lantian.ambient.measures.species_table import Species, SpeciesTable
from lantian.ambient.period import Period
from lantian.errors import LantianError
from lantian.lake import Lake, arrow
from lantian.lake.kinds import MILLIONTHS
from lantian.lake.reading import Moment

KINDS = ("species_hour", "species_day")
STATES = ("value", "below_detection", "negative", "missing")


@dataclass(frozen=True, slots=True)
class SpeciesMean(Record):
    """Mean of one species [µg/m³] over its samples; None when none counts or its unit cannot be converted.

    `as_given` is the mean in the unit of the source (None when it has several). Counts: samples with a
    value, below detection, negative, missing.
    """

    species: Species
    mean: Fraction | None
    as_given: Fraction | None
    units: tuple[str, ...]
    samples: int
    values: int
    below_detection: int
    negative: int
    missing: int


def kinds_of_place(lake: Lake, place: str, period: Period, as_of: int | None = None) -> dict[str, set[str]]:
    """The species each kind holds of a site in a period, the finer kind first.

    Raises LantianError when there is nothing, with the sites there are.
    """
    found: dict[str, set[str]] = {}
    for kind in KINDS:
        rows = lake.read(kind, since=period.first, until=period.last, places=[place], as_of=as_of)
        held = {row["species"] for row in arrow(rows.aggregate("species", "species")).to_pylist()}
        if held:
            found[kind] = held
    if found:
        return found
    sites = sorted({one.place for kind in KINDS for one in lake.places(kind, as_of=as_of)})
    remedy = f"There are {', '.join(sites)}; ask for days of theirs." if sites else "Import species first."
    raise LantianError(f"there are no species of {place} in {period}", remedy=remedy)


def species_means(
    lake: Lake, place: str, period: Period, table: SpeciesTable, *, as_of: int | None = None
) -> list[SpeciesMean]:
    """The mean of every species of a site in a period; from hours where a species has hours and days.

    Below detection counts as the rule `ambient.species.below_detection` says (half the limit), a negative
    value as `ambient.species.negative` says (kept); a missing one counts nothing.
    """
    by_species: dict[str, dict[str, dict[str, tuple[int, int]]]] = {}
    for kind in kinds_of_place(lake, place, period, as_of):
        known = set(by_species)
        rows = lake.read(kind, since=period.first, until=period.last, places=[place], as_of=as_of)
        grouped = rows.aggregate(
            "species, unit, state, CAST(count(*) AS BIGINT) AS n, CAST(sum(value) AS BIGINT) AS total",
            "species, unit, state",
        )
        for row in arrow(grouped).to_pylist():
            if row["species"] not in known:
                units = by_species.setdefault(row["species"], {})
                units.setdefault(row["unit"], {})[row["state"]] = (row["n"], row["total"] or 0)
    weigh = Weights(table)
    return [_mean(table, weigh, table.species(code), units) for code, units in sorted(by_species.items())]


class Weights:
    """What a value of each state counts: its factor, None when it is left out."""

    def __init__(self, table: SpeciesTable) -> None:
        below = table.rule("below_detection").text
        negative = table.rule("negative").text
        factors = {"half_limit": Fraction(1, 2), "zero": Fraction(0), "limit": Fraction(1)}
        if below not in factors or negative not in ("keep", "zero", "leave_out"):
            raise LantianError(
                f"the rules of species say {below} and {negative}",
                remedy="Choose half_limit, zero or limit; and keep, zero or leave_out.",
            )
        self.factors: dict[str, Fraction | None] = {
            "value": Fraction(1),
            "below_detection": factors[below],
            "negative": {"keep": Fraction(1), "zero": Fraction(0), "leave_out": None}[negative],
            "missing": None,
        }


def _mean(
    table: SpeciesTable, weigh: Weights, species: Species, units: dict[str, dict[str, tuple[int, int]]]
) -> SpeciesMean:
    counts = dict.fromkeys(STATES, 0)
    used, given = 0, Fraction(0)
    micrograms: Fraction | None = Fraction(0)
    for unit, states in units.items():
        total = Fraction(0)
        for state, (n, summed) in states.items():
            counts[state] += n
            factor = weigh.factors[state]
            if factor is not None:
                used += n
                total += factor * Fraction(summed, MILLIONTHS)
        given += total
        converted = table.micrograms(species, total, unit)
        micrograms = None if micrograms is None or converted is None else micrograms + converted
    return SpeciesMean(
        species=species,
        mean=micrograms / used if used and micrograms is not None else None,
        as_given=given / used if used and len(units) == 1 else None,
        units=tuple(sorted(units)),
        samples=sum(counts.values()),
        values=counts["value"],
        below_detection=counts["below_detection"],
        negative=counts["negative"],
        missing=counts["missing"],
    )


def samples(
    lake: Lake,
    place: str,
    period: Period,
    table: SpeciesTable,
    *,
    species: Collection[str],
    needed: str,
    as_of: int | None = None,
) -> dict[Moment, dict[str, Fraction | None]]:
    """Each sample's species in µg/m³ by its time (end, UTC) or day; None where missing; others not named.

    Samples are those of the finer kind that holds `needed`, else of one that holds any of `species`.
    """
    held = kinds_of_place(lake, place, period, as_of)
    kind = next((kind for kind, codes in held.items() if needed in codes), None) or next(
        (kind for kind, codes in held.items() if codes & set(species)), None
    )
    if kind is None:
        return {}
    clock = "time" if kind == "species_hour" else "date"
    rows = lake.read(kind, since=period.first, until=period.last, places=[place], as_of=as_of)
    weigh = Weights(table)
    found: dict[Moment, dict[str, Fraction | None]] = {}
    for row in arrow(rows).to_pylist():
        if row["species"] not in species:
            continue
        own = table.species(row["species"])
        factor = weigh.factors[row["state"]]
        value = None
        if factor is not None:
            value = table.micrograms(own, factor * Fraction(row["value"] or 0, MILLIONTHS), row["unit"])
        found.setdefault(row[clock], {})[row["species"]] = value
    return dict(sorted(found.items(), key=lambda item: item[0].isoformat()))
