"""Template tags of air figures: `{% load air %}`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language

from lantian.office.monitoring import arithmetic, figures, words
from lantian.office.monitoring.figures import Figure
from lantian.office.monitoring.indicators import indicator
from lantian.office.monitoring.indicators import shown_unit as _shown_unit
from lantian.rulebook import Rule, RuleWords

register = template.Library()
MINUS = "\u2212"
PERIOD = re.compile(r"\d{4}(-.*)?")


@register.inclusion_tag("frame/_figure.html")
def air_figure(figure: Figure | None, bare: bool = False, public: bool = False) -> dict[str, Any]:
    """A figure one click from its explanation; `bare` leaves its unit to the head of the column.

    A public page leads to the public explanation, which anyone may read.
    """
    if figure is None:
        return {"value": None, "unit": "", "url": "", "verified": True, "note": words.why("no_data")}
    url = figures.public(figure).url if public else figure.url
    return {
        "value": figure.value,
        "unit": "" if bare else _shown_unit(figure.unit),
        "url": url,
        # The mark stands once per table, in its note; at a single figure it stands beside the figure.
        "verified": bare or not figure.unverified,
        "note": words.why(figure.why),
    }


@register.filter
def signed(value: Decimal | int) -> str:
    """A difference with its sign: `+3.1`, `−2.0`, `0`."""
    if value == 0:
        return "0"
    return f"+{value}" if value > 0 else f"{MINUS}{-value}"


@register.filter
def spaced(unit: str) -> str:
    """A unit after a number: `%` closes up, words stand apart."""
    return unit if unit in {"", "%"} else f" {unit}"


@register.filter
def item(mapping: Mapping[str, Any], key: str) -> Any:
    """`mapping[key]`, None without it."""
    return mapping.get(key)


@register.filter
def pollutants(keys: Sequence[str]) -> str:
    """Pollutants by symbol."""
    return words.pollutants(keys)


@register.filter
def why(code: str | None) -> str:
    """A reason in words."""
    return words.why(code)


@register.filter
def indicator_label(key: str) -> str:
    """An indicator's term in the active language."""
    found = indicator(key)
    return found.label if found else key


@register.filter
def indicator_short(key: str) -> str:
    """An indicator by its symbol, where it has one."""
    found = indicator(key)
    return found.short if found else key


@register.filter
def shown_unit(unit: str) -> str:
    """A unit in the active language."""
    return _shown_unit(unit)


@register.filter
def formula(text: str) -> str:
    """A kernel's formula in the active language."""
    return arithmetic.formula(text)


@register.filter
def said(rule: Rule) -> RuleWords:
    """Document, clause and note of a rule in the active language."""
    return rule.in_language(get_language() or "zh")


@register.filter
def codes(text: str) -> str:
    """A text with the names between backticks set as code."""
    pieces = re.split(r"`([^`]+)`", text)
    said = format_html_join("", "{}<code>{}</code>", zip(pieces[:-1:2], pieces[1::2], strict=True))
    return format_html("{}{}", said, pieces[-1])


@register.filter
def item_name(code: str) -> str:
    """A pollutant by symbol; other words stay."""
    return arithmetic.item(code)


@register.filter
def step_label(step: Any) -> str:
    """What a step is."""
    return arithmetic.label(step.code)


@register.filter
def step_subject(step: Any, subject: Any) -> str:
    """What a step is about: region or station by name, a pollutant by symbol, a day as it is."""
    if step.code in {"composite_index", "change_rate", "rank"}:
        # Behind a change stand two indices, each about its period.
        return step.subject if PERIOD.fullmatch(step.subject) else subject.label
    return arithmetic.item(step.subject)


@register.filter
def has_days(step: Any) -> bool:
    """Whether the steps below are the days of a period."""
    return step.code in {"mean", "percentile", "count"} and bool(step.children)


@register.filter
def children_for(step: Any, public: bool) -> list[Any]:
    """The steps below, without single stations and hours on a public page: what is public are the cities."""
    return [child for child in step.children if not (public and child.code in {"member", "hours"})]


@register.simple_tag(takes_context=True)
def day_url(context: Context, day: Any, step: Any, part: bool = False) -> str:
    """The explanation of one day of a figure; `part` is the fragment with its hours."""
    question = context["question"]
    key = "aqi" if step.code == "count" else step.subject
    if part:
        label = question.period.label
        url = reverse("monitoring:explain-hours", args=[question.code, key, label, day.subject])
    elif context.get("public"):
        url = reverse("portal:explain", args=[question.code, key, day.subject])
    else:
        url = reverse("monitoring:explain", args=[question.code, key, day.subject])
    return _with_question(url, question)


@register.simple_tag(takes_context=True)
def item_url(context: Context, item: str, span: str = "") -> str:
    """The explanation of one statistic behind an index; `span` is the index's period where it is another."""
    question = context["question"]
    view = "portal:explain" if context.get("public") else "monitoring:explain"
    return _with_question(reverse(view, args=[question.code, item, span or question.period.label]), question)


def _with_question(url: str, question: Any) -> str:
    query = f"?regime={question.regime}"
    return url + query + (f"&as_of={question.as_of}" if question.as_of is not None else "")
