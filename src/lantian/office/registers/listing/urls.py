"""Addresses of this room."""

from django.urls import path

from lantian.office.registers.listing import across, map_views, record_views, saved, views

urlpatterns = [
    path("", views.registers, name="list"),
    path("late/", across.late, name="late"),
    path("search/", across.search, name="search"),
    path("panel/<str:code>/", across.panel, name="panel"),
    path("<str:code>/", views.records, name="records"),
    path("<str:code>/map/", map_views.on_map, name="map"),
    path("<str:code>/filters/", saved.filters, name="filters"),
    path("<str:code>/<int:pk>/", record_views.record, name="record"),
    path("<str:code>/<int:pk>/history/", record_views.history, name="history"),
]
