"""The addresses of regions."""

from django.urls import path

from lantian.office.regions import views

app_name = "regions"
urlpatterns = [
    path("regions/", views.region_list, name="list"),
    path("regions/<str:code>/", views.region_page, name="page"),
    path("regions/<str:code>/history/", views.region_history, name="history"),
]
