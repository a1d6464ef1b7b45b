"""The addresses of `consequences`."""

from django.urls import path

from lantian.office.consequences import views

app_name = "consequences"
urlpatterns = [
    path("consequences/", views.proposals, name="list"),
    path("consequences/export.xlsx", views.proposals_xlsx, name="xlsx"),
    path("consequences/judge/", views.judge, name="judge"),
    path("consequences/rules/", views.rule_list, name="rules"),
    path("consequences/stated/", views.stated_list, name="stated"),
    path("consequences/files/<int:pk>/", views.file, name="file"),
    path("consequences/<int:pk>/", views.proposal, name="proposal"),
    path("consequences/<int:pk>/paper.docx", views.paper_docx, name="paper"),
    path("consequences/<int:pk>/note/", views.note, name="note"),
    path("consequences/<int:pk>/do/<str:name>/", views.act, name="act"),
    path("regions/<str:code>/panels/consequences/", views.panel, name="panel"),
]
