"""Filing a finding by telephone: the form, drafts as they are sent, what opens it without network."""

from __future__ import annotations

import time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import ACCEPT, MAX_FILES
from lantian.office.findings import about, recording
from lantian.office.findings.forms import FindingForm
from lantian.office.findings.ground import region_at
from lantian.office.findings.placing import UnansweredError
from lantian.office.frame.views import page
from lantian.office.people.rules import Capability, require
from lantian.office.regions.models import Region

WORKER = Path(__file__).parent / "static" / "findings" / "worker.js"
FROM_ADDRESS = ("enterprise", "register", "record_id", "region", "place", "kind", "source")


@require(Capability.RECORD_FINDING)
def new(request: HttpRequest) -> HttpResponse:
    """Record a problem, on a telephone as well; a draft sent by the page's script is answered in JSON."""
    scripted = request.headers.get("Accept") == "application/json"
    if request.method != "POST":
        return _page(request, FindingForm(user=request.user, initial=_asked_for(request)))
    form = FindingForm(request.POST, user=request.user)
    question: UnansweredError | None = None
    if scripted and request.POST.get("drafter") not in {None, str(request.user.pk)}:
        who = _("this draft was written by someone else who was signed in on this telephone")
        return JsonResponse({"errors": {"": [who]}}, status=422)
    if form.is_valid():
        files = request.FILES.getlist("files")
        try:
            done = recording.record_once(request, recording.NewFinding(**_told(form), files=files))
        except UnansweredError as error:
            question = error
        except LantianError as error:
            form.add_error(None, error.line)
        except PermissionDenied:
            form.add_error("region", _("this region is not in the register, or not yours"))
        else:
            return _recorded(request, done, scripted)
    if scripted:
        return _refused(form, question)
    lost = [file.name for file in request.FILES.getlist("files")]
    return _page(request, form, 422, question=question, lost=lost)


@require_GET
@require(Capability.RECORD_FINDING)
def where(request: HttpRequest) -> HttpResponse:
    """The region a position lies in, of those the person sees: its number and name, or nothing."""
    try:
        lon, lat = (Decimal(request.GET.get(name, "")) for name in ("lon", "lat"))
        if not (abs(lon) <= 180 and abs(lat) <= 90):
            raise InvalidOperation
    except InvalidOperation:
        return JsonResponse({"detail": _("a position off the globe")}, status=422)
    seen = Region.objects.visible_to(request.user).exclude(level="province")
    found = region_at(lon, lat, seen)
    return JsonResponse({"region": found and found.pk, "label": found.label if found else ""})


@require_GET
@require(Capability.RECORD_FINDING)
def enterprises(request: HttpRequest) -> HttpResponse:
    """The enterprises a person sees by words of their name or code, for the form to choose from."""
    found = about.enterprises(request.user, request.GET.get("q", "")[:60])
    rows = [{"id": one.pk, "label": one.name, "region": one.region.label} for one in found]
    return JsonResponse({"enterprises": rows})


@login_required
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; it may stand between /findings/ and the network, and nowhere else."""
    answer = HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


def _told(form: FindingForm) -> dict[str, Any]:
    """The form's answers as `NewFinding` takes them."""
    told = dict(form.cleaned_data)
    return told | {"answers": tuple(told["answers"])}


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    """What the address fills in: the record a finding is about, a region by its code."""
    asked = {name: request.GET[name] for name in FROM_ADDRESS if request.GET.get(name)}
    if code := asked.pop("region", ""):
        region = Region.objects.visible_to(request.user).filter(code=code).first()
        asked |= {"region": region} if region else {}
    return asked


def _page(
    request: HttpRequest,
    form: FindingForm,
    status: int = 200,
    question: UnansweredError | None = None,
    lost: list[str] | None = None,
) -> HttpResponse:
    register, record_id = form["register"].value() or "", form["record_id"].value()
    known = str(record_id or "").isdecimal()
    context = {
        "title": _("Record a problem"),
        "crumbs": [(_("Problems found"), reverse("findings:list"))],
        "form": form,
        "kind": form["kind"].value(),
        "question": question,
        "answered": form["answers"].value() or [],
        "lost": lost,
        "about": about.thing(request.user, register, int(record_id)) if known else None,
        "enterprise": _enterprise_name(request, form["enterprise"].value()),
        # The real time, for the script to know how old a kept page is; not what the office's clock says.
        "made": int(time.time() * 1000),
        "accept": ACCEPT,
        "most": MAX_FILES,
        "words": _words(),
    }
    return page(request, "findings/new.html", context, status)


def _enterprise_name(request: HttpRequest, key: Any) -> str:
    row = about.record_of(request.user, about.ENTERPRISES, int(key)) if str(key or "").isdecimal() else None
    return "" if row is None else str(row)


def _recorded(request: HttpRequest, done: recording.Recorded, scripted: bool) -> HttpResponse:
    said = [_("Recorded.") if not done.again else _("This form had been sent before; it is one problem.")]
    if done.differs:
        said.append(
            _("What it now says otherwise was not taken: %(fields)s.") % {"fields": ", ".join(done.differs)}
        )
    repeat = done.finding.repeated_of_id is not None and done.finding.repeat_confirmed is None
    if repeat:
        said.append(_("A problem like it was found before: look at it and say whether it is the same."))
    if not (scripted and request.POST.get("quiet")):
        messages.success(request, said[0])
        for line in said[1:]:
            messages.warning(request, line)
    if not scripted:
        return redirect(done.finding)
    url = done.finding.get_absolute_url()
    told = {"id": done.finding.pk, "url": url, "again": done.again, "said": " ".join(said)}
    return JsonResponse(told, status=200 if done.again else 201)


def _refused(form: FindingForm, question: UnansweredError | None) -> HttpResponse:
    if question is None:
        errors = {"" if name == "__all__" else name: list(found) for name, found in form.errors.items()}
        return JsonResponse({"errors": errors}, status=422)
    region = question.region
    told = {
        "ask": question.code,
        "what": question.line,
        "yes": question.yes,
        "region": None if region is None else {"id": region.pk, "label": region.label},
    }
    return JsonResponse(told, status=409)


def _words() -> dict[str, str]:
    """What the script of the form says."""
    return {
        "sending": _("Sending…"),
        "kept": _("Kept on this telephone; it is sent when there is a network."),
        "offline": _("No network. What you write is kept on this telephone until it is sent."),
        "waiting": _("waits for the network"),
        "editing": _("not finished"),
        "asked": _("asks something"),
        "refused": _("was not taken"),
        "signed_out": _("You are no longer signed in: sign in again, the draft stays here."),
        "failed": _("The office answered with a fault (%(status)s); the draft stays here."),
        "sent": _("sent"),
        "continue": _("Continue"),
        "send": _("Send"),
        "delete": _("Delete"),
        "sure": _("Delete this draft and its photos?"),
        "photos": _("%(count)s photos or papers"),
        "take_out": _("Take out"),
        "too_many": _("more than %(most)s files"),
        "too_large": _("%(name)s is larger than 50 MB and was left out."),
        "no_store": _("This browser keeps no drafts: do not leave the page before it is sent."),
        "locating": _("Asking for the position…"),
        "located": _("Position taken, ±%(metres)s m."),
        "denied": _("The telephone gave no position: choose the region and write the place."),
        "insecure": _("The position is given over HTTPS only: choose the region and write the place."),
        "take_region": _("Take %(region)s"),
        "untitled": _("Draft"),
        "no_enterprise": _("Not in the register of enterprises: write its name among the words."),
    }
