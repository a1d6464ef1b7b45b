"""Words of other measures: verdicts, refusals, triggers, parts of the mass, in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lantian.ambient.measures import Trigger
from lantian.office.monitoring import words as air_words
from lantian.office.regions.models import in_english

VERDICTS: dict[str, Any] = {
    "below": pgettext_lazy("against a limit", "below the limit"),
    "equal": pgettext_lazy("against a limit", "equal to the limit"),
    "above": pgettext_lazy("against a limit", "above the limit"),
}
VALIDITY: dict[str, Any] = {
    "valid": pgettext_lazy("a month of dustfall", "valid"),
    "invalid": pgettext_lazy("a month of dustfall", "invalid"),
    "missing": pgettext_lazy("a month of dustfall", "not measured"),
}
METHODS: dict[str, Any] = {
    "weighed": gettext_lazy("swept and weighed"),
    "sensor": gettext_lazy("measured by vehicles"),
}
LISTS: dict[str, Any] = {
    "worst": gettext_lazy("Dirtiest roads"),
    "cleanest": gettext_lazy("Cleanest roads"),
}
CLASSES: dict[str, Any] = {
    "alkane": gettext_lazy("Alkanes"),
    "alkene": gettext_lazy("Alkenes"),
    "alkyne": gettext_lazy("Alkynes"),
    "aromatic": gettext_lazy("Aromatics"),
    "carbonyl": gettext_lazy("Carbonyls"),
    "halocarbon": gettext_lazy("Halocarbons"),
    "other": gettext_lazy("Other VOC"),
}
COMPONENTS: dict[str, Any] = {
    "ammonium_sulfate": gettext_lazy("Ammonium sulfate"),
    "ammonium_nitrate": gettext_lazy("Ammonium nitrate"),
    "sulfate": gettext_lazy("Sulfate"),
    "nitrate": gettext_lazy("Nitrate"),
    "ammonium": gettext_lazy("Ammonium"),
    "organic_matter": gettext_lazy("Organic matter"),
    "elemental_carbon": gettext_lazy("Elemental carbon"),
    "dust": gettext_lazy("Crustal dust"),
    "sea_salt": gettext_lazy("Sea salt"),
    "trace": gettext_lazy("Other elements"),
}
LACKS: dict[str, Any] = {
    "no_measured_mass": gettext_lazy("no weighed PM₂.₅"),
    "no_so4": gettext_lazy("no sulfate"),
    "no_no3": gettext_lazy("no nitrate"),
    "no_nh4": gettext_lazy("no ammonium"),
    "no_ec": gettext_lazy("no elemental carbon"),
    "no_oc": gettext_lazy("no organic carbon"),
    "no_om": gettext_lazy("no organic matter"),
}
NOT_CONVERTED: dict[str, Any] = {
    "sum": gettext_lazy("a sum, in no total"),
    "unknown_species": gettext_lazy("not in the table of species"),
    "no_value": gettext_lazy("no value in the period"),
}
REFUSALS: dict[str, Any] = {
    "empty": gettext_lazy("The cell is empty."),
    "not_a_number": gettext_lazy("This is not a number."),
    "not_a_date": gettext_lazy("This is not a day. Write 2025-02-03."),
    "not_a_month": gettext_lazy("This is not a month. Write 2025-02."),
    "not_a_time": gettext_lazy("This is not a time that can be read in one way. Write 2025-02-03 14:00."),
    "not_on_the_hour": gettext_lazy("This is not a full hour."),
    "negative": gettext_lazy("Below 0: this cannot be measured."),
    "absurd": gettext_lazy("Far above anything measured: a slip of unit?"),
    "wrong_unit": gettext_lazy("The unit is another one than is needed, or is not given."),
    "future": gettext_lazy("This has not come yet."),
    "unknown_place": gettext_lazy(
        "Not a place of your region. Write city and county with their full names, as in the region list."
    ),
    "no_place": gettext_lazy("The row names no place."),
    "no_site": gettext_lazy("The row names no site."),
    "duplicate": gettext_lazy("A later row gives other values for the same; that one was taken."),
    "unknown_word": gettext_lazy("This word is not known in this column."),
    "no_weighing": gettext_lazy(
        "The weighing is not whole or makes no sense: W1, W0, Wc, n and S or the width."
    ),
    "file": gettext_lazy("The whole file was refused."),
}
# What the kernel says of a whole file, as far as a reader can act on it.
PROBLEMS: tuple[tuple[str, Any], ...] = (
    (r"file is empty|table is empty", gettext_lazy("The file is empty.")),
    (r"this is a PDF", gettext_lazy("This is a PDF. Give the table as CSV or .xlsx.")),
    (r"not text in UTF-8", gettext_lazy("This is not readable text. Save it as .xlsx or as CSV in UTF-8.")),
    (
        r"spreadsheet cannot be opened",
        gettext_lazy("The spreadsheet cannot be opened. Save it as .xlsx again."),
    ),
    (r"cannot be read as CSV", gettext_lazy("This cannot be read as CSV. Save it as .xlsx.")),
    (r"column (.+) is missing", gettext_lazy("The column %s is missing. Compare with the template.")),
    (r"no row of headings", gettext_lazy("No row of headings was found. Compare with the template.")),
    (
        r"neither a column of dustfall",
        gettext_lazy("There is neither a column of dustfall nor of weighings."),
    ),
    (r"no column names the unit", gettext_lazy("No column names the county or the city.")),
    (r"no column holds a result", gettext_lazy("No column holds a result.")),
    (r"no column of a species", gettext_lazy("No column names a species.")),
    (r'unit of "(.+?)" is not known', gettext_lazy("The unit of “%s” is not known: write it in brackets.")),
    (r'and "(.+?)" are both', gettext_lazy("Two columns name the same species; the second is “%s”.")),
)
NOTES: tuple[tuple[str, Any], ...] = (
    (
        r"not in the table of species, kept by their headings: (.+)",
        gettext_lazy("Not in the table of species, kept by their headings: %s"),
    ),
    (r"([\d,]+) values rounded to six decimals", gettext_lazy("%s values rounded to six decimals")),
    (r"([\d,]+) values in [\d,]+ rows", gettext_lazy("%s single values")),
    (r"already (\d+)", gettext_lazy("The same content was taken in before, as data version %s.")),
)


def said(table: Mapping[str, Any], code: str | None) -> str:
    """A code in words; nothing for None."""
    return "" if code is None else str(table.get(code, code.replace("_", " ")))


def refusal(row: Mapping[str, Any]) -> str:
    """Why a row was refused; in English with the kernel's own detail."""
    # "Not a place of the list" says nothing to someone who gave no list.
    if in_english() and row["reason"] and row["code"] != "unknown_place":
        return str(row["reason"])
    return said(REFUSALS, row["code"])


