"""Addresses of pages that belong to single registers; `registers` includes them."""

from django.urls import path

from lantian.office.ledgers import views

urlpatterns = [
    path("enterprises/key-polluters/", views.proposed, name="key-polluters"),
    path("enterprises/key-polluters/<int:pk>/", views.decide, name="decide-key-polluter"),
]
