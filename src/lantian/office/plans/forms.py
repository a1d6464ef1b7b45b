"""Forms of the plans: upload, filters, correction, progress."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from lantian.office.plans import themes
from lantian.office.plans.models import Clause, Target, Task
from lantian.office.plans.terms import PlanStatus, Role, State, number_text
from lantian.office.regions.models import Region

SUFFIXES = (".txt", ".docx", ".pdf", ".html", ".htm", ".yaml", ".yml")


class UploadForm(forms.Form):
    """A plan document to be read."""

    file = forms.FileField(
        label=_("Plan document"), widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES)})
    )
    region = forms.CharField(
        label=_("Region code"),
        required=False,
        help_text=_("Only when the document does not say whose plan it is."),
        widget=forms.TextInput(attrs={"placeholder": "141000", "size": 12}),
    )


class PlanFilter(forms.Form):
    """Which plans to list."""

    q = forms.CharField(label=_("Search"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [("", _("Any status")), *PlanStatus.choices]


class TaskFilter(forms.Form):
    """Which tasks to list."""

    q = forms.CharField(label=_("Search"), required=False)
    plan = forms.ChoiceField(label=_("Plan"), required=False)
    part = forms.ChoiceField(label=_("Part of the plan"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    unit = forms.CharField(label=_("Unit"), required=False)
    role = forms.ChoiceField(label=_("Role"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    due = forms.ChoiceField(
        label=_("Due"),
        required=False,
        choices=[
            ("", _("Any date")),
            ("overdue", _("Overdue")),
            ("soon", _("Within 30 days")),
            ("later", _("Later")),
            ("undated", _("Without a date")),
        ],
    )
    since = forms.DateField(
        label=_("Due from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Due until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    theme = forms.ChoiceField(label=_("Theme"), required=False)

    def __init__(
        self,
        *args: Any,
        regions: list[tuple[Any, str]],
        plans: list[tuple[Any, str]],
        parts: list[tuple[Any, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", _("Any state")), *State.choices]
        self.fields["role"].choices = [("", _("Any role")), *Role.choices]
        self.fields["region"].choices = [("", _("Any region")), *regions]
        self.fields["plan"].choices = [("", _("Any plan")), *plans]
        self.fields["part"].choices = [("", _("Whole plan")), *parts]
        self.fields["theme"].choices = [("", _("Any theme")), *themes.choices()]
        self.fields["unit"].widget.attrs.update(placeholder=_("Words of the unit's name"), autocomplete="off")


class Correction(forms.ModelForm):
    """The correctable fields of a thing the reader took; values are checked again by `actions.correct`."""

    reason = forms.CharField(label=_("Reason"), required=False)

    @property
    def changes(self) -> dict[str, Any]:
        """What the form asks for, field by field."""
        return {name: self.cleaned_data[name] for name in self.Meta.model.correctable}


class ClauseCorrection(Correction):
    """Number and heading of a clause."""

    class Meta:
        model = Clause
        fields = Clause.correctable


class TaskCorrection(Correction):
    """Title and words of a task."""

    class Meta:
        model = Task
        fields = Task.correctable
        widgets: ClassVar[dict[str, Any]] = {"text": forms.Textarea(attrs={"rows": 5})}


class TargetCorrection(Correction):
    """Everything a target says, and the regions it is about."""

    regions = forms.ModelMultipleChoiceField(
        label=_("Regions"), queryset=Region.objects.none(), required=False
    )

    class Meta:
        model = Target
        fields = Target.correctable
        widgets: ClassVar[dict[str, Any]] = {
            "indicator": forms.TextInput(attrs={"list": "pl-indicators"}),
            "by": forms.TextInput(attrs={"placeholder": "2025, 2025-10, 2025-10-31"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["regions"].queryset = places_of(self.instance.plan.region)
        self.fields["regions"].widget.attrs["size"] = 6
        self.initial.setdefault("regions", list(self.instance.regions.all()))
        self.initial["value"] = number_text(self.instance.value)

    @property
    def changes(self) -> dict[str, Any]:
        return {**super().changes, "regions": list(self.cleaned_data["regions"])}


CORRECTIONS: dict[str, tuple[type[Any], type[Correction]]] = {
    "clause": (Clause, ClauseCorrection),
    "target": (Target, TargetCorrection),
    "task": (Task, TaskCorrection),
}


class ProgressForm(forms.Form):
    """How far a task is."""

    state = forms.ChoiceField(label=_("State"), choices=State.choices)
    percent = forms.IntegerField(label=_("Percent"), min_value=0, max_value=100, required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


class BindForm(forms.Form):
    """Which regions a collective name binds."""

    regions = forms.ModelMultipleChoiceField(
        label=_("Regions"), queryset=Region.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, home: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["regions"].queryset = places_of(home).exclude(pk=home.pk)


def places_of(home: Region) -> QuerySet[Region]:
    """The plan's region and what lies two levels below it at most: what its targets and duties can be
    about."""
    levels = {"province": ("city", "county", "zone"), "city": ("county", "zone")}.get(
        home.level, ("township",)
    )
    return Region.objects.filter(
        path__startswith=home.path, valid_to__isnull=True, level__in=(home.level, *levels)
    ).order_by("path")
