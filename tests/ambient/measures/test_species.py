"""Species: names and units, four states of a value, ozone potential, closure of the mass."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.ambient import Period
from lantian.ambient.measures import (
    SpeciesTable,
    SpeciesWishes,
    import_species,
    mass_closure,
    ozone_potential,
    species_means,
)
from lantian.errors import LantianError
from lantian.lake import Lake, arrow
from lantian.rulebook import load

Table = Callable[..., Path]
JULY = Period.parse("2025-07")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SITE = SpeciesWishes(site="甲站")
VOLUME = 8.31446261815324 * 298.15 / 101.325


@pytest.fixture(scope="module")
def species() -> SpeciesTable:
    return SpeciesTable(load())


def take(lake: Lake, path: Path, wishes: SpeciesWishes = SITE) -> None:
    report = import_species([path], lake, wishes=wishes, now=NOW)
    assert (report.rows_refused, report.cells_refused) == (0, 0), report.refusals


# Names as the files of the world write them.
NAMES = {
    "M_P Xylene": "m_p_xylene", "间/对-二甲苯": "m_p_xylene", "m,p-Xylene": "m_p_xylene", "苯": "benzene",
    "124-Trimethylbenzene": "1_2_4_trimethylbenzene", "1,2,4-三甲基苯(ppb)": "1_2_4_trimethylbenzene",
    "Trans-2-Butene": "trans_2_butene", "反-2-丁烯": "trans_2_butene", "N-Pentane": "n_pentane",
    "Ethene": "ethylene",
    "SO4": "so4", "SO₄²⁻": "so4", "Sulfate": "so4", "Total Nitrate": "no3", "Cl-": "cl_ion", "Chlorine": "cl",
    "Na+": "na_ion", "Na": "na", "Sodium Ion": "na_ion", "Elemental Carbon": "ec",
    "PM2.5": "pm2_5", "Mass": "pm2_5",
    "1,3-丁二烯": "1_3_butadiene",
}  # fmt: skip


@pytest.mark.parametrize(("heading", "code"), NAMES.items())
def test_names_of_species(species: SpeciesTable, heading: str, code: str) -> None:
    assert species.find(heading).code == code


def test_what_is_not_known_keeps_its_heading(species: SpeciesTable) -> None:
    found = species.find("Mysterene (ppb)")
    assert (found.code, found.kind, found.molar_mass) == ("Mysterene", "unknown", None)
    assert species.find("TNMOC").kind == "total"


def test_every_name_is_of_one_species(species: SpeciesTable) -> None:
    from lantian.ambient.measures.species_table import plain_name

    owners: dict[str, set[str]] = {}
    for kind in ("voc", "particle"):
        for code, entry in species.rule(kind).table.items():
            for name in {plain_name(word) for word in (code, entry["zh"], entry["en"], *entry["names"])}:
                owners.setdefault(name, set()).add(code)
    assert {name: codes for name, codes in owners.items() if len(codes) > 1} == {}


# g/mol, from handbooks, not from the formulas of the rulebook.
MASSES = {"benzene": 78.11, "toluene": 92.14, "ethane": 30.07, "isoprene": 68.12, "formaldehyde": 30.03,
          "n_undecane": 156.31, "trichloroethylene": 131.39, "so4": 96.06, "no3": 62.00, "nh4": 18.04,
          "m_p_xylene": 106.17, "chlorobenzene": 112.56}  # fmt: skip


@pytest.mark.parametrize(("code", "grams"), MASSES.items())
def test_molar_masses(species: SpeciesTable, code: str, grams: float) -> None:
    mass = species.all[code].molar_mass
    assert mass is not None
    assert float(mass) == pytest.approx(grams, abs=0.011)


def test_conversions(species: SpeciesTable) -> None:
    toluene = species.all["toluene"]
    assert float(species.molar_volume) == pytest.approx(24.465, abs=0.0005)
    found = species.micrograms(toluene, Fraction(7), "ppbC")
    assert found == species.micrograms(toluene, Fraction(1), "ppb")
    assert float(found or 0) == pytest.approx(92.141 / VOLUME)
    assert species.micrograms(species.find("TNMOC"), Fraction(1), "ppbC") is None
    assert species.micrograms(species.all["oc"], Fraction(2), "µg/m³") == 2


@given(st.fractions(0, 1000), st.sampled_from(["ethylene", "benzene", "acetone", "chloroform"]))
def test_there_and_back(value: Fraction, code: str) -> None:
    table = SpeciesTable(load())
    own = table.all[code]
    there = table.micrograms(own, value, "ppb")
    assert there is not None
    assert table.ppb(own, there) == value


def test_every_mir_has_a_species_and_says_it_is_from_memory(species: SpeciesTable) -> None:
    paths = load().paths("ambient.species.mir.")
    codes = {path.rsplit(".", 1)[1] for path in paths}
    assert codes <= {code for code, one in species.all.items() if one.kind == "voc"}
    assert len(codes) >= 60
    for path in paths:
        rule = load().rule(path)
        assert not rule.verified
        assert "Carter 2010" in rule.citation
        assert 0 < rule.number < 20


def test_the_states_of_a_value(lake: Lake, table: Table) -> None:
    path = table(
        "时间,苯(ppb),甲苯(ppb),乙烷(ppb)",
        "2025-07-01 08:00,1.0,<0.4,-0.2", "2025-07-01 09:00,,ND,0", "2025-07-01 10:00,2.0,3.0,1.0",
    )  # fmt: skip
    take(lake, path)
    rows = arrow(lake.read("species_hour")).to_pylist()
    states = {(row["species"], row["time"].hour): (row["state"], row["value"]) for row in rows}
    assert states["benzene", 2] == ("missing", None)  # 09:00 starts the sample, stored at its end: 02:00 UTC
    assert states["toluene", 1] == ("below_detection", 400_000)
    assert states["toluene", 2] == ("below_detection", None)
    assert states["ethane", 1] == ("negative", -200_000)
    assert states["ethane", 2] == ("below_detection", 0)
    means = {one.species.code: one for one in species_means(lake, "甲站", JULY, SpeciesTable(load()))}
    assert means["benzene"].as_given == Fraction(3, 2)  # the missing one counts nothing
    assert means["toluene"].as_given == Fraction(32, 10) / 3  # half the limit, 0 without one
    assert means["ethane"].as_given == Fraction(8, 10) / 3  # the negative one as it is
    assert [means["toluene"].below_detection, means["ethane"].negative, means["benzene"].missing] == [2, 1, 1]


def test_states_count_as_the_rules_say(lake: Lake, table: Table, tmp_path: Path) -> None:
    take(
        lake,
        table("时间,甲苯(ppb)", "2025-07-01 08:00,<0.4", "2025-07-01 09:00,-0.2", "2025-07-01 10:00,3.0"),
    )
    seen = {}
    for below, negative in (("zero", "zero"), ("limit", "leave_out")):
        own = tmp_path / f"{below}.yaml"
        entry = "\n    - {value: %s, document: d, clause: c, verified: true}\n"
        both = (("below_detection", below), ("negative", negative))
        lines = "".join(f"  ambient.species.{rule}:{entry % word}" for rule, word in both)
        own.write_text(f"replace:\n{lines}", "utf-8")
        (one,) = species_means(lake, "甲站", JULY, SpeciesTable(load([own])))
        seen[below] = one.as_given
    assert seen == {"zero": Fraction(1), "limit": Fraction(17, 10)}


def test_a_stamp_is_the_start_or_the_end(lake: Lake, table: Table) -> None:
    path = table("date,苯(ppb)", "2025-07-01 00:00,1.0", "2025/7/1 21:00,2.0", "2025-07-01 24:00,3.0")
    take(lake, path, SpeciesWishes(site="a", hours=3))
    take(lake, path, SpeciesWishes(site="b", stamp="end"))
    ends = {
        site: sorted(
            f"{row['time']:%d %H}" for row in arrow(lake.read("species_hour", places=[site])).to_pylist()
        )
        for site in "ab"
    }
    assert ends == {"a": ["01 16", "01 19", "30 19"], "b": ["01 13", "01 16", "30 16"]}


BAD = [
    ("2025-07-01 08:30,1", "not_on_the_hour"),
    ("2025-07-32 08:00,1", "not_a_time"),
    ("6/1/2005 8:00,1", "not_a_time"),
    ("2025-07-01 25:00,1", "not_a_time"),
    ("2030-07-01 08:00,1", "future"),
    (",1", "empty"),
]


@pytest.mark.parametrize(("row", "code"), BAD)
def test_a_bad_row_costs_no_good_one(lake: Lake, table: Table, row: str, code: str) -> None:
    report = import_species([table("时间,苯(ppb)", row, "2025-07-01 09:00,1.0")], lake, wishes=SITE, now=NOW)
    assert (report.rows_read, report.rows_taken, report.rows_refused) == (2, 1, 1)
    assert [refusal.code for refusal in report.refusals] == [code]


@pytest.mark.parametrize(
    ("cell", "code"), [("abc", "not_a_number"), ("1e9", "absurd"), ("<x", "not_a_number")]
)
def test_a_bad_cell_costs_no_good_one_beside_it(lake: Lake, table: Table, cell: str, code: str) -> None:
    report = import_species(
        [table("时间,苯(ppb),甲苯(ppb)", f"2025-07-01 09:00,{cell},1.0")], lake, wishes=SITE
    )
    assert (report.rows_taken, report.rows_refused, report.cells_refused) == (1, 0, 1)
    assert [refusal.code for refusal in report.refusals] == [code]


def test_files_that_do_not_say_enough(lake: Lake, table: Table) -> None:
    def refused(*lines: str, wishes: SpeciesWishes = SITE) -> str:
        return import_species([table(*lines)], lake, wishes=wishes, now=NOW).files[0].refused

    assert "unit" in refused("时间,苯", "2025-07-01 09:00,1")
    assert "not a unit of species" in refused("时间,苯(mg/kg)", "2025-07-01 09:00,1")
    assert "both benzene" in refused("时间,苯(ppb),Benzene(ppb)", "2025-07-01 09:00,1,2")
    assert "headings" in refused("a,b", "1,2")
    with pytest.raises(LantianError, match="not a unit"):
        import_species([table("时间,苯", "2025-07-01,1")], lake, wishes=SpeciesWishes(unit="mol"))
    nowhere = import_species([table("时间,苯(ppb)", "2025-07-01 09:00,1")], lake)
    assert [refusal.code for refusal in nowhere.refusals] == ["no_site"]
    unknown = import_species(
        [table("时间,苯(ppb)", "2025-07-01 09:00,1")], lake, wishes=SITE, known_places={"乙站"}.__contains__
    )
    assert [refusal.code for refusal in unknown.refusals] == ["unknown_place"]
    assert lake.version == 0


def test_one_row_a_value(lake: Lake, table: Table) -> None:
    path = table(
        "站点,时间,物种,浓度,单位,不确定度", "甲站,2025-07-01,SO4,12.5,µg/m³,0.4",
        "甲站,2025-07-01,Zn,160,ng/m³,",
        "甲站,2025-07-01,Zn,170,ng/m³,", "甲站,2025-07-01,Pb,3,mol/L,", "甲站,2025-07-01,,3,ng/m³,",
    )  # fmt: skip
    report = import_species([path], lake)
    assert sorted(refusal.code for refusal in report.refusals) == ["duplicate", "empty", "wrong_unit"]
    rows = {row["species"]: row for row in arrow(lake.read("species_day")).to_pylist()}
    assert (rows["so4"]["value"], rows["so4"]["uncertainty"], rows["so4"]["date"]) == (
        12_500_000, 400_000, date(2025, 7, 1),
    )  # fmt: skip
    assert (rows["zn"]["value"], rows["zn"]["unit"]) == (170_000, "µg/m³")


def test_ozone_potential_is_concentration_times_mir(lake: Lake, table: Table) -> None:
    path = table(
        "时间,乙烯(ppb),甲苯(ppbC),二氯甲烷(µg/m³),Mysterene(ppb),TNMOC(ppbC)",
        "2025-07-01 08:00,2,7,3,1,90", "2025-07-01 09:00,4,21,5,1,110",
    )  # fmt: skip
    take(lake, path)
    found = ozone_potential(lake, "甲站", JULY)
    ethylene, toluene = 3 * 28.054 / VOLUME, 2 * 92.141 / VOLUME
    assert [row.species for row in found.rows] == ["ethylene", "toluene"]
    assert float(found.rows[0].exact or 0) == pytest.approx(ethylene * 9.00)
    assert float(found.potential) == pytest.approx(ethylene * 9.00 + toluene * 4.00, abs=0.005)
    assert [row.species for row in found.not_covered] == ["dichloromethane"]
    assert float(found.not_covered_share) == pytest.approx(400 / (4 + ethylene + toluene), abs=0.05)
    assert {(one.species, one.why, one.value) for one in found.not_converted} == {
        ("Mysterene", "unknown_species", Decimal("1.000")), ("TNMOC", "sum", Decimal("100.000")),
    }  # fmt: skip
    groups = {one.group: one for one in found.classes}
    assert set(groups) == {"alkene", "aromatic", "halocarbon"}
    assert groups["alkene"].share + groups["aromatic"].share == 100
    assert groups["halocarbon"].potential == 0
    assert "ambient.species.mir.toluene" in {rule.path for rule in found.unverified}
    assert found.as_dict()["rows"][0]["mir"] == 9.0
    with pytest.raises(LantianError, match="no species of 乙站"):
        ozone_potential(lake, "乙站", JULY)


@pytest.mark.shared
def test_baton_rouge(lake: Lake, shared: Path) -> None:
    """Every species' potential against floats computed from the file alone."""
    folder = shared / "data" / "pmf_epa"
    wishes = SpeciesWishes(site="Baton Rouge", unit="ppbC", dates="mdy", hours=3)
    path = folder / "baton_rouge_con.csv"
    report = import_species([path], lake, wishes=wishes, uncertainty=folder / "baton_rouge_unc.csv")
    assert (report.rows_taken, report.rows_refused, report.cells_refused) == (307, 0, 0)
    found = ozone_potential(lake, "Baton Rouge", Period.parse("2005-06-01..2006-12-31"))
    assert (len(found.rows), found.not_covered, [one.species for one in found.not_converted]) == (
        39, (), ["TNMOC", "Unidentified"],
    )  # fmt: skip
    with path.open() as file:
        rows = list(csv.DictReader(file))
    for heading, carbon, grams, mir, code in (
        ("Ethylene", 2, 28.054, 9.00, "ethylene"), ("Toluene", 7, 92.141, 4.00, "toluene"),
        ("M_P Xylene", 8, 106.168, 7.80, "m_p_xylene"), ("N-Undecane", 11, 156.313, 0.61, "n_undecane"),
        ("Isoprene", 5, 68.119, 10.61, "isoprene"),
    ):  # fmt: skip
        mean = sum(float(row[heading]) for row in rows) / len(rows)
        (one,) = [row for row in found.rows if row.species == code]
        assert float(one.exact or 0) == pytest.approx(mean / carbon * grams / VOLUME * mir, rel=1e-6)
    assert [row.species for row in found.rows[:3]] == ["ethylene", "propylene", "isoprene"]
    stored = arrow(lake.read("species_hour", columns=["uncertainty"])).column("uncertainty")
    assert stored.null_count == 0


