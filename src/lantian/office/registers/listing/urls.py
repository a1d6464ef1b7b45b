"""Addresses of this room."""

from django.urls import path

from lantian.office.registers.listing import views

urlpatterns = [
    path("", views.registers, name="list"),
    path("<str:code>/", views.records, name="records"),
    path("<str:code>/<int:pk>/", views.record, name="record"),
]
