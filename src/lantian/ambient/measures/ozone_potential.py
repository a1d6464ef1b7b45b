"""Ozone formation potential: which VOC could make how much ozone, by maximum incremental reactivity."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from lantian.ambient.exact import half_even
from lantian.ambient.measures.record import Record, unverified
from lantian.ambient.measures.species_table import CLASSES, Species, SpeciesTable
from lantian.ambient.measures.species_values import SpeciesMean, species_means
from lantian.ambient.period import Period
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import Rule, Rulebook, load


@dataclass(frozen=True, slots=True)
class SpeciesPotential(Record):
    """One species: its mean [µg/m³ and ppb at 298.15 K], MIR [g/g], potential [µg/m³ of ozone], shares [%].

    Without a MIR `potential` is None and the species stands among `not_covered`. `exact` is the potential
    before rounding.
    """

    species: str
    zh: str
    en: str
    group: str
    micrograms: Decimal
    ppb: Decimal | None
    mass_share: Decimal
    mir: Decimal | None
    potential: Decimal | None
    exact: Fraction | None
    share: Decimal | None
    rank: int | None
    samples: int
    below_detection: int
    negative: int
    missing: int


@dataclass(frozen=True, slots=True)
class ClassPotential(Record):
    """A class of VOC (alkane, alkene …): mass [µg/m³], potential [µg/m³ of ozone], shares [%]."""

    group: str
    species: int
    micrograms: Decimal
    mass_share: Decimal
    potential: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True)
class NotConverted(Record):
    """A column without a formula, so without a mass in µg/m³: its mean in the unit of the source."""

    species: str
    value: Decimal | None
    units: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class OzonePotential(Record):
    """The ozone formation potential of a site in a period: Σ concentration × MIR.

    `rows` are the species with a MIR, largest potential first; `not_covered` those without, with
    `not_covered_share` of the mass [%]; `not_converted` sums and unknown columns, in no total.
    """

    place: str
    period: Period
    data_version: int
    micrograms: Decimal
    potential: Decimal
    rows: tuple[SpeciesPotential, ...]
    classes: tuple[ClassPotential, ...]
    not_covered: tuple[SpeciesPotential, ...]
    not_covered_share: Decimal
    not_converted: tuple[NotConverted, ...]
    rules: tuple[Rule, ...] = field(repr=False)

    @property
    def unverified(self) -> tuple[Rule, ...]:
        """The rules behind these figures that were not read in their document."""
        return unverified(self.rules)


def ozone_potential(
    lake: Lake, place: str, period: Period, *, as_of: int | None = None, rulebook: Rulebook | None = None
) -> OzonePotential:
    """The ozone formation potential of a site: each VOC's mean times its MIR.

    Parameters
    ----------
    lake
        a store with species
    place
        the site
    period
        any span of days

    Concentrations are converted to µg/m³ at 298.15 K and 101.325 kPa. Rules: `ambient.species.mir.<species>`
    (Carter 2010), `ambient.species.below_detection`, `ambient.species.negative`.

    Raises
    ------
    LantianError
        no VOC of the site in the period
    """
    table = SpeciesTable(rulebook or load(), period.last)
    means = species_means(lake, place, period, table, as_of=as_of)
    gases = [one for one in means if one.species.kind == "voc" and one.mean is not None]
    if not gases:
        # A potential of 0 would say that there is none; here nothing was measured.
        raise LantianError(
            f"{place} has no VOC in {period}", remedy="Ask for the closure of its mass instead."
        )
    places = {key: int(value) for key, value in table.rule("decimals").table.items()}
    mass = sum((one.mean or Fraction(0) for one in gases), Fraction(0))
    potentials: dict[str, Fraction] = {}
    for one in gases:
        rule = table.mir(one.species.code)
        if rule is not None:
            potentials[one.species.code] = (one.mean or Fraction(0)) * Fraction(rule.number)
    total = sum(potentials.values(), Fraction(0))
    make = _Maker(table, places, mass, total, potentials)
    rows = sorted((make.row(one) for one in gases), key=lambda row: (-(row.exact or 0), row.species))
    covered = [row for row in rows if row.exact is not None]
    without = tuple(row for row in rows if row.exact is None)
    bare = sum((one.mean or Fraction(0) for one in gases if one.species.code not in potentials), Fraction(0))
    return OzonePotential(
        place=place,
        period=period,
        data_version=lake.version if as_of is None else as_of,
        micrograms=half_even(mass, places["potential"]),
        potential=half_even(total, places["potential"]),
        rows=tuple(covered),
        classes=tuple(make.classes(gases)),
        not_covered=without,
        not_covered_share=make.share(bare, mass),
        not_converted=tuple(_not_converted(one, places) for one in means if _left_out(one)),
        rules=tuple(table.used.values()),
    )


class _Maker:
    def __init__(
        self,
        table: SpeciesTable,
        places: dict[str, int],
        mass: Fraction,
        total: Fraction,
        potentials: dict[str, Fraction],
    ) -> None:
        self.table, self.places, self.mass, self.total, self.potentials = (
            table,
            places,
            mass,
            total,
            potentials,
        )
        ordered = sorted(potentials, key=lambda code: (-potentials[code], code))
        self.ranks = {code: rank for rank, code in enumerate(ordered, start=1)}

    def share(self, part: Fraction, whole: Fraction) -> Decimal:
        return half_even(part / whole * 100 if whole else Fraction(0), self.places["share"])

    def row(self, one: SpeciesMean) -> SpeciesPotential:
        mean, species = one.mean or Fraction(0), one.species
        exact = self.potentials.get(species.code)
        rule = self.table.mir(species.code)
        ppb = self.table.ppb(species, mean)
        return SpeciesPotential(
            species=species.code,
            zh=species.zh,
            en=species.en,
            group=_group(species),
            micrograms=half_even(mean, self.places["concentration"]),
            ppb=None if ppb is None else half_even(ppb, self.places["concentration"]),
            mass_share=self.share(mean, self.mass),
            mir=rule.number if rule else None,
            potential=None if exact is None else half_even(exact, self.places["potential"]),
            exact=exact,
            share=None if exact is None else self.share(exact, self.total),
            rank=self.ranks.get(species.code),
            samples=one.samples,
            below_detection=one.below_detection,
            negative=one.negative,
            missing=one.missing,
        )

    def classes(self, gases: list[SpeciesMean]) -> list[ClassPotential]:
        found = []
        for group in CLASSES:
            own = [one for one in gases if _group(one.species) == group]
            if own:
                mass = sum((one.mean or Fraction(0) for one in own), Fraction(0))
                total = sum((self.potentials.get(one.species.code, Fraction(0)) for one in own), Fraction(0))
                places = self.places["potential"]
                found.append(
                    ClassPotential(
                        group, len(own), half_even(mass, places), self.share(mass, self.mass),
                        half_even(total, places), self.share(total, self.total),
                    )
                )  # fmt: skip
        return found


def _group(species: Species) -> str:
    return species.group if species.group in CLASSES else "other"


def _left_out(one: SpeciesMean) -> bool:
    return one.species.kind in ("total", "unknown") or (one.species.kind == "voc" and one.mean is None)


def _not_converted(one: SpeciesMean, places: dict[str, int]) -> NotConverted:
    value = None if one.as_given is None else half_even(one.as_given, places["concentration"])
    why = {"total": "sum", "unknown": "unknown_species"}.get(one.species.kind, "no_value")
    return NotConverted(one.species.code, value, one.units, why)
