"""The addresses of `telemetry`; those of alarms stand in its sub-package."""

from django.urls import include, path

from lantian.office.telemetry import views

app_name = "telemetry"
urlpatterns = [
    path("telemetry/", views.lines_page, name="lines"),
    path("telemetry/lines.xlsx", views.lines_xlsx, name="xlsx"),
    path("regions/<str:code>/panels/lines/", views.panel, name="panel"),
    path("", include("lantian.office.telemetry.alarms.urls")),
    path("", include("lantian.office.telemetry.gates.urls")),
]
