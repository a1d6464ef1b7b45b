"""Addresses of this room."""

from django.urls import path

from lantian.office.registers.writing import acting, views

urlpatterns = [
    path("<str:code>/new/", views.new, name="new"),
    path("<str:code>/asked/", views.asked, name="asked"),
    path("<str:code>/suggest/<str:name>/", views.suggest, name="suggest"),
    path("<str:code>/<int:pk>/edit/", views.edit, name="edit"),
    path("<str:code>/<int:pk>/state/", acting.state, name="state"),
    path("<str:code>/<int:pk>/withdraw/", acting.withdraw, name="withdraw"),
    path("<str:code>/<int:pk>/files/", acting.files, name="files"),
    path("<str:code>/<int:pk>/files/<int:file>/", acting.file, name="file"),
]
