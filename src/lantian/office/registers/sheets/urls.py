"""Addresses of this room."""

from django.urls import path

from lantian.office.registers.sheets import run_views, views

urlpatterns = [
    path("<str:code>/template.xlsx", views.template_file, name="template"),
    path("<str:code>/export.xlsx", views.export_file, name="export"),
    path("<str:code>/export.csv", views.export_csv, name="export-csv"),
    path("<str:code>/import/", views.imports, name="import"),
    path("<str:code>/import/<int:pk>/", run_views.run, name="import-run"),
    path("<str:code>/import/<int:pk>/part/", run_views.part, name="import-part"),
    path("<str:code>/import/<int:pk>/refused.xlsx", run_views.refused, name="import-refused"),
    path("<str:code>/import/<int:pk>/<str:deed>/", run_views.deed, name="import-deed"),
]
