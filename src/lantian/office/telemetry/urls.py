"""The addresses of `telemetry`; those of alarms stand in its sub-package."""

from django.urls import include, path

from lantian.office.telemetry import declaration_views, device_views, report_views, stack_views, views

app_name = "telemetry"
urlpatterns = [
    path("telemetry/", views.lines_page, name="lines"),
    path("telemetry/lines.xlsx", views.lines_xlsx, name="xlsx"),
    path("regions/<str:code>/panels/lines/", views.panel, name="panel"),
    path("telemetry/newcomers/", device_views.newcomers, name="newcomers"),
    path("telemetry/newcomers/<path:mn>/take/", device_views.take, name="take"),
    path("telemetry/devices/<int:pk>/", device_views.device_page, name="device"),
    path("telemetry/devices/<int:pk>/packets/", device_views.packets_page, name="packets"),
    path("telemetry/devices/<int:pk>/do/<slug:name>/", device_views.device_act, name="device-act"),
    path("telemetry/reports/", report_views.report, name="reports"),
    path("telemetry/reports/report.xlsx", report_views.report_xlsx, name="report-xlsx"),
    path("telemetry/reports/report.docx", report_views.report_docx, name="report-docx"),
    path("telemetry/stacks/<int:pk>/", stack_views.stack_page, name="stack"),
    path("telemetry/stacks/<int:pk>/hours.xlsx", stack_views.stack_xlsx, name="stack-xlsx"),
    path("telemetry/stacks/<int:pk>/<str:factor>/<str:stamp>/", stack_views.hour_page, name="hour"),
    path("telemetry/stacks/<int:pk>/<str:factor>/<str:stamp>/minutes/", stack_views.minutes, name="minutes"),
    path("telemetry/stacks/<int:pk>/declare/", declaration_views.declare, name="declare"),
    path("telemetry/declarations/", declaration_views.declarations, name="declarations"),
    path("telemetry/declarations/<int:pk>/", declaration_views.declaration, name="declaration"),
    path("telemetry/declarations/<int:pk>/prove/", declaration_views.prove, name="prove"),
    path("telemetry/declarations/<int:pk>/do/<slug:name>/", declaration_views.act, name="declaration-act"),
    path("telemetry/declarations/files/<int:pk>/", declaration_views.file, name="file"),
    path("", include("lantian.office.telemetry.alarms.urls")),
    path("", include("lantian.office.telemetry.gates.urls")),
]
