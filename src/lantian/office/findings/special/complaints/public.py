"""The public door: to complain without signing in, and to ask what became of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lantian.errors import LantianError
from lantian.office.findings.special.complaints import actions, door
from lantian.office.findings.special.complaints.models import Channel
from lantian.office.findings.special.complaints.views import told
from lantian.office.findings.special.forms import ComplaintForm
from lantian.office.findings.special.rulings import cited, in_language, rule

TOO_OFTEN = 429


@never_cache
def report(request: HttpRequest) -> HttpResponse:
    """To complain: a form, and the code to ask with, shown once."""
    form = ComplaintForm(request.POST or None, request.FILES or None)
    received, status = None, 200
    if request.method == "POST":
        status = 422
        if door.refused(request, door.REPORT):
            form.full_clean()
            form.add_error(None, _("Too many complaints came from this address. Try again later, or call."))
            status = TOO_OFTEN
        elif form.is_valid() and not form.cleaned_data["website"]:
            try:
                said = told(form.cleaned_data, request.FILES.getlist("files"), Channel.PUBLIC)
                received = actions.receive(None, said)
            except LantianError as error:
                form.add_error(None, error.line)
            else:
                door.count(request, door.REPORT)
                status = 200
    table = rule("complaints.rewards")
    context = {
        "title": _("Report pollution"),
        "form": form,
        "received": received,
        "rewards": [(in_language(said), said["least"], said["most"]) for said in table.table.values()],
        "reward_rule": cited(table),
    }
    return render(request, "findings/special/report.html", context, status=status)


@never_cache
def status(request: HttpRequest) -> HttpResponse:
    """What became of a complaint, by its code; the complainant's word on the answer.

    The code goes by POST: an address would stand in the browser's history and in logs.
    """
    row, problem, code, answer_status = None, "", request.POST.get("code", ""), 200
    if request.method == "POST":
        if door.refused(request, door.QUESTION):
            problem, answer_status = (
                _("Too many questions came from this address. Try again later."),
                TOO_OFTEN,
            )
        else:
            row = actions.by_code(code)
            if row is None:
                door.count(request, door.QUESTION)
                problem, answer_status = _("No complaint has this code."), 404
            elif satisfaction := request.POST.get("satisfaction", ""):
                try:
                    number = int(satisfaction) if satisfaction.isdecimal() else 0
                    actions.judge_answer(row, number, request.POST.get("satisfaction_words", ""))
                except LantianError as error:
                    problem, answer_status = error.line, 422
    context = {"title": _("What became of my report"), "row": row, "problem": problem, "code": code}
    return render(request, "findings/special/status.html", context, status=answer_status)
