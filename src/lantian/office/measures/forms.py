"""Forms of other measures: uploads, and a new site."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.office.measures.models import Site, Upload
from lantian.office.measures.rules import SUFFIXES
from lantian.office.regions.models import Level, Region


class Table(forms.Form):
    """A table to be read."""

    file = forms.FileField(label=_("Table"), widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES)}))

    @property
    def first_error(self) -> str:
        """The first thing that is wrong, in one line."""
        for name, errors in self.errors.items():
            label = self.fields[name].label if name in self.fields else ""
            return f"{label}: {errors[0]}" if label else str(errors[0])
        return ""


class DustfallTable(Table):
    """A table of dustfall months."""

    month = forms.CharField(
        label=_("Month of all rows"),
        required=False,
        help_text=_("Only for a table without a column for it."),
        widget=forms.TextInput(attrs={"placeholder": "2025-02", "size": 9}),
    )

    def clean_month(self) -> date | None:
        """The first day of the month."""
        text = self.cleaned_data["month"].strip()
        if not text:
            return None
        match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text)
        if match is None:
            raise forms.ValidationError(_("Write 2025-02."))
        return date(int(match[1]), int(match[2]), 1)


class RoadTable(Table):
    """Samples of road dust, or a published list of roads."""

    kind = forms.ChoiceField(
        label=_("What it holds"),
        choices=[
            (Upload.Kind.ROAD.value, _("samples")),
            (Upload.Kind.ROAD_RANKS.value, _("a published list of ranks")),
        ],
    )
    city = forms.ChoiceField(
        label=pgettext_lazy("a place", "City"),
        required=False,
        help_text=_("Only for a table without a column for it."),
    )
    method = forms.ChoiceField(
        label=_("Method"),
        required=False,
        choices=[
            ("", _("as the table says, else weighed")),
            ("weighed", _("swept and weighed")),
            ("sensor", _("measured by vehicles")),
        ],
    )

    def __init__(self, *args: Any, cities: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["city"].choices = [("", "—"), *((name, name) for name in cities)]
        if len(cities) == 1:
            self.fields["city"].initial = cities[0]


class SpeciesTableForm(Table):
    """Samples of species of one site."""

    site = forms.ModelChoiceField(Site.objects.none(), label=_("Site"), empty_label=None)
    unit = forms.ChoiceField(
        label=_("Unit"),
        required=False,
        choices=[
            ("", _("in brackets of each heading")),
            *((u, u) for u in ("ppb", "ppbC", "µg/m³", "ng/m³")),
        ],
    )
    stamp = forms.ChoiceField(
        label=_("A time names"),
        required=False,
        choices=[("start", _("the start of a sample")), ("end", _("the end of a sample"))],
    )
    hours = forms.IntegerField(label=_("Hours of a sample"), required=False, min_value=1, max_value=168)
    dates = forms.ChoiceField(
        label=_("Dates"),
        required=False,
        choices=[
            ("ymd", _("year, month, day")),
            ("mdy", _("month, day, year")),
            ("dmy", _("day, month, year")),
        ],
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.visible_to(user)
        self.fields["site"].label_from_instance = lambda site: site.label


class NewSite(forms.Form):
    """A site of species."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("As the tables write it."))
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    region = forms.ModelChoiceField(
        Region.objects.none(), label=_("Region"), to_field_name="code", empty_label=None
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = (Level.CITY, Level.COUNTY, Level.ZONE)
        self.fields["region"].queryset = (
            Region.objects.visible_to(user).filter(level__in=levels).order_by("path")
        )
        self.fields["region"].label_from_instance = lambda region: (
            region.label if region.level == Level.CITY else f"\u3000{region.label}"
        )

    first_error = Table.first_error
