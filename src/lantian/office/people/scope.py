"""THE choke point: what a person may see. Every list, page, search, export, API and history passes here.

A person sees the subtree of their region and the rows of their unit; the people of an enterprise see the rows
of their enterprise only; a superuser sees everything; someone without region and unit, someone whose account
is closed and the anonymous see nothing. A model says how it is reached:

    class Task(models.Model):
        scope_region = ("regions__path", "plan__region__path")   # lookups that lead to Region.path
        scope_unit = "responsibilities__unit_id"                 # lookups that lead to the id of a Unit
        objects = ScopedQuerySet.as_manager()

A model with many rows may keep, for each row, every region and unit it is reached from (`region`, `unit`),
the regions above included, and name that relation: `scope_reach = "reach"`. It is then asked by equality, and
must give what `scope_region` and `scope_unit` would.

A large table whose lookups begin with its own foreign keys may say `scope_by_key = True`: it is then asked by
the keys of the regions and units instead of joining them, with the same answer. Where whoever stands at the
top sees nearly every row, `scope_by_key = SCAN` has the database read the table through for them: by an index
it would fetch a hundred thousand rows one by one. Where no region lies outside of theirs, no row is asked.

A model that declares nothing cannot be listed: `visible_to` raises, and the system check `lantian.E001`
refuses to start the office. A model that no one lists may say so: `scope_exempt = "why"`.

What lies outside a person's scope does not exist for them: 404, never 403.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models
from django.db.models import Exists, F, Q
from django.db.models.lookups import In
from django.http import Http404
from django.utils.translation import gettext as _

M = TypeVar("M", bound=models.Model)
SCAN = "scan"


def is_declared(model: type[models.Model]) -> bool:
    """Whether the model says how its rows are reached, or why they need no scope."""
    return bool(
        _lookups(model, "scope_region")
        or _lookups(model, "scope_unit")
        or getattr(model, "scope_exempt", None)
    )


class ScopedQuerySet(models.QuerySet[M]):
    """Rows that can be asked for by who is asking."""

    def visible_to(self, user: Any) -> ScopedQuerySet[M]:
        """The rows this person may see.

        Raises
        ------
        ImproperlyConfigured
            the model declares no scope: nothing can be listed by accident
        """
        regions, units = _lookups(self.model, "scope_region"), _lookups(self.model, "scope_unit")
        if not regions and not units:
            raise ImproperlyConfigured(
                f"{self.model.__name__} declares neither scope_region nor scope_unit; it cannot be listed"
            )
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        reach = getattr(self.model, "scope_reach", None)
        if reach:
            return self._reached(user, reach)
        condition = _condition(self.model, user, regions, units)
        if condition is None:
            return self.none()
        if any(_is_many(self.model, lookup) for lookup in (*regions, *units)):
            # A row reached by two regions is still one row: select by key instead of joining.
            return self.filter(pk__in=self.model._base_manager.filter(condition).values("pk"))
        return self.filter(condition)

    def _reached(self, user: Any, name: str) -> ScopedQuerySet[M]:
        relation = self.model._meta.get_field(name)
        parts = []
        if region_root(user):
            parts.append(Q(region=user.region_id))
        if user.unit_id is not None:
            parts.append(Q(unit=user.unit_id))
        if not parts:
            return self.none()
        whole = parts[0] if len(parts) == 1 else parts[0] | parts[1]
        rows = relation.related_model._base_manager.filter(whole)
        return self.filter(pk__in=rows.values(relation.field.attname))


def get_visible_or_404(
    source: type[M] | models.QuerySet[M] | models.Manager[M], user: Any, **lookup: Any
) -> M:
    """The one row of `lookup` that `user` may see, or 404: absent and out of scope look the same."""
    queryset = source.objects.all() if isinstance(source, type) else source.all()
    try:
        return queryset.visible_to(user).get(**lookup)
    except (queryset.model.DoesNotExist, ValueError, OverflowError) as error:
        raise Http404(_("There is nothing at this address.")) from error


def region_root(user: Any) -> str | None:
    """The path prefix a person's regions share: "" for a superuser, None when they see no region."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return None
    if user.is_superuser:
        return ""
    if user.region is None or is_enterprise(user):
        return None
    return str(user.region.path)


def is_enterprise(user: Any) -> bool:
    """Whether the person belongs to an enterprise, whose people see its own rows only."""
    return user.unit is not None and user.unit.kind == "enterprise"


def is_outsider(user: Any) -> bool:
    """Whether what a person writes is an enterprise's word about itself; the command line (None) is none."""
    return user is not None and not user.is_superuser and is_enterprise(user)


def _condition(
    model: type[models.Model], user: Any, regions: tuple[str, ...], units: tuple[str, ...]
) -> Q | None:
    parts = []
    root = region_root(user)
    if root:
        parts += [_asked(model, f"{lookup}__startswith", root) for lookup in regions]
    if user.unit_id is not None:
        parts += [_asked(model, lookup, user.unit_id) for lookup in units]
    if not parts:
        return None
    whole = parts[0]
    for part in parts[1:]:
        whole |= part
    return whole


def _asked(model: type[models.Model], lookup: str, value: Any) -> Q:
    """The lookup itself, or, for a model asked by key, its first foreign key among the keys it leads to."""
    first, _, rest = lookup.partition("__")
    if not getattr(model, "scope_by_key", False) or not rest:
        return Q(**{lookup: value})
    related = model._meta.get_field(first).related_model
    keys = related._base_manager.filter(**{rest: value}).order_by().values("pk")
    if getattr(model, "scope_by_key", False) == SCAN and rest == "path__startswith" and value.count("/") == 1:
        # A sum is in no index.
        there = Q(In(F(first) + 0, keys))
        if model._meta.get_field(first).null:
            return there
        return Q(~Exists(related._base_manager.exclude(**{rest: value}))) | there
    return Q(KeyIn(F(first), keys))


class KeyIn(In):
    """A key among those of another question, which is asked once and before.

    PostgreSQL takes `IN (SELECT …)` beside an OR for a reason to read the whole table; an array is looked up
    in the index.
    """

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """The same as an array."""
        left, of_left = self.process_lhs(compiler, connection)
        right, of_right = self.process_rhs(compiler, connection)
        return f"{left} = ANY(ARRAY{right})", [*of_left, *of_right]


def _is_many(model: type[models.Model], lookup: str) -> bool:
    """Whether a lookup passes a relation with several rows on its way."""
    current: Any = model
    for name in lookup.split("__"):
        try:
            field = current._meta.get_field(name)
        except FieldDoesNotExist:  # a column name such as unit_id, or `pk`
            return False
        if field.is_relation:
            if field.one_to_many or field.many_to_many:
                return True
            current = field.related_model
    return False


def _lookups(model: type[models.Model], attribute: str) -> tuple[str, ...]:
    value = getattr(model, attribute, None)
    if not value:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
