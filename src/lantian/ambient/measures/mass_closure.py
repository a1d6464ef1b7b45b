"""Does the mass of PM2.5 close? Its parts put together beside what was weighed, and the balance of ions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from lantian.ambient.exact import half_even
from lantian.ambient.measures.record import Record, unverified
from lantian.ambient.measures.species_table import SpeciesTable
from lantian.ambient.measures.species_values import samples
from lantian.ambient.period import Period
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import Rule, Rulebook, load

MASS = "pm2_5"
MAIN = ("so4", "no3", "ec")
"""Without these, or without carbon, a sample says nothing of the whole mass."""
CATIONS = ("nh4", "na_ion", "k_ion", "mg_ion", "ca_ion")
ANIONS = ("so4", "no3", "cl_ion", "f_ion")
NO_TRACE = frozenset({"s", "na", "mg", "cl", "al", "si", "ca", "fe", "ti", "p"})
"""Elements that other parts hold already."""
Sample = Mapping[str, Fraction | None]


@dataclass(frozen=True, slots=True)
class Component(Record):
    """One part of the mass: its mean [µg/m³] and share of the reconstructed and of the measured mass [%]."""

    name: str
    mean: Decimal
    share: Decimal
    share_of_measured: Decimal


@dataclass(frozen=True, slots=True)
class ClosedSample(Record):
    """One sample: measured and reconstructed mass [µg/m³], their ratio, whether it is accepted."""

    time: date | datetime
    measured: Decimal
    reconstructed: Decimal
    ratio: Decimal
    accepted: bool


@dataclass(frozen=True, slots=True)
class IonBalance(Record):
    """Equivalents of cations over those of anions [neq/m³]; `absent` ions were never measured."""

    samples: int
    cations: Decimal
    anions: Decimal
    ratio: Decimal
    accepted: bool
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MassClosure(Record):
    """The reconstructed mass of a site in a period.

    `used` samples have a measured mass and every main part; `excluded` counts the others by what they
    lack; `incomplete` used ones lack a minor part that others have. `absent` species were never measured:
    what they would add is missing from the reconstructed mass. `ratio` is of the means; `accepted` whether
    it lies in the range of the rule; `within` how many samples do. `balance` None without SO4, NO3 and NH4.
    """

    place: str
    period: Period
    data_version: int
    samples: int
    used: int
    excluded: dict[str, int]
    incomplete: int
    absent: tuple[str, ...]
    measured: Decimal | None
    reconstructed: Decimal | None
    ratio: Decimal | None
    accepted: bool | None
    within: int
    within_share: Decimal | None
    components: tuple[Component, ...]
    balance: IonBalance | None
    rows: tuple[ClosedSample, ...] = field(repr=False)
    rules: tuple[Rule, ...] = field(repr=False)

    @property
    def unverified(self) -> tuple[Rule, ...]:
        """The rules behind these figures that were not read in their document."""
        return unverified(self.rules)


def mass_closure(
    lake: Lake, place: str, period: Period, *, as_of: int | None = None, rulebook: Rulebook | None = None
) -> MassClosure:
    """Put the mass of PM2.5 together from its species and compare it with what was weighed.

    Ammonium sulfate 1.375·SO4 and nitrate 1.29·NO3 (or the sum of ions), organic matter k·OC (measured OM
    where there is no OC), elemental carbon, dust from Al, Si, Ca, Fe, Ti, sea salt 1.8·Cl, other elements as
    they are. Rules: `ambient.species.mass.*`, all `verified: false`.

    Raises
    ------
    LantianError
        no species of the site in the period
    """
    table = SpeciesTable(rulebook or load(), period.last)
    wanted = {code for code, species in table.all.items() if species.kind == "particle"}
    found = samples(lake, place, period, table, species=wanted, needed="so4", as_of=as_of)
    if not found:
        raise LantianError(
            f"{place} has no species of particles in {period}", remedy="Ask for its ozone potential."
        )
    measured = {code for sample in found.values() for code, value in sample.items() if value is not None}
    formula = _Formula(table, measured)
    excluded: dict[str, int] = {}
    used: list[tuple[date | datetime, Fraction, dict[str, Fraction]]] = []
    incomplete = 0
    for moment, sample in found.items():
        lack = formula.lacks(sample)
        if lack:
            excluded[lack] = excluded.get(lack, 0) + 1
            continue
        parts, whole = formula.parts(sample)
        incomplete += not whole
        used.append((moment, sample[MASS] or Fraction(0), parts))
    return _closed(lake, table, formula, _Found(place, period, as_of, found, used, excluded, incomplete))


@dataclass(frozen=True, slots=True)
class _Found:
    place: str
    period: Period
    as_of: int | None
    samples: Mapping[date | datetime, Sample]
    used: list[tuple[date | datetime, Fraction, dict[str, Fraction]]]
    excluded: dict[str, int]
    incomplete: int


class _Formula:
    """The parts of a sample, by the rules and by what was ever measured."""

    def __init__(self, table: SpeciesTable, measured: set[str]) -> None:
        self.measured = measured
        self.carbon = "oc" if "oc" in measured else "om"
        self.k = Fraction(table.rule("mass.om_oc").number) if self.carbon == "oc" else Fraction(1)
        self.ions = table.rule("mass.inorganic").text == "ions"
        self.sulfate = Fraction(table.rule("mass.sulfate").number)
        self.nitrate = Fraction(table.rule("mass.nitrate").number)
        self.dust = {code: Fraction(Decimal(f)) for code, f in table.rule("mass.dust").table.items()}
        self.salt = Fraction(table.rule("mass.sea_salt").number)
        self.chloride = "cl_ion" if "cl_ion" in measured else "cl"
        potassium = "k" if "k" in measured else "k_ion"
        elements = {code for code, species in table.all.items() if species.group == "element"}
        self.trace = tuple(sorted(((elements - NO_TRACE - {"k"}) | {potassium}) & measured))
        wanted = [*MAIN, self.carbon, *(("nh4",) if self.ions else ()), *self.dust, self.chloride]
        self.absent = tuple(code for code in wanted if code not in measured)

    def lacks(self, sample: Sample) -> str | None:
        """What keeps a sample from being used."""
        mass = sample.get(MASS)
        if mass is None or mass <= 0:
            return "no_measured_mass"
        for code in (*MAIN, self.carbon, *(("nh4",) if self.ions else ())):
            if sample.get(code) is None:
                return f"no_{code}"
        return None

    def parts(self, sample: Sample) -> tuple[dict[str, Fraction], bool]:
        """The parts [µg/m³], and whether every species that was ever measured is there."""
        minor = (*self.dust, self.chloride, *self.trace)
        whole = all(sample.get(code) is not None for code in minor if code in self.measured)

        def of(code: str) -> Fraction:
            return sample.get(code) or Fraction(0)

        if self.ions:
            parts = {"sulfate": of("so4"), "nitrate": of("no3"), "ammonium": of("nh4")}
        else:
            salts = (self.sulfate * of("so4"), self.nitrate * of("no3"))
            parts = {"ammonium_sulfate": salts[0], "ammonium_nitrate": salts[1]}
        parts["organic_matter"] = self.k * of(self.carbon)
        parts["elemental_carbon"] = of("ec")
        parts["dust"] = sum((factor * of(code) for code, factor in self.dust.items()), Fraction(0))
        parts["sea_salt"] = self.salt * of(self.chloride)
        parts["trace"] = sum((of(code) for code in self.trace), Fraction(0))
        return parts, whole


def _closed(lake: Lake, table: SpeciesTable, formula: _Formula, found: _Found) -> MassClosure:
    places = {key: int(value) for key, value in table.rule("decimals").table.items()}
    bounds = {key: Fraction(Decimal(value)) for key, value in table.rule("mass.acceptance").table.items()}

    def accepted(ratio: Fraction) -> bool:
        return bounds["lowest"] <= ratio <= bounds["highest"]

    rows, within = [], 0
    for moment, measured, parts in found.used:
        whole = sum(parts.values(), Fraction(0))
        ratio = whole / measured
        within += accepted(ratio)
        rows.append(
            ClosedSample(
                time=moment,
                measured=half_even(measured, places["concentration"]),
                reconstructed=half_even(whole, places["concentration"]),
                ratio=half_even(ratio, places["ratio"]),
                accepted=accepted(ratio),
            )
        )
    n = len(found.used)
    weighed = sum((measured for _, measured, _ in found.used), Fraction(0))
    sums: dict[str, Fraction] = {}
    for _, _, parts in found.used:
        for name, value in parts.items():
            sums[name] = sums.get(name, Fraction(0)) + value
    total = sum(sums.values(), Fraction(0))

    def percent(part: Fraction, whole: Fraction) -> Decimal:
        return half_even(part / whole * 100 if whole else Fraction(0), places["share"])

    components = tuple(
        Component(
            name,
            half_even(value / n, places["concentration"]),
            percent(value, total),
            percent(value, weighed),
        )
        for name, value in sums.items()
    )
    return MassClosure(
        place=found.place,
        period=found.period,
        data_version=lake.version if found.as_of is None else found.as_of,
        samples=len(found.samples),
        used=n,
        excluded=found.excluded,
        incomplete=found.incomplete,
        absent=formula.absent,
        measured=half_even(weighed / n, places["concentration"]) if n else None,
        reconstructed=half_even(total / n, places["concentration"]) if n else None,
        ratio=half_even(total / weighed, places["ratio"]) if n else None,
        accepted=accepted(total / weighed) if n else None,
        within=within,
        within_share=percent(Fraction(within), Fraction(n)) if n else None,
        components=components,
        balance=_balance(table, found.samples, formula.measured, places),
        rows=tuple(rows),
        rules=tuple(table.used.values()),
    )


def _balance(
    table: SpeciesTable, found: Mapping[date | datetime, Sample], measured: set[str], places: dict[str, int]
) -> IonBalance | None:
    """Equivalents over the samples that have every ion ever measured; None without SO4, NO3 and NH4."""
    if not {"so4", "no3", "nh4"} <= measured:
        return None
    bounds = table.rule("mass.balance").table
    wanted = [code for code in (*CATIONS, *ANIONS) if code in measured]
    sums = {"cations": Fraction(0), "anions": Fraction(0)}
    n = 0
    for sample in found.values():
        if any(sample.get(code) is None for code in wanted):
            continue
        n += 1
        for code in wanted:
            species = table.species(code)
            equivalents = (
                (sample[code] or Fraction(0)) * abs(species.charge) / (species.molar_mass or 1) * 1000
            )
            sums["cations" if code in CATIONS else "anions"] += equivalents
    if not n or sums["anions"] <= 0:
        return None
    ratio = sums["cations"] / sums["anions"]
    return IonBalance(
        samples=n,
        cations=half_even(sums["cations"] / n, 1),
        anions=half_even(sums["anions"] / n, 1),
        ratio=half_even(ratio, places["ratio"]),
        accepted=Fraction(Decimal(bounds["lowest"])) <= ratio <= Fraction(Decimal(bounds["highest"])),
        absent=tuple(code for code in (*CATIONS, *ANIONS) if code not in measured),
    )
