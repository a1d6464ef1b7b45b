"""The addresses of `outlook`."""

from django.urls import path

from lantian.office.outlook import beside, views

app_name = "outlook"
urlpatterns = [
    path("outlook/", views.overview_page, name="overview"),
    path("outlook/table/", views.overview_table, name="table"),
    path("outlook/export.xlsx", views.overview_file, name="export"),
    path("outlook/quality/", views.quality_page, name="quality"),
    path("outlook/quality/own/", views.quality_own, name="quality-own"),
    path("outlook/beside/region/<str:code>/", beside.of_region, name="beside-region"),
    path("outlook/beside/plan/<int:pk>/", beside.of_plan, name="beside-plan"),
    path("outlook/<str:code>/<str:indicator>/", views.detail_page, name="detail"),
    path("outlook/<str:code>/<str:indicator>/answer/", views.detail_answer, name="answer"),
]
