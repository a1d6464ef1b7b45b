"""What is kept of fires: files as they came, pixels, the spots they make, and known sources of heat."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.office.frame import clock
from lantian.office.loops import Loop, Looped, Move
from lantian.office.people.rules import Capability
from lantian.office.people.scope import ScopedQuerySet


class SpotState(models.TextChoices):
    """Where a fire spot stands."""

    SEEN = "seen", pgettext_lazy("a fire spot", "nobody there yet")
    ARRIVED = "arrived", pgettext_lazy("a fire spot", "somebody is there")
    BURNING = "burning", pgettext_lazy("a fire spot", "a fire, being put out")
    OUT = "out", pgettext_lazy("a fire spot", "put out")
    FALSE_ALARM = "false_alarm", pgettext_lazy("a fire spot", "false alarm")
    HEAT = "heat", pgettext_lazy("a fire spot", "industrial heat")


class Removal(models.TextChoices):
    """Why a spot was set aside as industrial heat."""

    REPEATED = "repeated", _("heat at the same place on many days")
    REGISTER = "register", _("a known source of heat")
    TYPE = "type", _("marked as a static source in the file")
    PERSON = "person", _("found on the spot to be industrial heat")


def is_holder(spot: Any, person: Any) -> bool:
    """Whether the person answers for the spot: whom its finding names, else whoever sees it."""
    from lantian.office.findings.models import is_responsible

    return spot.finding_id is None or is_responsible(spot.finding, person)


FIRE = Loop(
    "fire_spot",
    states=SpotState,
    start=SpotState.SEEN,
    closed={SpotState.OUT, SpotState.FALSE_ALARM, SpotState.HEAT},
    moves=(
        Move(
            "arrive_fire",
            SpotState.SEEN,
            SpotState.ARRIVED,
            _("I am there"),
            capability=Capability.REPORT_TASK,
            who=is_holder,
        ),
        Move(
            "confirm_fire",
            SpotState.ARRIVED,
            SpotState.BURNING,
            _("It is a fire"),
            capability=Capability.REPORT_TASK,
            who=is_holder,
            keeps_limit=True,
        ),
        Move(
            "put_out_fire",
            SpotState.BURNING,
            SpotState.OUT,
            _("It is out"),
            capability=Capability.REPORT_TASK,
            who=is_holder,
            reason=True,
        ),
        Move(
            "deny_fire",
            (SpotState.ARRIVED, SpotState.BURNING),
            SpotState.FALSE_ALARM,
            _("False alarm"),
            capability=Capability.REPORT_TASK,
            who=is_holder,
            reason=True,
        ),
        Move(
            "mark_heat",
            (SpotState.SEEN, SpotState.ARRIVED),
            SpotState.HEAT,
            _("Industrial heat"),
            capability=Capability.VERIFY_REPORT,
            reason=True,
        ),
        Move(
            "restore_fire",
            (SpotState.HEAT, SpotState.FALSE_ALARM),
            SpotState.SEEN,
            _("Open again as a fire"),
            capability=Capability.VERIFY_REPORT,
            reason=True,
        ),
    ),
)


class FireFile(models.Model):
    """A satellite file that was taken in: the counts, and what was refused and why."""

    name = models.CharField(_("File name"), max_length=160)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("Region")
    )
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    loaded_at = models.DateTimeField(default=clock.now)
    rows = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    outside = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)
    joined = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    refusals = models.JSONField(default=list)

    scope_region: ClassVar[str] = "region__path"

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[Any] = ["-loaded_at", "-pk"]
        verbose_name = _("satellite file")
        verbose_name_plural = _("satellite files")

    def __str__(self) -> str:
        return self.name


class HeatSource(models.Model):
    """A place known to be hot: a works, a coke oven, a flare. A spot within its radius is no fire."""

    name = models.CharField(_("Name"), max_length=160)
    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="heat_sources", verbose_name=_("Region")
    )
    enterprise = models.ForeignKey(
        "ledgers.Enterprise",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Enterprise"),
    )
    lon = models.DecimalField(_("Longitude [°]"), max_digits=9, decimal_places=6)
    lat = models.DecimalField(_("Latitude [°]"), max_digits=9, decimal_places=6)
    radius = models.PositiveIntegerField(_("Radius [m]"))
    why = models.TextField(_("How it is known"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("Confirmed at"), default=clock.now)
    learned = models.BooleanField(default=False, editable=False)  # from a spot, not from the form
    active = models.BooleanField(_("In force"), default=True)

    scope_region: ClassVar[str] = "region__path"

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[Any] = ["region__path", "name", "pk"]
        verbose_name = _("known source of heat")
        verbose_name_plural = _("known sources of heat")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("findings:fire-sources")


SATELLITES = {"T": "Terra", "A": "Aqua", "N": "Suomi NPP", "1": "NOAA-20", "N20": "NOAA-20", "N21": "NOAA-21"}

CONFIDENCE = {
    "high": pgettext_lazy("confidence", "high"),
    "nominal": pgettext_lazy("confidence", "nominal"),
    "low": pgettext_lazy("confidence", "low"),
}


def satellite_names(letters: str) -> str:
    """The names of satellites FIRMS writes as letters; a word it does not use stands as it is.

    Parameters
    ----------
    letters
        as in the file, several parted by spaces
    """
    return "/".join(SATELLITES.get(one, one) for one in letters.split())


class FireSpot(Looped):
    """One fire as satellites saw it: its pixels, where, what became of it."""

    loop = FIRE
    moved_with: ClassVar[tuple[str, ...]] = ("region",)

    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="fire_spots", verbose_name=_("Region")
    )
    lon = models.DecimalField(_("Longitude [°]"), max_digits=9, decimal_places=6)
    lat = models.DecimalField(_("Latitude [°]"), max_digits=9, decimal_places=6)
    first_seen = models.DateTimeField(_("First seen"), db_index=True)
    last_seen = models.DateTimeField(_("Last seen"), db_index=True)
    local_day = models.DateField(_("Day"), db_index=True)
    pixels_count = models.PositiveIntegerField(_("Pixels"), default=0)
    satellites = models.CharField(_("Satellites"), max_length=80)
    confidence = models.CharField(_("Confidence"), max_length=8)
    frp = models.DecimalField(_("Radiative power [MW]"), max_digits=9, decimal_places=2, null=True)
    opened_at = models.DateTimeField(_("Opened at"), default=clock.now)
    removal = models.CharField(
        _("Why set aside"), max_length=10, choices=Removal.choices, blank=True, default=""
    )
    heat_days = models.PositiveIntegerField(_("Days with heat"), null=True, blank=True)
    source = models.ForeignKey(
        HeatSource,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="spots",
        verbose_name=_("Known source of heat"),
    )
    finding = models.OneToOneField(
        "findings.Finding",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="fire_spot",
        verbose_name=_("problem found"),
    )
    grid = models.CharField(_("Grid person"), max_length=120, blank=True)
    arrived_at = models.DateTimeField(_("First person there"), null=True, blank=True)
    put_out_at = models.DateTimeField(_("Put out at"), null=True, blank=True)

    scope_region: ClassVar[str] = "region__path"

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[Any] = ["-first_seen", "-pk"]
        verbose_name = _("fire spot")
        verbose_name_plural = _("fire spots")
        indexes: ClassVar[Any] = [models.Index(fields=["region", "local_day"], name="fire_region_day")]

    def __str__(self) -> str:
        moment = timezone.localtime(self.first_seen).strftime("%Y-%m-%d %H:%M")
        return f"{self.region.label} {self.lon},{self.lat} {moment}"

    def get_absolute_url(self) -> str:
        return reverse("findings:fire", args=[self.pk])

    @property
    def satellite_names(self) -> str:
        """The satellites that saw it, by name."""
        return satellite_names(self.satellites)

    @property
    def holder_label(self) -> str:
        """Who was sent: the grid person, else the person or unit the finding names; "" where nobody."""
        if self.grid or self.finding is None:
            return self.grid
        if self.finding.assignee is not None:
            return str(self.finding.assignee.get_full_name())
        return self.finding.unit.label if self.finding.unit is not None else ""

    @property
    def response(self) -> timedelta | None:
        """From the opening until somebody was there."""
        return None if self.arrived_at is None else self.arrived_at - self.opened_at

    @property
    def response_minutes(self) -> int | None:
        """The same in whole minutes, half a minute to the even one."""
        return None if self.response is None else round(self.response.total_seconds() / 60)

    @property
    def minutes_to_out(self) -> int | None:
        """From the opening until it was out, in whole minutes."""
        if self.put_out_at is None:
            return None
        return round((self.put_out_at - self.opened_at).total_seconds() / 60)


class FirePixel(models.Model):
    """A pixel of a satellite that lies in a region of this office."""

    spot = models.ForeignKey(FireSpot, on_delete=models.CASCADE, related_name="pixels")
    file = models.ForeignKey(FireFile, on_delete=models.PROTECT, related_name="pixels")
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+")
    instrument = models.CharField(max_length=8)
    satellite = models.CharField(_("Satellite"), max_length=12)
    seen_at = models.DateTimeField(_("Seen at"), db_index=True)
    local_day = models.DateField(_("Day"))
    lon = models.DecimalField(_("Longitude [°]"), max_digits=9, decimal_places=6)
    lat = models.DecimalField(_("Latitude [°]"), max_digits=9, decimal_places=6, db_index=True)
    confidence = models.CharField(_("Confidence"), max_length=8)
    confidence_given = models.CharField(max_length=8)
    brightness = models.DecimalField(_("Brightness [K]"), max_digits=7, decimal_places=2, null=True)
    frp = models.DecimalField(_("Radiative power [MW]"), max_digits=9, decimal_places=2, null=True)
    kind = models.PositiveSmallIntegerField(_("Type in the file"), null=True)
    daynight = models.CharField(max_length=1, blank=True)

    scope_region: ClassVar[str] = "region__path"

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[Any] = ["seen_at", "pk"]
        verbose_name = _("satellite pixel")
        verbose_name_plural = _("satellite pixels")
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["satellite", "seen_at", "lon", "lat"], name="fire_pixel_once")
        ]

    @property
    def satellite_name(self) -> str:
        """The satellite by its name; FIRMS writes a letter."""
        return satellite_names(self.satellite)

    def __str__(self) -> str:
        return f"{self.satellite} {self.seen_at:%Y-%m-%d %H:%M} {self.lon},{self.lat}"
