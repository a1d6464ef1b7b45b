"""The addresses of `indicators`."""

from django.urls import path

from lantian.office.indicators import views

app_name = "indicators"
urlpatterns = [
    path("indicators/", views.indicator_list, name="list"),
    path("indicators/<slug:code>/", views.indicator_page, name="indicator"),
]
