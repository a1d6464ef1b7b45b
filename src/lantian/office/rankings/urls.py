"""The addresses of `rankings`."""

from django.urls import path

from lantian.office.rankings import evaluation_views, official_views, panels, views

app_name = "rankings"
urlpatterns = [
    path("rankings/", views.ranking, name="ranking"),
    path("rankings/export.<str:kind>", views.ranking_file, name="ranking-file"),
    path("rankings/official/", official_views.official_lists, name="official"),
    path("rankings/official/<int:pk>/", official_views.official_list, name="official-list"),
    path(
        "rankings/official/<int:pk>/export.<str:kind>", official_views.official_export, name="official-export"
    ),
    path("rankings/official/<int:pk>/file/", official_views.official_file, name="official-file"),
    path("rankings/official/<int:pk>/history/", official_views.official_history, name="official-history"),
    path("rankings/official/<int:pk>/remove/", official_views.official_remove, name="official-remove"),
    path("rankings/pools/", official_views.pool_tables, name="pools"),
    path("rankings/pools/<int:pk>/file/", official_views.pool_file, name="pool-file"),
    path("rankings/pools/<int:pk>/remove/", official_views.pool_remove, name="pool-remove"),
    path("regions/<str:code>/panels/distance/", panels.distance_panel, name="panel-distance"),
    path("regions/<str:code>/panels/distance/months/", panels.distance_months, name="panel-distance-months"),
    path("evaluation/", evaluation_views.own_evaluation, name="own-evaluation"),
    path("regions/<str:code>/evaluation/", evaluation_views.evaluation_page, name="evaluation"),
    path("regions/<str:code>/evaluation/<str:name>/", evaluation_views.section, name="evaluation-section"),
]
