"""The forms of findings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.office.findings import catalogue
from lantian.office.findings.models import Severity, Source
from lantian.office.frame import clock
from lantian.office.people.models import Unit
from lantian.office.people.scope import region_root
from lantian.office.regions.models import Region


def regions_for(user: Any) -> Any:
    """Regions a finding can lie in: below a province, as far as one sees."""
    return Region.objects.visible_to(user).exclude(level="province").order_by("path")


def units_for(user: Any) -> Any:
    """Units a person may name as responsible: those they see."""
    return Unit.objects.visible_to(user).select_related("region").order_by("region__path", "name")


class Named(forms.ModelChoiceField):
    """Regions and units by their label."""

    def label_from_instance(self, obj: Any) -> str:
        if isinstance(obj, Region):
            return "　" * max(0, obj.path.count("/") - 2) + obj.label
        return f"{obj.label}（{obj.region.short_label}）" if obj.region else obj.label


class FindingForm(forms.Form):
    """A new finding, filled in with a thumb."""

    kind = forms.ChoiceField(label=_("Kind of problem"))
    region = Named(label=_("Region"), queryset=Region.objects.none())
    place = forms.CharField(label=_("Place"), max_length=200)
    words = forms.CharField(
        label=_("What was found"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000
    )
    severity = forms.ChoiceField(label=_("How grave"), choices=Severity.choices, initial=Severity.ORDINARY)
    source = forms.ChoiceField(label=_("Found through"), choices=Source.choices, initial=Source.PATROL)
    found_on = forms.DateField(label=_("Found on"), widget=forms.DateInput(attrs={"type": "date"}))
    unit = Named(label=_("Unit responsible"), queryset=Unit.objects.none(), required=False)
    lon = forms.DecimalField(
        label=_("Longitude [°]"),
        min_value=-180,
        max_value=180,
        max_digits=9,
        decimal_places=6,
        required=False,
    )
    lat = forms.DecimalField(
        label=_("Latitude [°]"), min_value=-90, max_value=90, max_digits=9, decimal_places=6, required=False
    )
    finder = forms.CharField(label=_("Found by"), max_length=80, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = catalogue.kind_choices()
        regions = regions_for(user)
        if region_root(user) is not None:
            self.fields["region"].queryset = regions
        self.fields["unit"].queryset = units_for(user).filter(~Q(region=None))
        self.fields["found_on"].initial = clock.today()
        if user.region is not None and user.region.level != "province":
            self.fields["region"].initial = user.region
