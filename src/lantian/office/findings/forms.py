"""The forms of findings."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.office.findings import catalogue
from lantian.office.findings.models import PositionBy, Severity, Source
from lantian.office.findings.placing import ANSWERS
from lantian.office.frame import clock
from lantian.office.ledgers.industry.enterprise import Enterprise
from lantian.office.people.models import Unit, User
from lantian.office.people.scope import ScopedQuerySet, is_enterprise, region_root
from lantian.office.regions.models import Region

MOST_PEOPLE = 300
# Told by the office itself when a report is checked, not by a person filling in a form.
BY_ITSELF = {Source.DISPATCH.value, Source.DATA_CHECK.value}


def regions_for(user: Any) -> Any:
    """Regions a finding can lie in: below a province, as far as one sees."""
    return Region.objects.visible_to(user).exclude(level="province").defer("geometry").order_by("path")


def units_for(user: Any) -> Any:
    """Units a person may name as responsible: those they see."""
    return (
        Unit.objects.visible_to(user)
        .select_related("region")
        .defer("region__geometry")
        .order_by("region__path", "name")
    )


def seen_people(user: Any) -> Any:
    """The people a person sees, by region and unit."""
    return ScopedQuerySet(User).visible_to(user)


def people_for(user: Any, finding: Any) -> list[User]:
    """Who may be named for the rectification: those one sees who see the finding, the lowest region first."""
    codes = finding.region.path.rstrip("/").split("/")
    near = Q(region__code__in=codes)
    if finding.unit_id is not None:
        near |= Q(unit=finding.unit_id)
    found = seen_people(user).filter(near, is_active=True, is_superuser=False)
    return list(
        found.select_related("unit", "region")
        .defer("region__geometry")
        .order_by("-region__path", "name", "username")[:MOST_PEOPLE]
    )


class Named(forms.ModelChoiceField):
    """Regions and units by their label."""

    def __init__(self, queryset: Any, *, empty_label: str | None = "—", **kwargs: Any) -> None:
        super().__init__(queryset, empty_label=empty_label, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        if isinstance(obj, Region):
            return "　" * max(0, obj.path.count("/") - 2) + obj.label
        return f"{obj.label}（{obj.region.short_label}）" if obj.region else obj.label


class FindingForm(forms.Form):
    """A new finding, filled in with a thumb: what every one needs first, the rest folded."""

    kind = forms.ChoiceField(label=_("Kind of problem"))
    words = forms.CharField(
        label=_("What was found"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
    )
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    region = Named(label=_("Region"), queryset=Region.objects.none())
    severity = forms.ChoiceField(label=_("How grave"), choices=Severity.choices, initial=Severity.ORDINARY)
    source = forms.ChoiceField(label=_("Found through"), initial=Source.PATROL)
    # The format of `type=date`, whatever the language writes.
    found_on = forms.DateField(
        label=_("Found on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    unit = Named(label=_("Unit responsible"), queryset=Unit.objects.none(), required=False)
    finder = forms.CharField(label=_("Found by"), max_length=80, required=False)
    enterprise = forms.ModelChoiceField(
        queryset=Enterprise.objects.none(), required=False, widget=forms.HiddenInput
    )
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
    position_by = forms.ChoiceField(choices=PositionBy.choices, required=False, widget=forms.HiddenInput)
    register = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    record_id = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    form_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    answers = forms.MultipleChoiceField(
        choices=[(code, code) for code in ANSWERS], required=False, widget=forms.MultipleHiddenInput
    )

    FIRST = ("words", "place", "region")
    FOLDED = ("severity", "source", "found_on", "unit", "finder")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = catalogue.kind_choices()
        self.fields["source"].choices = [pair for pair in Source.choices if pair[0] not in BY_ITSELF]
        self.fields["form_id"].initial = uuid.uuid4
        regions = regions_for(user)
        if region_root(user) is not None:
            self.fields["region"].queryset = regions
        elif is_enterprise(user) and user.unit.region is not None:
            # A firm's people record what their own checks found, and nothing else.
            self.fields["region"].queryset = user.unit.region.subtree().defer("geometry").order_by("path")
            self.fields["region"].initial = user.unit.region
            self.fields["unit"].initial = user.unit
            self.fields["source"].choices = [pair for pair in Source.choices if pair[0] == Source.SELF_CHECK]
            self.fields["source"].initial = Source.SELF_CHECK
        self.fields["enterprise"].queryset = Enterprise.objects.visible_to(user)
        self.fields["unit"].queryset = units_for(user).filter(~Q(region=None))
        self.fields["found_on"].initial = clock.today
        if user.region is not None and user.region.level != "province":
            self.fields["region"].initial = user.region

    @property
    def kinds(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """The kinds shown as large buttons, and the others."""
        quick = catalogue.quick_kinds()
        first = {code for code, _label in quick}
        return quick, [pair for pair in self.fields["kind"].choices if pair[0] not in first]

    @property
    def first(self) -> list[Any]:
        """What every finding needs."""
        return [self[name] for name in self.FIRST]

    @property
    def folded(self) -> list[Any]:
        """What most leave as it is."""
        return [self[name] for name in self.FOLDED]
