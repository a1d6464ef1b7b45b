"""The addresses of `grading`."""

from django.urls import path

from lantian.office.grading import downgrade_views, list_views, public_views, views

app_name = "grading"
urlpatterns = [
    path("grading/", list_views.grades, name="list"),
    path("grading/export.xlsx", list_views.grades_xlsx, name="xlsx"),
    path("grading/counts/", list_views.counts_page, name="counts"),
    path("grading/indicators/", list_views.indicators_page, name="indicators"),
    path("grading/given/", list_views.given, name="given"),
    path("grading/applications/", views.applications, name="applications"),
    path("grading/applications/new/", views.new, name="new"),
    path("grading/applications/<int:pk>/", views.application, name="application"),
    path("grading/applications/<int:pk>/answers/", views.answers, name="answers"),
    path("grading/applications/<int:pk>/do/<slug:name>/", views.act, name="act"),
    path("grading/applications/<int:pk>/object/", views.object_, name="object"),
    path("grading/objections/<int:pk>/do/<slug:name>/", views.answer_objection, name="objection-act"),
    path("grading/files/<int:pk>/", views.file, name="file"),
    path("grading/downgrades/", downgrade_views.downgrades, name="downgrades"),
    path("grading/downgrades/look/", downgrade_views.look, name="look"),
    path("grading/downgrades/new/", downgrade_views.propose, name="propose"),
    path("grading/downgrades/<int:pk>/", downgrade_views.downgrade, name="downgrade"),
    path("grading/downgrades/<int:pk>/do/<slug:name>/", downgrade_views.act, name="downgrade-act"),
    path("grading/downgrades/files/<int:pk>/", downgrade_views.file, name="downgrade-file"),
    path("regions/<str:code>/panels/grading/", list_views.panel, name="panel"),
    path("public/grades/", public_views.public_grades, name="public"),
]
