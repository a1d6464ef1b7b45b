"""The species known by the rulebook: names, formulas, molar masses, classes; conversion between units."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from lantian.ambient.measures.record import Record
from lantian.errors import LantianError
from lantian.rulebook import Rule, Rulebook

BRANCH = "ambient.species"
UNITS = ("ppb", "ppbC", "µg/m³")
CLASSES = ("alkane", "alkene", "alkyne", "aromatic", "carbonyl", "halocarbon", "other")
"""Classes of VOC, in the order of reports."""


@dataclass(frozen=True, slots=True)
class Species(Record):
    """One species. `kind` is voc, particle, total (a sum, no species) or unknown.

    `molar_mass` [g/mol] and `carbon` atoms are None where there is no formula (organic carbon); `charge` of
    an ion, else 0.
    """

    code: str
    kind: str
    zh: str
    en: str
    group: str
    formula: str
    molar_mass: Fraction | None
    carbon: int
    charge: int


class SpeciesTable:
    """The species of a rulebook on a day. A user's own stand under `ambient.species.more.<code>`."""

    def __init__(self, book: Rulebook, on: date | None = None) -> None:
        self.book, self.on = book, on
        self.used: dict[tuple[str, date | None], Rule] = {}
        self.weights = self.rule("atomic_weights").table
        state = self.rule("reference_state").table
        # R·T/p with p in kPa is litres: 24.465 at 298.15 K and 101.325 kPa.
        self.molar_volume = (
            Fraction(self.rule("gas_constant").number)
            * Fraction(Decimal(state["temperature"]))
            / Fraction(Decimal(state["pressure"]))
        )
        self._mir = set(book.paths(f"{BRANCH}.mir."))

    def rule(self, path: str) -> Rule:
        """A rule of species; remembered as used."""
        rule = self.book.rule(f"{BRANCH}.{path}", on=self.on)
        self.used[rule.path, rule.valid_from] = rule
        return rule

    @cached_property
    def all(self) -> dict[str, Species]:
        """Every known species by its code."""
        found: dict[str, Species] = {}
        for kind in ("voc", "particle"):
            for code, entry in self.rule(kind).table.items():
                found[code] = self._species(code, kind, entry)
        for path in self.book.paths(f"{BRANCH}.more."):
            code = path.removeprefix(f"{BRANCH}.more.")
            entry = self.rule(f"more.{code}").table
            found[code] = self._species(code, str(entry.get("kind", "voc")), entry)
        for name in self.rule("totals").texts:
            found[name] = Species(name, "total", name, name, "total", "", None, 0, 0)
        return found

    def _species(self, code: str, kind: str, entry: Any) -> Species:
        formula = str(entry.get("formula", ""))
        atoms = _atoms(formula)
        unknown = [atom for atom in atoms if atom not in self.weights]
        if unknown:
            raise LantianError(
                f"the formula {formula} of {code} has an unknown atom {unknown[0]}",
                remedy="Write symbols of elements and counts, such as C6H5Cl.",
            )
        mass = sum(
            (Fraction(Decimal(self.weights[atom])) * count for atom, count in atoms.items()), Fraction(0)
        )
        zh, en = (str(entry.get(language, code)) for language in ("zh", "en"))
        return Species(
            code=code,
            kind=kind,
            zh=zh,
            en=en,
            group=str(entry.get("class", "other")),
            formula=formula,
            molar_mass=mass or None,
            carbon=atoms.get("C", 0),
            charge=int(entry.get("charge", 0)),
        )

    @cached_property
    def _names(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for kind in ("voc", "particle"):
            for code, entry in self.rule(kind).table.items():
                for name in (code, entry["zh"], entry["en"], *entry["names"]):
                    found.setdefault(plain_name(name), code)
        for code, species in self.all.items():
            for name in (code, species.zh, species.en):
                found.setdefault(plain_name(name), code)
        return found

    def find(self, heading: str) -> Species:
        """The species a heading names; one that is not known keeps the heading as its code."""
        name = re.sub(r"[（(\[［][^（(\[［]*[)）\]］]\s*$", "", heading).strip() or heading.strip()
        code = self._names.get(plain_name(name))
        if code is None:
            return Species(name, "unknown", name, name, "other", "", None, 0, 0)
        return self.all[code]

    def species(self, code: str) -> Species:
        """The species of a stored code."""
        return self.all.get(code) or Species(code, "unknown", code, code, "other", "", None, 0, 0)

    def mir(self, code: str) -> Rule | None:
        """The maximum incremental reactivity [g O3 / g] of a species, or None."""
        return self.rule(f"mir.{code}") if f"{BRANCH}.mir.{code}" in self._mir else None

    def micrograms(self, species: Species, value: Fraction, unit: str) -> Fraction | None:
        """A concentration in µg/m³ at the reference state; None where the species has no formula for it.

        ppbC is ppb times the carbon atoms; µg/m³ = ppb · M / 24.465.
        """
        if unit == "µg/m³":
            return value
        if species.molar_mass is None or (unit == "ppbC" and not species.carbon):
            return None
        ppb = value / species.carbon if unit == "ppbC" else value
        return ppb * species.molar_mass / self.molar_volume

    def ppb(self, species: Species, micrograms: Fraction) -> Fraction | None:
        """µg/m³ in ppb at the reference state."""
        return None if species.molar_mass is None else micrograms * self.molar_volume / species.molar_mass


def plain_name(name: str) -> str:
    """A name as compared: M_P Xylene is m,p-xylene, 124- is 1,2,4-; the charge of an ion stays."""
    text = unicodedata.normalize("NFKC", name).replace("−", "-").replace("⁻", "-").strip().lower()
    charge = text[-1:] if text[-1:] in ("+", "-") else ""
    return re.sub(r"[\s_/,，、&.·'’()-]", "", text.rstrip("+-")) + charge


def _atoms(formula: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for atom, count in re.findall(r"([A-Z][a-z]?)(\d*)", formula):
        found[atom] = found.get(atom, 0) + int(count or 1)
    return found
