"""Writes through the admin go into the action log as every other write does."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.forms import BaseForm
from django.forms.models import model_to_dict
from django.http import HttpRequest

from lantian.office.people.actions import record

SECRET = {"password"}


class Recorded:
    """A `ModelAdmin` whose every write is recorded; nothing is deleted in bulk without a row for each."""

    def save_model(self, request: HttpRequest, obj: models.Model, form: BaseForm, change: bool) -> None:
        with transaction.atomic():
            before = values(type(obj)._base_manager.get(pk=obj.pk)) if change else None
            super().save_model(request, obj, form, change)
            record(request, "change" if change else "add", obj, before=before, after=values(obj))

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        with transaction.atomic():
            record(request, "delete", obj, before=values(obj))
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        with transaction.atomic():
            for obj in queryset:
                self.delete_model(request, obj)


def values(obj: models.Model) -> dict[str, Any]:
    """The plain values of a row; the password is only said to be there."""
    known = {name: value for name, value in model_to_dict(obj).items() if not isinstance(value, list)}
    return {name: "…" if name in SECRET and value else value for name, value in known.items()}