HEAD = "日期,PM2.5,SO4,NO3,NH4,OC,EC,Al,Si,Ca,Fe,Ti,Cl-,K,Zn,Na+"
DAY = "2025-07-01,60,10,8,6,12,3,0.5,1.2,0.8,0.6,0.03,1.0,0.7,0.1,0.4"
MICRO = SpeciesWishes(site="甲站", unit="µg/m³")


def test_the_mass_is_the_sum_of_its_parts(lake: Lake, table: Table) -> None:
    take(lake, table(HEAD, DAY), MICRO)
    found = mass_closure(lake, "甲站", JULY)
    parts = {
        "ammonium_sulfate": 1.375 * 10, "ammonium_nitrate": 1.29 * 8, "organic_matter": 1.6 * 12,
        "elemental_carbon": 3, "dust": 2.20 * 0.5 + 2.49 * 1.2 + 1.63 * 0.8 + 2.42 * 0.6 + 1.94 * 0.03,
        "sea_salt": 1.8 * 1.0, "trace": 0.7 + 0.1,
    }  # fmt: skip
    assert {one.name: float(one.mean) for one in found.components} == pytest.approx(parts, abs=6e-4)
    assert float(found.reconstructed or 0) == pytest.approx(sum(parts.values()), abs=6e-4)
    assert float(found.ratio or 0) == pytest.approx(sum(parts.values()) / 60, abs=0.006)
    assert (found.accepted, found.within, found.absent) == (True, 1, ())
    assert not any(rule.verified for rule in found.rules if ".mass." in rule.path)
    balance = found.balance
    assert balance is not None
    cations = (6 / 18.039 + 0.4 / 22.990) * 1000
    anions = (10 * 2 / 96.056 + 8 / 62.004 + 1.0 / 35.45) * 1000
    assert float(balance.cations) == pytest.approx(cations, abs=0.06)
    assert float(balance.anions) == pytest.approx(anions, abs=0.06)
    assert float(balance.ratio) == pytest.approx(cations / anions, abs=0.006)
    assert balance.absent == ("k_ion", "mg_ion", "ca_ion", "f_ion")


