"""Stations in the admin: here an administrator moves a station from its city to its county."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from lantian.office.monitoring.models import Load, Station
from lantian.office.people.admin_log import Recorded


@admin.register(Station)
class StationAdmin(Recorded, ModelAdmin):
    list_display = ("code", "name", "region", "kind", "active")
    list_filter = ("kind", "active")
    search_fields = ("code", "name", "name_en", "place", "region__name")
    autocomplete_fields = ("region",)
    list_select_related = ("region",)


@admin.register(Load)
class LoadAdmin(ModelAdmin):
    """What was loaded, to read."""

    list_display = ("loaded_at", "files", "kind", "rows_taken", "rows_refused", "version")
    list_filter = ("kind",)

    def has_add_permission(self, request):  # type: ignore[no-untyped-def]  # the base class is untyped
        return False

    def has_change_permission(self, request, obj=None):  # type: ignore[no-untyped-def]  # as above
        return False

    def has_delete_permission(self, request, obj=None):  # type: ignore[no-untyped-def]  # as above
        return False
