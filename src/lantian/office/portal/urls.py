"""The addresses of the portal. Everything here is public: figures of cities and nothing below them."""

from django.urls import path

from lantian.office.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("air/<str:code>/", views.city, name="city"),
    path("air/<str:code>/<str:indicator>/<str:period>/", views.explain, name="explain"),
    path("air/<str:code>/<str:indicator>/<str:period>/page.html", views.explain_page, name="explain-page"),
    path("open-data/city-days.csv", views.days_csv, name="days-csv"),
    path("open-data/city-days.json", views.days_json, name="days-json"),
]
