"""Forms that add something to a plan, and that correct what hangs on a task."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.models import fields_for_model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.office.plans import adding
from lantian.office.plans.models import Assignment, Deadline, Plan, Quantity, StatedConsequence
from lantian.office.plans.naming import units_for
from lantian.office.plans.terms import number_text

KIND_WORDS: dict[str, Any] = {
    "target": _("Target"),
    "task": _("Task"),
    "clause": _("Clause"),
    "deadline": _("Deadline"),
    "quantity": _("Quantity"),
    "assignment": pgettext_lazy("of a task", "Unit"),
    "consequence": _("Consequence"),
}
HANGING: dict[str, Any] = {
    "assignment": Assignment,
    "deadline": Deadline,
    "quantity": Quantity,
    "consequence": StatedConsequence,
}
_WITH_TASK = ("deadline", "quantity", "assignment", "consequence")


def _optional(model: Any, names: tuple[str, ...]) -> dict[str, forms.Field]:
    """The form fields of a model, none of them needed: what is missing is said by `adding` and `correct`."""
    found = fields_for_model(model, names)
    for name, field in found.items():
        field.required = False
        if isinstance(field.widget, forms.Textarea):
            field.widget.attrs["rows"] = 2
        if name in {"by", "from_month"}:
            field.widget.attrs["placeholder"] = "2025, 2025-10, 2025-10-31"
        if name == "indicator":
            field.widget.attrs["list"] = "pl-indicators"
    return found


class AddForm(forms.Form):
    """Something that is added: what it is, the words it stands on, its fields."""

    start = forms.IntegerField(required=False, widget=forms.HiddenInput)
    end = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind_added = forms.ChoiceField(label=_("What is added"), choices=tuple(KIND_WORDS.items()))

    def __init__(self, plan: Plan, data: Any = None, *, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.plan = plan
        asked = (data or initial).get("kind_added", "")
        self.kind = asked if asked in KIND_WORDS else "target"
        self.initial["kind_added"] = self.kind
        model = adding.KINDS[self.kind]
        # Without words, a person says where it stands.
        if self.kind in _WITH_TASK:
            self.fields["task"] = forms.ModelChoiceField(plan.tasks.all(), label=_("Task"), required=False)
        if not self._span():
            self.fields["clause"] = forms.ModelChoiceField(
                plan.clauses.exclude(path=""), label=_("Clause"), required=False
            )
        if self.kind == "task":
            self.fields["number"] = forms.CharField(label=_("Number"), required=False, max_length=40)
        if self.kind == "assignment":
            self.fields["unit"] = forms.ModelChoiceField(
                units_for(plan).order_by("name"), label=pgettext_lazy("of a task", "Unit"), required=False
            )
        self.fields |= _optional(model, model.correctable)
        self.fields["reason"] = forms.CharField(label=_("Reason"), required=False)

    @property
    def words(self) -> str:
        """The marked words."""
        span = self._span()
        return self.plan.document.text[span[0] : span[1]] if span else ""

    def _span(self) -> tuple[int, int] | None:
        source = self.data or self.initial
        try:
            start, end = int(source.get("start") or 0), int(source.get("end") or 0)
        except ValueError:
            return None
        return (start, end) if end > start else None

    def save(self, request: HttpRequest) -> Any:
        """Add it; raises what `adding.add` raises."""
        given = {k: v for k, v in self.cleaned_data.items() if v not in (None, "")}
        for name in ("start", "end", "kind_added"):
            given.pop(name, None)
        return adding.add(self.plan, request, self.kind, span=self._span(), **given)


class HangingForm(forms.Form):
    """The fields of a unit, date, quantity or consequence of a task."""

    def __init__(self, row: Any, data: Any = None) -> None:
        super().__init__(data)
        self.row = row
        self.fields |= _optional(type(row), row.correctable)
        if isinstance(row, Assignment):
            self.fields["unit"] = forms.ModelChoiceField(
                units_for(row.task.plan).order_by("name"), label=pgettext_lazy("of a task", "Unit"),
                required=False,
            )  # fmt: skip
        for name in self.fields:
            value = getattr(row, name)
            self.initial[name] = number_text(value) if name in {"value", "amount"} else value
        self.fields["reason"] = forms.CharField(label=_("Reason"), required=False)

    @property
    def changes(self) -> dict[str, Any]:
        """What the form asks for, field by field."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}
