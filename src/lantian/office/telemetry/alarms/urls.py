"""The addresses of alarms, below those of `telemetry` (same namespace)."""

from __future__ import annotations

from django.urls import path

from lantian.office.telemetry.alarms import dual_views, lead_views, views

urlpatterns = [
    path("telemetry/alarms/", views.alarms, name="alarms"),
    path("telemetry/alarms/live/", views.alarms_live, name="alarms-live"),
    path("telemetry/alarms/export.xlsx", views.alarms_xlsx, name="alarms-xlsx"),
    path("telemetry/alarms/acknowledge/", views.acknowledge, name="alarms-acknowledge"),
    path("telemetry/alarms/files/<int:pk>/", views.alarm_file, name="alarm-file"),
    path("telemetry/alarms/<int:pk>/", views.alarm, name="alarm"),
    path("telemetry/alarms/<int:pk>/find/", views.find, name="alarm-find"),
    path("telemetry/alarms/<int:pk>/do/<str:name>/", views.act, name="alarm-act"),
    path("telemetry/dual-control/", dual_views.dual_control, name="dual-control"),
    path("telemetry/dual-control/export.xlsx", dual_views.dual_control_xlsx, name="dual-control-xlsx"),
    path("telemetry/leads/", lead_views.leads, name="leads"),
    path("telemetry/leads/export.xlsx", lead_views.leads_xlsx, name="leads-xlsx"),
    path("telemetry/leads/files/<int:pk>/", lead_views.lead_file, name="lead-file"),
    path("telemetry/leads/<int:pk>/", lead_views.lead, name="lead"),
    path("telemetry/leads/<int:pk>/do/<str:name>/", lead_views.act_lead, name="lead-act"),
    path("regions/<str:code>/panels/alarms/", views.alarms_panel, name="alarms-panel"),
]
