"""Template tags of the office: `{% load lantian %}`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.template.context import RequestContext
from django.utils.translation import gettext as _

from lantian.office.frame.tiles import Map, Tile, lay_out
from lantian.office.frame.words import FIELDS, VERBS

register = template.Library()


@register.inclusion_tag("frame/_figure.html")
def figure(
    value: Any, unit: str = "", url: str = "", verified: bool = True, note: str = ""
) -> dict[str, Any]:
    """A figure one click from its explanation.

    `value` is printed as it is (decimals were decided where it was computed); None is shown as a dash with
    `note` as its reason. `verified=False` marks a figure that rests on a rule not yet checked against its
    source.
    """
    return {"value": value, "unit": unit, "url": url, "verified": verified, "note": note}


@register.inclusion_tag("frame/_tiles.html")
def tiles(
    regions: Iterable[Any], values: Mapping[str, Tile] | None = None, label: str = ""
) -> dict[str, Any]:
    """A map of regions; `values` maps a region's code to its `frame.tiles.Tile`."""
    laid: Map = lay_out(regions, values)
    return {"map": laid, "label": label or _("Map of regions")}


@register.simple_tag(takes_context=True)
def query(context: RequestContext, **changes: Any) -> str:
    """This page's query with some values changed: `<a href="?{% query page=2 %}">`; None takes one out."""
    kept = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None:
            kept.pop(key, None)
        else:
            kept[key] = value
    return kept.urlencode()


@register.filter
def verb_label(verb: str) -> str:
    """A verb of the action log in the language of the page."""
    return str(VERBS.get(verb, verb))


@register.filter
def kind_label(target_type: str) -> str:
    """What kind of thing `app.model` is, in the language of the page."""
    try:
        return str(apps.get_model(target_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return target_type


@register.filter
def field_label(name: str, target_type: str) -> str:
    """A column's name as its model words it."""
    try:
        field = apps.get_model(target_type)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):  # no column of today: as it was written
        return str(FIELDS.get(name, name))
    # What points to the thing (the tasks of a plan) has no name of its own here.
    return str(getattr(field, "verbose_name", None) or field.related_model._meta.verbose_name_plural)


@register.filter
def shown(value: Any) -> str:
    """A value of the log for a reader: yes and no in words, nothing as a dash."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return ", ".join(shown(item) for item in value)
    return str(value)
