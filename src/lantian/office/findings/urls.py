"""The addresses of `findings`."""

from django.urls import include, path

from lantian.office.findings import bulletin, filing, views

app_name = "findings"
urlpatterns = [
    path("findings/", views.findings, name="list"),
    path("findings/export.xlsx", views.findings_xlsx, name="xlsx"),
    path("findings/new/", filing.new, name="new"),
    path("findings/where/", filing.where, name="where"),
    path("findings/enterprises/", filing.enterprises, name="enterprises"),
    path("findings/worker.js", filing.worker, name="worker"),
    path("findings/take/", views.take, name="take"),
    path("findings/table.xlsx", views.template_xlsx, name="template"),
    path("findings/day/", bulletin.day, name="today"),
    path("findings/day/<str:text>.docx", bulletin.day_docx, name="day_docx"),
    path("findings/day/<str:text>/", bulletin.day, name="day"),
    path("findings/files/<int:pk>/", views.file, name="file"),
    path("findings/files/<int:pk>/small/", views.small, name="small"),
    path("findings/<int:pk>/", views.finding, name="finding"),
    path("findings/<int:pk>/repeat/", views.repeat, name="repeat"),
    path("findings/<int:pk>/do/<str:name>/", views.act, name="act"),
    path("regions/<str:code>/panels/findings/", views.panel, name="panel"),
    path("", include("lantian.office.findings.special.urls")),
]
