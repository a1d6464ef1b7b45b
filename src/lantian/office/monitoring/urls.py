"""The addresses of `monitoring`."""

from django.urls import path

from lantian.office.monitoring import explaining, exporting, hour_aqi, panels, views

app_name = "monitoring"
urlpatterns = [
    path("stations/", views.stations, name="stations"),
    path("stations/export.csv", views.stations_csv, name="stations-csv"),
    path("stations/<str:code>/", views.station, name="station"),
    path("stations/<str:code>/realtime/", hour_aqi.station_panel, name="station-realtime"),
    path("explain/<str:subject>/<str:indicator>/<str:period>/", explaining.explain, name="explain"),
    path(
        "explain/<str:subject>/<str:indicator>/<str:period>/<str:day>/hours/",
        explaining.hours,
        name="explain-hours",
    ),
    path("explain/<str:subject>/<str:indicator>/<str:period>/page.html", exporting.page, name="explain-page"),
    path("explain/<str:subject>/<str:indicator>/<str:period>/data.json", exporting.data, name="explain-data"),
    path("explain/<str:subject>/<str:indicator>/<str:period>/again/", exporting.again, name="explain-again"),
    path("regions/<str:code>/panels/summary/", panels.summary, name="panel-summary"),
    path("regions/<str:code>/panels/ranking/", panels.ranking, name="panel-ranking"),
    path("regions/<str:code>/panels/map/", panels.tile_map, name="panel-map"),
    path("regions/<str:code>/panels/calendar/", panels.calendar, name="panel-calendar"),
    path("regions/<str:code>/panels/hours/", panels.hours, name="panel-hours"),
    path("regions/<str:code>/panels/realtime/", hour_aqi.region_panel, name="panel-realtime"),
]
