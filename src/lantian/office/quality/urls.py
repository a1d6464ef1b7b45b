"""The addresses of `quality`."""

from django.urls import path

from lantian.office.quality import dust_views, parts, rate_views, views

app_name = "quality"
urlpatterns = [
    path("quality/", views.review_queue, name="queue"),
    path("quality/export.xlsx", views.queue_xlsx, name="queue-xlsx"),
    path("quality/decide/", views.decide_many, name="decide-many"),
    path("quality/screen/", views.screen, name="screen"),
    path("quality/screen/progress/", views.run_part, name="run-part"),
    path("quality/screen/<int:pk>/stop/", views.stop, name="stop"),
    path("quality/capture/", rate_views.capture, name="capture"),
    path("quality/capture/export.xlsx", rate_views.capture_xlsx, name="capture-xlsx"),
    path("quality/coverage/", rate_views.coverage, name="coverage"),
    path("quality/coverage/export.xlsx", rate_views.coverage_xlsx, name="coverage-xlsx"),
    path("quality/decisions/<int:pk>/effect/", views.effect_part, name="effect"),
    path("quality/<int:pk>/", views.suspicion, name="suspicion"),
    path("quality/<int:pk>/decide/", views.decide, name="decide"),
    path("stations/<str:code>/quality/", parts.station_part, name="station-part"),
    path("regions/<str:code>/panels/dust-days/", parts.dust_panel, name="panel-dust-days"),
    path("dust-days/", dust_views.day_lists, name="day-lists"),
    path("dust-days/export.xlsx", dust_views.days_xlsx, name="days-xlsx"),
    path("dust-days/effect/", dust_views.effect, name="dust-effect"),
    path("dust-days/effect/export.xlsx", dust_views.effect_xlsx, name="dust-effect-xlsx"),
    path("dust-days/candidates/", dust_views.candidates, name="dust-candidates"),
    path("dust-days/candidates/export.csv", dust_views.candidates_csv, name="dust-candidates-csv"),
    path("dust-days/lists/<int:pk>/", dust_views.day_list, name="day-list"),
    path("dust-days/lists/<int:pk>/file/", dust_views.day_list_file, name="day-list-file"),
    path("dust-days/entries/<int:pk>/withdraw/", dust_views.withdraw_entry, name="withdraw-entry"),
    path("dust-days/lists/<int:pk>/withdraw/", dust_views.withdraw_list, name="withdraw-list"),
]