def problem(text: str) -> str:
    """Why a whole file was refused."""
    if not text or in_english():
        return text
    return _matched(PROBLEMS, text) or str(_("The file cannot be read as a table of this kind."))


def note(text: str) -> str:
    """A note of the import."""
    return _matched(NOTES, text) or text


def _matched(table: tuple[tuple[str, Any], ...], text: str) -> str:
    for pattern, words in table:
        if found := re.search(pattern, text):
            said = str(words)
            return said % found[1] if found.groups() else said
    return ""


def why(codes: tuple[str, ...]) -> str:
    """Marks and remarks of a value; a remark of the table stands as it was written."""
    return _("; ").join(air_words.why(code) if air_words.knows(code) else code for code in codes)


def trigger(one: Trigger) -> str:
    """Why to start a campaign, in a sentence."""
    found = TRIGGERS.get(one.code)
    return found(one) if found else one.text


def _dustfall(one: Trigger) -> str:
    if one.level == "city":
        words = _("%(unit)s had %(value)s %(measure)s in %(month)s, above %(threshold)s: its city follows.")
    else:
        words = _("Dustfall was %(value)s %(measure)s in %(month)s, above %(threshold)s.")
    return words % one.evidence


def _repeated(one: Trigger) -> str:
    return _("%(above)d of the last %(of)d samples are above the limit.") % one.evidence


def _worst(one: Trigger) -> str:
    facts = {
        **one.evidence,
        "limit": _("no limit") if one.evidence["limit"] is None else one.evidence["limit"],
    }
    return _("%(value)s %(unit)s (limit %(limit)s), rank %(rank)d of %(roads)d roads.") % facts


def _county(one: Trigger) -> str:
    words = _(
        "Its roads hold %(ratio)s times their limits on average; %(within)d of %(with_limit)d keep them."
    )
    return words % one.evidence


def _listed(one: Trigger) -> str:
    months = _(", ").join(one.evidence["ranks"])
    facts = {"times": len(one.evidence["ranks"]), "lists": one.evidence["lists"], "months": months}
    return _("On %(times)d of the last %(lists)d lists of the dirtiest roads (%(months)s).") % facts


TRIGGERS = {
    "dustfall_campaign": _dustfall,
    "road_repeated": _repeated,
    "road_worst": _worst,
    "county_above": _county,
    "road_listed": _listed,
}
