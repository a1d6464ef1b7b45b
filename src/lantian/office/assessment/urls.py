"""The addresses of `assessment`."""

from django.urls import path

from lantian.office.assessment import scheme_views, views

app_name = "assessment"
urlpatterns = [
    path("assessment/", views.run_list, name="runs"),
    path("assessment/schemes/", scheme_views.scheme_list, name="schemes"),
    path("assessment/schemes/<str:path>/<int:number>/", scheme_views.scheme_page, name="scheme"),
    path("assessment/simulation/", scheme_views.simulation, name="simulation"),
    path("assessment/transfers/", scheme_views.transfers_page, name="transfers"),
    path("assessment/transfers/statement.docx", scheme_views.transfers_word, name="transfers-word"),
    path("assessment/transfers/statement.xlsx", scheme_views.transfers_excel, name="transfers-excel"),
    path("assessment/runs/<int:pk>/", views.run_page, name="run"),
    path("assessment/runs/<int:pk>/live/", views.run_live, name="run-live"),
    path("assessment/runs/<int:pk>/history/", views.run_history, name="run-history"),
    path("assessment/runs/<int:pk>/ranking.xlsx", views.run_excel, name="run-excel"),
    path("assessment/runs/<int:pk>/move/<slug:name>/", views.run_move, name="run-move"),
    path("assessment/cards/<int:pk>/", views.card_page, name="card"),
    path("assessment/cards/<int:pk>/card.docx", views.card_word, name="card-word"),
    path("assessment/cards/<int:pk>/object/", views.card_object, name="card-object"),
    path("assessment/objections/<int:pk>/move/<slug:name>/", views.objection_move, name="objection-move"),
    path("assessment/objections/files/<int:pk>/", views.objection_file, name="objection-file"),
    path("regions/<str:code>/panels/score/", views.panel, name="panel-score"),
]
