"""The addresses of `tasklists`; the list itself and the page of a task are those of `plans`."""

from django.urls import path

from lantian.office.tasklists import views

app_name = "tasklists"
urlpatterns = [
    path("tasks/county/<str:code>/", views.county, name="county"),
    path("tasks/unit/<int:pk>/", views.unit, name="unit"),
    path("tasks/<int:pk>/sheet/", views.sheet, name="sheet"),
    path("tasks/export.xlsx", views.excel, name="excel"),
    path("tasks/calendar/", views.calendar, name="calendar"),
    path("tasks/gantt/", views.gantt, name="gantt"),
]
