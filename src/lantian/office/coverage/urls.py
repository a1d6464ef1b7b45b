"""The addresses of `coverage`."""

from django.urls import path

from lantian.office.coverage import version_views, views

app_name = "coverage"
urlpatterns = [
    path("coverage/", views.matrix_page, name="matrix"),
    path("coverage/export.xlsx", views.matrix_file, name="matrix-xlsx"),
    path("coverage/compare/", version_views.compare_page, name="compare"),
    path("coverage/compare/export.xlsx", version_views.compare_file, name="compare-xlsx"),
    path("coverage/<int:parent>/<int:child>/", views.pair_page, name="pair"),
    path("coverage/<int:parent>/<int:child>/export.xlsx", views.pair_file, name="pair-xlsx"),
    path("coverage/<int:parent>/<int:child>/decide/", views.decide, name="decide"),
    path("coverage/<int:parent>/<int:child>/withdraw/", views.withdraw, name="withdraw"),
    path("regions/<str:code>/panels/coverage/", views.panel, name="panel"),
]
