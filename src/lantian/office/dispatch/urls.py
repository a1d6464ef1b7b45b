"""The addresses of `dispatch`."""

from django.urls import path

from lantian.office.dispatch import order_views, report_views, round_views

app_name = "dispatch"
urlpatterns = [
    path("dispatch/", round_views.home, name="home"),
    path("dispatch/mine/", report_views.mine, name="mine"),
    path("dispatch/mine/no-change/", report_views.no_change, name="no-change"),
    path("dispatch/verify/", report_views.queue, name="queue"),
    path("dispatch/open/", round_views.open_one, name="open"),
    path("dispatch/calendars/add/", round_views.calendar_add, name="calendar-add"),
    path("dispatch/calendars/<int:pk>/stop/", round_views.calendar_stop, name="calendar-stop"),
    path("dispatch/rounds/<int:pk>/", round_views.round_page, name="round"),
    path("dispatch/rounds/<int:pk>/round.xlsx", round_views.round_xlsx, name="round-xlsx"),
    path("dispatch/rounds/<int:pk>/history/", round_views.history, name="round-history"),
    path("dispatch/rounds/<int:pk>/bulletin/", round_views.issue_bulletin, name="issue-bulletin"),
    path("dispatch/rounds/<int:pk>/orders/", round_views.raise_orders, name="raise-orders"),
    path("dispatch/rounds/<int:pk>/<str:name>/", round_views.move_round, name="move-round"),
    path("dispatch/reports/<int:pk>/", report_views.report, name="report"),
    path("dispatch/reports/<int:pk>/write/", report_views.write, name="write"),
    path("dispatch/reports/<int:pk>/history/", report_views.history, name="report-history"),
    path("dispatch/reports/<int:pk>/<str:name>/", report_views.decide, name="decide"),
    path("dispatch/files/<int:pk>/", report_views.file, name="file"),
    path("dispatch/files/<int:pk>/remove/", report_views.remove, name="remove-file"),
    path("dispatch/bulletins/<int:pk>/", round_views.bulletin, name="bulletin"),
    path("dispatch/bulletins/<int:pk>/bulletin.docx", round_views.bulletin_docx, name="bulletin-docx"),
    path("orders/", order_views.orders, name="orders"),
    path("orders/new/", order_views.new, name="new-order"),
    path("orders/<int:pk>/", order_views.order, name="order"),
    path("orders/<int:pk>/order.docx", order_views.order_docx, name="order-docx"),
    path("orders/<int:pk>/history/", order_views.history, name="order-history"),
    path("orders/files/<int:pk>/", order_views.file, name="reply-file"),
    path("orders/<int:pk>/<str:name>/", order_views.act, name="act-order"),
    path("regions/<str:code>/panels/waiting/", round_views.waiting_panel, name="panel-waiting"),
]
