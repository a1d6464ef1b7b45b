"""The addresses of gates, within those of `telemetry`."""

from django.urls import path

from lantian.office.telemetry.gates import views

urlpatterns = [
    path("telemetry/gates/", views.gates, name="gates"),
    path("telemetry/gates/<int:pk>/", views.gate, name="gate"),
    path("telemetry/gates/<int:pk>/passes.xlsx", views.gate_xlsx, name="gate-xlsx"),
    path("telemetry/gates/<int:pk>/keys/", views.make_key, name="gate-key"),
    path("telemetry/gates/<int:pk>/keys/<int:key>/revoke/", views.revoke_key, name="gate-key-revoke"),
]