def test_samples_that_say_nothing_of_the_mass_are_counted_apart(lake: Lake, table: Table) -> None:
    rows = [
        DAY, "2025-07-02,,10,8,6,12,3,0.5,1.2,0.8,0.6,0.03,1.0,0.7,0.1,0.4",
        "2025-07-03,60,10,8,6,,3,0.5,1.2,0.8,0.6,0.03,1.0,0.7,0.1,0.4",
        "2025-07-04,20,10,8,6,12,3,,1.2,0.8,0.6,0.03,1.0,0.7,0.1,0.4",
    ]  # fmt: skip
    take(lake, table(HEAD, *rows), MICRO)
    found = mass_closure(lake, "甲站", JULY)
    assert (found.samples, found.used, found.incomplete) == (4, 2, 1)
    assert found.excluded == {"no_measured_mass": 1, "no_oc": 1}
    assert [row.accepted for row in found.rows] == [True, False]
    assert (found.within, found.within_share) == (1, Decimal("50.0"))


def test_hourly_gases_do_not_hide_daily_filters(lake: Lake, table: Table) -> None:
    take(lake, table("时间,苯(ppb)", "2025-07-01 08:00,1.0", name="gases.csv"))
    take(lake, table(HEAD, DAY), MICRO)
    assert mass_closure(lake, "甲站", JULY).used == 1
    assert [row.species for row in ozone_potential(lake, "甲站", JULY).rows] == ["benzene"]


