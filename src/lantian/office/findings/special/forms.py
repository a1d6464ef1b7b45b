"""The forms of the specialised openings."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.office.findings import catalogue
from lantian.office.findings.forms import Named, regions_for, units_for
from lantian.office.findings.special.complaints.models import Channel
from lantian.office.findings.special.roadside.judging import classes
from lantian.office.findings.special.roadside.models import Colour, Method, Stage, Thing
from lantian.office.frame import clock
from lantian.office.ledgers.industry.enterprise import Enterprise
from lantian.office.people.models import Unit
from lantian.office.regions.models import Level, Region


def _number(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, **more)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class Placed(forms.Form):
    """Region, place and position of what was found."""

    region = Named(label=_("Region"), queryset=Region.objects.none())
    place = forms.CharField(label=_("Place"), max_length=200)
    lon = _number(_("Longitude [°]"), min_value=-180, max_value=180, max_digits=9, decimal_places=6)
    lat = _number(_("Latitude [°]"), min_value=-90, max_value=90, max_digits=9, decimal_places=6)

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user is None:
            found = Region.objects.filter(level__in=(Level.CITY, Level.COUNTY, Level.ZONE)).order_by("path")
        else:
            found = regions_for(user)
            if user.region is not None and user.region.level != Level.PROVINCE:
                self.fields["region"].initial = user.region
        self.fields["region"].queryset = found.defer("geometry")


class ComplaintForm(Placed):
    """A complaint, written by whoever complains."""

    kind = forms.ChoiceField(label=_("Kind of problem"))
    words = forms.CharField(
        label=_("What it is about"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
    name = forms.CharField(label=_("Your name"), max_length=80, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    word = forms.CharField(label=_("Code word for a reward without a name"), max_length=60, required=False)
    form_id = forms.UUIDField(widget=forms.HiddenInput)
    # Nobody sees this field; what fills in every field of a form is no person.
    website = forms.CharField(required=False)

    field_order = ("kind", "region", "place", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = catalogue.kind_choices()
        self.fields["form_id"].initial = uuid4


class HotlineForm(ComplaintForm):
    """A complaint an officer writes down."""

    channel = forms.ChoiceField(
        label=_("Came through"),
        choices=[(c.value, c.label) for c in (Channel.PHONE, Channel.VISIT)],
    )
    name = forms.CharField(label=_("Name of the complainant"), max_length=80, required=False)
    id_number = forms.CharField(label=_("Number of the identity card"), max_length=40, required=False)

    field_order = ("channel", "kind", "region", "place", "words", "name", "phone", "id_number", "address")


class RoadsideForm(Placed):
    """A test at the roadside."""

    thing = forms.ChoiceField(label=_("What was tested"), choices=Thing.choices)
    plate = forms.CharField(label=_("Plate or machine number"), max_length=24)
    colour = forms.ChoiceField(label=_("Colour of the plate"), choices=Colour.choices)
    vin = forms.CharField(label="VIN", max_length=20, required=False)
    stage = forms.ChoiceField(label=_("Emission stage"), choices=Stage.choices)
    method = forms.ChoiceField(label=_("Method of the test"), choices=Method.choices)
    limit_class = forms.ChoiceField(label=_("Class of the limit"), required=False)
    power = _number(_("Power [kW]"), min_value=0, max_digits=7, decimal_places=1)
    value = _number(_("Result (smoke m⁻¹, urea %)"), max_digits=8, decimal_places=3)
    normal = forms.NullBooleanField(
        label=_("Found in order"),
        required=False,
        widget=forms.Select(choices=[("unknown", "—"), ("true", _("yes")), ("false", _("no"))]),
    )
    tested_on = _day(_("Tested on"))
    team = forms.CharField(label=_("Team"), max_length=120, required=False)
    remark = forms.CharField(label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    field_order = (
        "thing",
        "plate",
        "colour",
        "vin",
        "stage",
        "method",
        "value",
        "limit_class",
        "power",
        "normal",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["lon"], self.fields["lat"]
        vehicle, machine = classes(Thing.VEHICLE), classes(Thing.MACHINE)
        self.fields["limit_class"].choices = [
            ("", "—"),
            (_("Vehicle"), [(one, one) for one in vehicle]),
            (_("Non-road machine"), [(one, one) for one in machine]),
        ]
        self.fields["tested_on"].initial = clock.today()


class CheckForm(Placed):
    """Where and when a check was done; its items stand on the page as the rulebook declares them."""

    unit = Named(label=_("Unit responsible"), queryset=Unit.objects.none(), required=False)
    checked_on = _day(_("Checked on"))
    checker = forms.CharField(label=_("Checked by"), max_length=80, required=False)
    remark = forms.CharField(label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    form_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["unit"].queryset = units_for(user).exclude(region=None)
        self.fields["checked_on"].initial = clock.today()
        self.fields["form_id"].initial = uuid4


class SourceForm(Placed):
    """A known source of heat."""

    name = forms.CharField(label=_("Name"), max_length=160)
    radius = forms.IntegerField(label=_("Radius [m]"), min_value=100, max_value=5000, required=False)
    enterprise = forms.CharField(label=_("Enterprise (name or credit code)"), max_length=160, required=False)
    why = forms.CharField(label=_("How it is known"), widget=forms.Textarea(attrs={"rows": 2}))

    field_order = ("name", "region", "lon", "lat", "radius", "enterprise", "why")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        del self.fields["place"]
        for name in ("lon", "lat"):
            self.fields[name].required = True
        self.user = user

    def clean_enterprise(self) -> Any:
        """The enterprise of the register by its name or credit code; None where nothing was written."""
        said = self.cleaned_data["enterprise"].strip()
        if not said:
            return None
        found = Enterprise.objects.visible_to(self.user).filter(Q(name=said) | Q(credit_code=said))
        if len(found[:2]) != 1:
            raise forms.ValidationError(_("one enterprise of this name or code is not in the register"))
        return found[0]
