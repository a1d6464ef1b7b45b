"""Regions in the admin: corrections by hand; files are loaded by `lantian office load regions`."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from lantian.office.people.admin_log import Recorded
from lantian.office.regions.models import Region


@admin.register(Region)
class RegionAdmin(Recorded, ModelAdmin):
    list_display = ("code", "name", "name_en", "level", "parent")
    list_filter = ("level",)
    search_fields = ("code", "name", "name_en", "short")
    autocomplete_fields = ("parent",)
    list_select_related = ("parent",)