def test_ions_may_be_summed_instead(lake: Lake, table: Table, tmp_path: Path) -> None:
    take(lake, table(HEAD, DAY), MICRO)
    own = tmp_path / "own.yaml"
    own.write_text(
        "replace:\n  ambient.species.mass.inorganic:\n"
        "    - {value: ions, document: d, clause: c, verified: true}\n",
        "utf-8",
    )
    found = mass_closure(lake, "甲站", JULY, rulebook=load([own]))
    assert [(one.name, one.mean) for one in found.components[:3]] == [
        ("sulfate", 10), ("nitrate", 8), ("ammonium", 6),
    ]  # fmt: skip


@pytest.mark.shared
def test_st_louis_and_baltimore(lake: Lake, shared: Path) -> None:
    folder = shared / "data" / "pmf_epa"
    louis = SpeciesWishes(site="St Louis", unit="µg/m³", dates="mdy")
    report = import_species([folder / "st_louis_con.csv"], lake, wishes=louis)
    assert report.rows_taken == 418
    found = mass_closure(lake, "St Louis", Period.parse("2001-06-01..2002-04-30"))
    assert (found.samples, found.used, found.balance) == (418, 418, None)
    assert found.absent == ("al", "si", "ca", "ti", "cl")
    states = arrow(lake.read("species_hour", columns=["state"])).column("state").to_pylist()
    assert states.count("below_detection") + states.count("negative") == 9
    with (folder / "st_louis_con.csv").open() as file:
        rows = [
            {key: float(value) for key, value in row.items() if key != "Date"} for row in csv.DictReader(file)
        ]
    trace = ("Cd", "Cu", "Mn", "Ni", "Pb", "Se", "Zn")
    sums = [
        1.375 * row["SO4"] + 1.29 * row["NO3"] + 1.6 * row["OC"] + row["EC"] + 2.42 * row["Fe"]
        + sum(row[name] for name in trace) for row in rows
    ]  # fmt: skip
    ratio = sum(sums) / sum(row["Mass"] for row in rows)
    assert float(found.ratio or 0) == pytest.approx(ratio, abs=0.0051)
    assert found.within == sum(0.8 <= part / row["Mass"] <= 1.2 for part, row in zip(sums, rows, strict=True))
    baltimore = SpeciesWishes(site="Baltimore", unit="µg/m³", dates="mdy")
    report = import_species([folder / "baltimore_con.txt"], lake, wishes=baltimore)
    assert (report.rows_taken, report.rows_refused) == (630, 0)
    other = mass_closure(lake, "Baltimore", Period.parse("2000-12-01..2010-12-31"))
    assert (other.used, other.absent, other.accepted) == (630, (), True)
    assert other.balance is not None
    assert other.balance.samples == 630


def test_a_correction_of_one_species_leaves_the_others(lake: Lake, table: Table) -> None:
    take(lake, table("时间,苯(ppb),甲苯(ppb)", "2025-07-01 08:00,1.0,2.0", "2025-07-01 09:00,1.0,2.0"))
    take(lake, table("时间,苯(ppb)", "2025-07-01 08:00,5.0", name="corrected.csv"))
    book = SpeciesTable(load())
    now = {one.species.code: one.as_given for one in species_means(lake, "甲站", JULY, book)}
    before = {one.species.code: one.as_given for one in species_means(lake, "甲站", JULY, book, as_of=1)}
    assert now == {"benzene": 3, "toluene": 2}
    assert before == {"benzene": 1, "toluene": 2}
