"""Pages that belong to single registers."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lantian.errors import LantianError
from lantian.office.frame.views import page
from lantian.office.ledgers import key_polluters
from lantian.office.ledgers.deciding import rule
from lantian.office.ledgers.industry.enterprise import Enterprise
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import get_visible_or_404, region_root
from lantian.office.regions.models import Region
from lantian.office.registers import rules

PER_PAGE = 30


@login_required
@require_GET
def proposed(request: HttpRequest) -> HttpResponse:
    """Whom the rules propose as key polluters, or propose to take from the list, with the reasons."""
    code = request.GET.get("region", "")
    region = get_visible_or_404(Region.objects.defer("geometry"), request.user, code=code) if code else None
    found = key_polluters.proposals(request.user, region)
    context = {
        "title": _("Key polluters: proposals"),
        "crumbs": [
            (_("Registers"), reverse("registers:list")),
            (Enterprise.ledger.title, reverse("registers:records", args=["enterprises"])),
        ],
        "pages": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "number": len(found),
        "region": region,
        "words": rule("key_polluters.industries").in_language(get_language() or "zh"),
        "in_doubt": key_polluters.in_doubt(),
        "may_decide": can(request.user, Capability.KEEP_REGISTER) and region_root(request.user) is not None,
    }
    return page(request, "ledgers/key_polluters.html", context)


@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """A person accepts a proposal: the enterprise is put on the list or taken off, and the log says why."""
    enterprise = get_visible_or_404(rules.records(Enterprise.ledger, request.user), request.user, pk=pk)
    try:
        key_polluters.accept(request, enterprise, request.POST.get("add") == "yes",
                             request.POST.get("reason", ""))  # fmt: skip
    except LantianError as error:
        messages.error(request, f"{error.what} {error.remedy}")
    else:
        messages.success(request, _("Decided: %(name)s") % {"name": enterprise.name})
    return redirect("registers:key-polluters")
