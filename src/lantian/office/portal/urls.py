"""The addresses of the portal."""

from django.urls import path

from lantian.office.portal import views

app_name = "portal"
urlpatterns = [path("", views.home, name="home")]
