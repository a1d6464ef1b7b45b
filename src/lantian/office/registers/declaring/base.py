"""The record every register is made of, and the list of registers."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.office.frame import clock
from lantian.office.people.scope import SCAN, ScopedQuerySet
from lantian.office.registers.declaring.fields import Quantity, Text
from lantian.office.registers.declaring.fold import fold
from lantian.office.registers.declaring.ledger import Group, Ledger
from lantian.office.registers.declaring.words import two

_ledgers: dict[str, Ledger] = {}
NO_KEY = "#"


def ledgers() -> tuple[Ledger, ...]:
    """Every register, in the order of the navigation: by group, then as declared."""
    groups = Group.values
    return tuple(
        sorted(_ledgers.values(), key=lambda one: (groups.index(one.group), one.model.order, one.code))
    )


def ledger(code: str) -> Ledger:
    """The register of this code; KeyError when there is none."""
    return _ledgers[code]


class _Declaring(models.base.ModelBase):
    """Gives a declaration its table name, its indexes and its place in the list of registers."""

    def __new__(cls, name: str, bases: tuple[Any, ...], attrs: dict[str, Any], **more: Any) -> Any:
        given = attrs.get("Meta")
        if getattr(given, "abstract", False):
            return super().__new__(cls, name, bases, attrs, **more)
        code = attrs.get("code", "")
        if not code.isidentifier() or not attrs.get("title"):
            raise ValueError(f"{name}: a register has a code (letters, digits, _) and a title")
        if "status" not in attrs:
            raise ValueError(f"{name}: a register has a LifeCycle called status")
        short = code[:18]
        attrs["Meta"] = type(
            "Meta",
            (given,) if given else (),
            {
                "db_table": f"ledgers_{code}",
                "verbose_name": attrs["title"],
                "verbose_name_plural": attrs["title"],
                "ordering": ("-pk",),
                "indexes": [
                    # Everything the scope, the states, lateness and completeness ask: counted by this alone.
                    models.Index(
                        fields=[
                            "region",
                            "withdrawn",
                            "status",
                            "complete",
                            *(name for name in ("due", "unit", "enterprise") if name in (*attrs, "unit")),
                        ],
                        name=f"{short}_region",
                    ),
                    *(
                        [models.Index(fields=["due", "status"], name=f"{short}_due")]
                        if "due" in attrs
                        else []
                    ),
                ],
            },
        )
        made = super().__new__(cls, name, bases, attrs, **more)
        if code in _ledgers and _ledgers[code].model.__module__ != made.__module__:
            raise ValueError(f"two registers are called {code}")
        made.ledger = _ledgers[code] = Ledger(made)
        if "scope_unit" not in attrs:
            made.scope_unit = ("unit_id", "enterprise__account_id") if "enterprise" in attrs else ("unit_id",)
        return made


class Register(models.Model, metaclass=_Declaring):
    """A record of a register. Written by `registers.actions` alone.

    A declaration says `code`, `title`, its fields and `status`; and, where it has them, `group`, `source`
    (document and clause that order it), `columns` (of the list), `feeds`, `checks`, `placed = False` for what
    stands nowhere, `example` (a row as a bureau writes it, for template, demonstration and tests),
    `key_everywhere = True` where a key names one thing in the whole country (a credit code, a
    machine's number); otherwise one thing of its county, or of its enterprise where that is part of the key.
    """

    code: ClassVar[str] = ""
    title: ClassVar[Any] = ""
    group: ClassVar[str] = Group.INDUSTRY
    order: ClassVar[int] = 50
    source: ClassVar[str] = ""
    placed: ClassVar[bool] = True
    key_everywhere: ClassVar[bool] = False
    columns: ClassVar[tuple[str, ...]] = ()
    feeds: ClassVar[tuple[Any, ...]] = ()
    checks: ClassVar[tuple[Any, ...]] = ()
    example: ClassVar[dict[str, str]] = {}
    ledger: ClassVar[Ledger]

    region = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="+", verbose_name=_("Region"), db_index=False
    )
    unit = models.ForeignKey(
        "people.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Unit in charge"),
    )
    place = Text(two("地址", "Address"), most=200, searched=True)
    lon = Quantity(two("经度", "Longitude"), "°", low=-180, high=180, decimals=6, max_digits=9)
    lat = Quantity(two("纬度", "Latitude"), "°", low=-90, high=90, decimals=6, max_digits=9)
    note = Text(two("备注", "Note"), most=500)

    key_text = models.CharField(max_length=240, unique=True, editable=False)
    search = models.CharField(max_length=600, default="", editable=False)
    complete = models.BooleanField(_("complete"), default=False, editable=False)
    withdrawn = models.BooleanField(_("withdrawn"), default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    made_at = models.DateTimeField(_("Entered at"), default=clock.now, editable=False)
    changed_at = models.DateTimeField(_("Changed at"), default=clock.now, editable=False)

    objects = ScopedQuerySet.as_manager()
    scope_region: ClassVar[str] = "region__path"
    scope_unit: ClassVar[tuple[str, ...]] = ("unit_id",)
    scope_by_key: ClassVar[str] = SCAN

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_shown

    @property
    def name_shown(self) -> str:
        """What the record is called: its own key fields, or its number."""
        own = [field for field in self.ledger.key if not isinstance(field, models.ForeignKey)]
        return (
            " ".join(filter(None, (field.write(getattr(self, field.name)) for field in own))) or f"#{self.pk}"
        )

    def get_absolute_url(self) -> str:
        return reverse("registers:record", args=[self.code, self.pk])

    @property
    def status_label(self) -> str:
        """The state in the active language."""
        return self.ledger.status.write(self.status)

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done with it."""
        return self.status not in self.ledger.status.closed

    @property
    def is_late(self) -> bool:
        """Whether its day has passed while it is open."""
        due = getattr(self, "due", None)
        return bool(due and self.is_open and due < clock.today())

    def fold_in(self) -> None:
        """Bring up to date what follows from the fields: key, search text, completeness but for a proof."""
        self.compute()
        self.key_text = key_text_of(self)
        words = [str(getattr(self, field.name) or "") for field in self.ledger.fields
                 if field.searched and not isinstance(field, models.ForeignKey)]  # fmt: skip
        self.search = "\n".join(filter(None, (fold(word) for word in (*words, *self.other_names()))))[:600]
        self.complete = not self.ledger.missing(self)

    def compute(self) -> None:
        """Set the fields that were declared `computed` (a due date by rule, a verdict) from the others.

        Asked while a record is read and again before it is saved; whatever it needs may still be missing.
        """

    def natural_key(self) -> str:
        """What tells this record from every other of its register; "" where it says nothing of the kind."""
        fields = self.ledger.key
        parts = [
            str(value) if (value := getattr(self, field._attribute)) is not None else "" for field in fields
        ]
        links = [isinstance(field, models.ForeignKey) for field in fields]
        if not any(part for part, link in zip(parts, links, strict=True) if not link):
            return ""
        home = [] if self.key_everywhere or any(links) else [county_of(self.region)]
        return "|".join([*home, *(fold(part) for part in parts)])

    def settle(self) -> None:
        """What must hold against other records: asked in the transaction of the write, after it.

        A register that has such a rule locks what it counts, then counts; what it raises undoes the write.

        Raises
        ------
        LantianError
            it does not hold
        """

    def other_names(self) -> list[str]:
        """Further names it can be found by; a register may have some."""
        return []


def key_text_of(row: Any) -> str:
    """The natural key as one text, the same however it was typed; a record without one has its own."""
    if row.withdrawn:
        return f"withdrawn:{row.pk}"
    known = row.natural_key()
    if known:
        return known[:240]
    return row.key_text if row.key_text.startswith(NO_KEY) else f"{NO_KEY}{uuid.uuid4().hex}"


def county_of(region: Any) -> str:
    """The code of the county a region lies in, or its own where it is a city or a province."""
    return str(region.path.rstrip("/").split("/")[:3][-1])
