"""People and units in the admin, for superusers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from lantian.office.frame.templatetags.lantian import kind_label, verb_label
from lantian.office.people.admin_log import Recorded
from lantian.office.people.models import ActionLog, Unit, User

# Roles are ours (people.rules); Django's groups would be a second table saying who may do what.
if admin.site.is_registered(Group):
    admin.site.unregister(Group)


@admin.register(User)
class OfficeUserAdmin(Recorded, UserAdmin, ModelAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "name", "role", "region", "unit", "is_active", "last_login")
    list_filter = ("role", "is_active", "is_superuser")
    search_fields = ("username", "name", "region__name", "unit__name")
    autocomplete_fields = ("region", "unit")
    filter_horizontal = ()
    ordering = ("username",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("name", "email")}),
        (_("Scope and role"), {"fields": ("region", "unit", "role", "is_superuser", "is_active")}),
        (_("Dates"), {"fields": ("last_login", "date_joined", "must_change_password")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "password1", "password2")}),
        (_("Scope and role"), {"classes": ("wide",), "fields": ("name", "region", "unit", "role")}),
    )
    readonly_fields = ("last_login", "date_joined")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.is_staff = obj.is_superuser
        if not change:
            obj.must_change_password = True
        super().save_model(request, obj, form, change)


@admin.register(Unit)
class UnitAdmin(Recorded, ModelAdmin):
    list_display = ("name", "name_en", "region", "kind")
    list_filter = ("kind",)
    search_fields = ("name", "name_en", "region__name")
    autocomplete_fields = ("region",)
    list_select_related = ("region",)


@admin.register(ActionLog)
class ActionLogAdmin(ModelAdmin):
    """The log, to read."""

    list_display = ("number", "at", "actor_name", "what", "thing", "target_name", "reason")
    list_filter = ("verb", "target_type")
    search_fields = ("actor_name", "target_name", "target_id", "reason", "request_id")
    readonly_fields: ClassVar = [field.name for field in ActionLog._meta.fields]

    @admin.display(description=_("what was done"), ordering="verb")
    def what(self, row: ActionLog) -> str:
        return verb_label(row.verb)

    @admin.display(description=_("kind of thing"), ordering="target_type")
    def thing(self, row: ActionLog) -> str:
        return kind_label(row.target_type)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ActionLog | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ActionLog | None = None) -> bool:
        return False
