"""The addresses of `targets`."""

from django.urls import path

from lantian.office.targets import division_views, held_views, letter_views, views

app_name = "targets"
urlpatterns = [
    path("targets/", views.target_board, name="board"),
    path("targets/export.xlsx", views.board_xlsx, name="board-xlsx"),
    path("targets/trend/<str:code>/<str:indicator>/", views.trend, name="trend"),
    path("targets/divisions/", division_views.division_list, name="divisions"),
    path("targets/divisions/new/", division_views.divide, name="divide"),
    path("targets/divisions/<int:pk>/", division_views.division, name="division"),
    path("targets/divisions/<int:pk>/fill/", division_views.fill, name="fill"),
    path("targets/divisions/<int:pk>/shortfall/", division_views.shortfall, name="shortfall"),
    path("targets/divisions/<int:pk>/export.xlsx", division_views.division_xlsx, name="division-xlsx"),
    path("targets/divisions/<int:pk>/history/", division_views.division_history, name="division-history"),
    path("targets/allotments/<int:pk>/history/", division_views.allotment_history, name="allotment-history"),
    path("targets/allotments/<int:pk>/<slug:name>/", division_views.move_allotment, name="move"),
    path("targets/letters/", letter_views.letter_list, name="letters"),
    path("targets/letters/new/", letter_views.issue, name="issue"),
    path("targets/letters/<int:pk>/", letter_views.letter, name="letter"),
    path("targets/letters/<int:pk>/paper/", letter_views.letter_paper, name="paper"),
    path("targets/letters/<int:pk>/paper/<str:code>/", letter_views.letter_paper, name="paper-of"),
    path("targets/letters/<int:pk>/history/", letter_views.letter_history, name="letter-history"),
    path("targets/held/<int:pk>/", held_views.held_by, name="held"),
    path("targets/held/<int:pk>/link/", held_views.link, name="link"),
    path("targets/held/<int:pk>/state/", held_views.state, name="state"),
    path("targets/stated/<int:pk>/", held_views.stated, name="stated"),
    path("targets/stated/files/<int:pk>/", held_views.stated_file, name="stated-file"),
    path("regions/<str:code>/panels/allotments/", views.allotments_panel, name="panel-allotments"),
]
