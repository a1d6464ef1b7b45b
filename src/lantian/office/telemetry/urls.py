"""The addresses of `telemetry`; those of alarms stand in its sub-package."""

from django.urls import include, path

from lantian.office.telemetry import views

app_name = "telemetry"
urlpatterns = [
    path("telemetry/", views.lines, name="lines"),
    path("", include("lantian.office.telemetry.alarms.urls")),
    path("", include("lantian.office.telemetry.gates.urls")),
]
