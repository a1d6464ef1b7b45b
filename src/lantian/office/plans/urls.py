"""The addresses of `plans`."""

from django.urls import path

from lantian.office.plans import life_views, panel_views, review_views, task_views, views

app_name = "plans"
urlpatterns = [
    path("plans/", views.plan_list, name="list"),
    path("plans/<int:pk>/", views.plan_page, name="plan"),
    path("plans/<int:pk>/document/", views.plan_document, name="document"),
    path("plans/<int:pk>/file/", views.plan_file, name="file"),
    path("plans/<int:pk>/history/", views.plan_history, name="history"),
    path("plans/<int:pk>/accept/", views.plan_accept, name="accept"),
    path("plans/alike/", life_views.plan_alike, name="alike"),
    path("plans/<int:pk>/plan.yaml", life_views.plan_as_yaml, name="yaml"),
    path("plans/<int:pk>/reread/", life_views.plan_reread, name="reread"),
    path("plans/<int:pk>/readings/", life_views.plan_readings, name="readings"),
    path("plans/<int:pk>/names/", life_views.plan_names, name="names"),
    path("plans/<int:pk>/add/", life_views.plan_add, name="add"),
    path("plans/review/<str:kind>/<int:pk>/<str:verb>/", review_views.review, name="review"),
    path("tasks/", task_views.task_list, name="tasks"),
    path("tasks/export.csv", task_views.task_csv, name="tasks-csv"),
    path("tasks/<int:pk>/", task_views.task_page, name="task"),
    path("tasks/<int:pk>/report/", task_views.task_report, name="report"),
    path("tasks/bind/<int:pk>/", task_views.task_bind, name="bind"),
    path("regions/<str:code>/panels/targets/", panel_views.targets_panel, name="panel-targets"),
    path("regions/<str:code>/panels/tasks-due/", panel_views.tasks_panel, name="panel-tasks"),
]
