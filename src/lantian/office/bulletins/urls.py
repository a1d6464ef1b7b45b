"""The addresses of `bulletins`. Lists, bulletins and papers also answer the public, for published ones."""

from django.urls import path, re_path

from lantian.office.bulletins import change_views, views

app_name = "bulletins"
urlpatterns = [
    path("bulletins/", views.bulletin_list, name="list"),
    path("bulletins/<int:pk>/", views.bulletin, name="bulletin"),
    re_path(r"^bulletins/(?P<pk>\d{1,9})/bulletin\.(?P<kind>docx|xlsx)$", views.paper, name="paper"),
    path("bulletins/<int:pk>/issue/", views.issue, name="issue"),
    path("bulletins/<int:pk>/discard/", views.discard, name="discard"),
    path("bulletins/<int:pk>/correct/", views.correct, name="correct"),
    path("bulletins/<int:pk>/history/", views.history, name="history"),
    path("bulletins/<int:pk>/changes/", change_views.changes, name="changes"),
    path("bulletins/<int:pk>/changes/export.xlsx", change_views.changes_excel, name="changes-excel"),
    path("bulletins/<int:pk>/explain/<str:code>/<str:figure>/", change_views.explain, name="explain"),
    path("regions/<str:code>/panels/bulletin-changes/", change_views.changes_panel, name="panel-changes"),
]
