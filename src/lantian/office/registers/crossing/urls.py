"""Addresses of this room."""

from django.urls import path

from lantian.office.registers.crossing import views

urlpatterns = [
    path("enterprises/<int:pk>/", views.dossier, name="dossier"),
    path("enterprises/same/", views.same, name="same"),
    path("enterprises/same/<int:keep>/<int:gone>/", views.decide, name="decide-same"),
]
