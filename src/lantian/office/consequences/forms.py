"""The forms of consequences."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.office.consequences.actions import Decision
from lantian.office.frame import clock

DATE = {"type": "date"}


class DecisionForm(forms.Form):
    """Whom it is imposed on; where it is changed, the amount and the days; the day to reply to an order."""

    addressees = forms.CharField(
        label=_("Whom it is imposed on"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    amount = forms.DecimalField(label=_("Amount imposed"), required=False, max_digits=14, decimal_places=4)
    first = forms.DateField(label=_("In force from"), required=False, widget=forms.DateInput(attrs=DATE))
    last = forms.DateField(label=_("In force until"), required=False, widget=forms.DateInput(attrs=DATE))

    reply_by = forms.DateField(
        label=_("Day to reply to the order by"), required=False, widget=forms.DateInput(attrs=DATE)
    )

    def decision(self) -> Decision:
        """What was filled in."""
        return Decision(**self.cleaned_data)


class NoteForm(forms.Form):
    """What was promised and when it is followed up; what came of it."""

    commitments = forms.CharField(
        label=_("Commitments made"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    follow_up = forms.DateField(label=_("Follow-up on"), required=False, widget=forms.DateInput(attrs=DATE))
    outcome = forms.CharField(
        label=_("Outcome"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class DayForm(forms.Form):
    """The day to judge; today when empty."""

    on = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs=DATE))

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day and day > clock.today():
            raise forms.ValidationError(_("This day lies in the future."))
        return day


def first_error(form: forms.Form) -> str:
    """The first thing wrong with a form, in one line."""
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        return f"{label}: {errors[0]}" if label else str(errors[0])
    return ""
