"""The board's address."""

from django.urls import path

from lantian.office.frame import views

urlpatterns = [path("board/", views.board, name="board")]
