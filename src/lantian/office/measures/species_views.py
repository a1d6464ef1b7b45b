"""The page of species: means by class, ozone formation potential, closure of the mass, balance of ions."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lantian.ambient.measures import MassClosure, OzonePotential
from lantian.ambient.measures.species_table import SpeciesTable
from lantian.office.frame.views import page
from lantian.office.measures import charts, figures, periods, rules, words
from lantian.office.measures.asking import latest_uploads, unverified
from lantian.office.measures.forms import NewSite, SpeciesTableForm
from lantian.office.measures.models import Site, Upload
from lantian.office.measures.workbooks import Page, workbook
from lantian.office.monitoring import kernel
from lantian.office.people.rules import Capability, require
from lantian.office.people.scope import get_visible_or_404
from lantian.office.regions.models import in_english

VOC = (
    "ethane", "propane", "n_butane", "ethylene", "propylene", "isoprene", "acetylene", "benzene", "toluene",
    "m_p_xylene", "o_xylene", "formaldehyde", "acetaldehyde",
)  # fmt: skip
PARTICLES = (
    "PM2.5(µg/m³)", "SO4(µg/m³)", "NO3(µg/m³)", "NH4(µg/m³)", "Cl-(µg/m³)", "OC(µg/m³)", "EC(µg/m³)",
    "Al(ng/m³)", "Si(ng/m³)", "Ca(ng/m³)", "Fe(ng/m³)", "Ti(ng/m³)", "K(ng/m³)",
)  # fmt: skip


@login_required
def species(request: HttpRequest) -> HttpResponse:
    """One site in one period: what its species amount to."""
    sites = list(Site.objects.visible_to(request.user).select_related("region"))
    wanted = request.GET.get("site", "")
    site = get_visible_or_404(Site, request.user, pk=wanted) if wanted else (sites[0] if sites else None)
    uploads = rules.may_upload(request.user)
    context: dict[str, Any] = {
        "title": _("Species"),
        "sites": sites,
        "site": site,
        "upload": SpeciesTableForm(user=request.user, initial={"site": site}) if uploads and sites else None,
        "new_site": NewSite(user=request.user) if uploads else None,
        "uploads": latest_uploads(request.user, Upload.Kind.SPECIES),
    }
    if site is None:
        return page(request, "measures/species.html", context)
    held = figures.span_of_site(site.name)
    period, problem = periods.asked(request, held)
    context |= {"problem": problem, "period_groups": periods.groups(held)}
    if period is None:
        return page(request, "measures/species.html", context)
    ozone, mass = figures.ozone_of(site.name, period), figures.mass_of(site.name, period)
    context |= {
        "subtitle": f"{site.region.label} · {periods.label(period)}",
        "period": period,
        "period_label": periods.label(period),
        "custom": period.label
        not in {value for group in context["period_groups"] for value, _label in group.choices},
        "ozone": ozone,
        "mass": mass,
        **(_ozone(ozone) if ozone else {}),
        **(_mass(mass) if mass else {}),
    }
    return page(request, "measures/species.html", context)


def _ozone(found: OzonePotential) -> dict[str, Any]:
    return {
        # A class none of whose species has a MIR has no potential; the kernel's sum of nothing is 0.
        "classes": [
            (words.said(words.CLASSES, row.group), row, row.group in {one.group for one in found.rows})
            for row in found.classes
        ],
        "species_rows": [_species_row(row) for row in (*found.rows, *found.not_covered)],
        "not_covered": _(", ").join(_name(row) for row in found.not_covered),
        "not_converted": [
            (_of_code(row.species), words.said(words.NOT_CONVERTED, row.why)) for row in found.not_converted
        ],
        "contributors": charts.contributors(found, _("Species with the largest ozone formation potential")),
        "contributors_height": 40 + 26 * min(len(found.rows), charts.TOP),
        "ozone_unverified": unverified(found.rules),
    }


def _name(row: Any) -> str:
    return str(row.en if in_english() else row.zh)


def _of_code(code: str) -> str:
    found = SpeciesTable(kernel.rulebook()).species(code)
    return found.en if in_english() else found.zh


def _species_row(row: Any) -> dict[str, Any]:
    return {"name": _name(row), "group": words.said(words.CLASSES, row.group), "row": row}


def _mass(found: MassClosure) -> dict[str, Any]:
    return {
        "components": [(words.said(words.COMPONENTS, row.name), row) for row in found.components],
        "excluded": [
            _("%(count)d samples: %(why)s") % {"count": count, "why": words.said(words.LACKS, code)}
            for code, count in sorted(found.excluded.items(), key=lambda item: -item[1])
        ],
        "absent": _(", ").join(_of_code(code) for code in found.absent),
        "balance_absent": _(", ").join(
            _of_code(code) for code in (found.balance.absent if found.balance else ())
        ),
        "closure": charts.closure(found, _("Mass put together beside the mass weighed"))
        if found.used
        else None,
        "closed": charts.closed_samples(found, _("Sample by sample")) if 1 < found.used <= 400 else None,
        "mass_unverified": unverified(found.rules),
    }


@login_required
def species_export(request: HttpRequest) -> HttpResponse:
    """Means, potentials and parts of the mass of a site as an Excel workbook."""
    wanted = request.GET.get("site", "")
    if not wanted:
        return redirect("measures:species")
    site = get_visible_or_404(Site, request.user, pk=wanted)
    period, _problem = periods.asked(request, figures.span_of_site(site.name))
    pages = []
    if period is not None:
        title = f"{site.label}, {periods.label(period)}"
        if ozone := figures.ozone_of(site.name, period):
            head = (
                _("Rank"), _("Species"), _("Class"), _("Mean µg/m³"), "ppb", _("Share of mass %"), "MIR",
                _("Ozone formation potential µg/m³"), _("Share %"), _("Samples"), _("Below detection"),
                _("Negative"), _("Missing"),
            )  # fmt: skip
            rows = [
                (
                    row.rank, _name(row), words.said(words.CLASSES, row.group), row.micrograms, row.ppb,
                    row.mass_share, row.mir, row.potential, row.share, row.samples, row.below_detection,
                    row.negative, row.missing,
                )
                for row in (*ozone.rows, *ozone.not_covered)
            ]  # fmt: skip
            pages.append(Page(_("Species"), head, rows, [title]))
        if mass := figures.mass_of(site.name, period):
            head = (_("Part"), _("Mean µg/m³"), _("Share of the sum %"), _("Share of the weighed mass %"))
            parts = [
                (words.said(words.COMPONENTS, row.name), row.mean, row.share, row.share_of_measured)
                for row in mass.components
            ]
            sums = [
                (_("Put together"), mass.reconstructed, None, None),
                (_("Weighed PM₂.₅"), mass.measured, None, None),
            ]
            pages.append(Page(_("Mass"), head, [*parts, *sums], [title]))
    return workbook(
        f"species-{site.pk}-{period.label if period else ''}", pages or [Page(_("Species"), (), ())]
    )


@require(Capability.LOAD_DATA)
def species_template(request: HttpRequest) -> HttpResponse:
    """An empty table of VOC, or of PM2.5, with the columns that matter most."""
    if request.GET.get("of") == "pm":
        columns, name = PARTICLES, "pm"
        title = pgettext("a sheet", "Particles")
    else:
        columns, name = tuple(f"{_of_code(code)} (ppb)" for code in VOC), "voc"
        title = pgettext("a sheet", "VOC")
    return workbook(
        f"species-template-{name}", [Page(title, ("time" if in_english() else "时间", *columns), ())]
    )
