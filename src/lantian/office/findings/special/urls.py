"""The addresses of the specialised openings; included by `findings.urls`."""

from django.urls import path

from lantian.office.findings.special.checks import views as checks
from lantian.office.findings.special.complaints import public
from lantian.office.findings.special.complaints import views as complaints
from lantian.office.findings.special.fires import views as fires
from lantian.office.findings.special.roadside import views as roadside
from lantian.office.findings.special.weighing import views as weighing

urlpatterns = [
    path("report/", public.report, name="report"),
    path("report/status/", public.status, name="report-status"),
    path("fires/", fires.fires, name="fires"),
    path("fires/export.xlsx", fires.fires_xlsx, name="fires-xlsx"),
    path("fires/take/", fires.take, name="fires-take"),
    path("fires/sources/", fires.sources, name="fire-sources"),
    path("fires/sources/<int:pk>/withdraw/", fires.withdraw, name="fire-source-withdraw"),
    path("fires/<int:pk>/", fires.fire, name="fire"),
    path("fires/<int:pk>/do/<str:name>/", fires.fire_step, name="fire-step"),
    path("complaints/", complaints.complaints, name="complaints"),
    path("complaints/export.xlsx", complaints.complaints_xlsx, name="complaints-xlsx"),
    path("complaints/new/", complaints.new, name="complaint-new"),
    path("complaints/take/", complaints.take, name="complaints-take"),
    path("complaints/files/<int:pk>/", complaints.file, name="complaint-file"),
    path("complaints/<int:pk>/", complaints.complaint, name="complaint"),
    path("complaints/<int:pk>/complainant/", complaints.reporter, name="complaint-reporter"),
    path("complaints/<int:pk>/do/<str:name>/", complaints.act, name="complaint-act"),
    path("roadside/", roadside.tests, name="roadside"),
    path("roadside/export.xlsx", roadside.tests_xlsx, name="roadside-xlsx"),
    path("roadside/table.xlsx", roadside.template_xlsx, name="roadside-template"),
    path("roadside/new/", roadside.new, name="roadside-new"),
    path("roadside/take/", roadside.take, name="roadside-take"),
    path("roadside/black-list/", roadside.black_list, name="black-list"),
    path("roadside/black-list.xlsx", roadside.black_list_xlsx, name="black-list-xlsx"),
    path("roadside/<int:pk>/", roadside.test, name="roadside-test"),
    path("checks/", checks.checks, name="checks"),
    path("checks/export.xlsx", checks.checks_xlsx, name="checks-xlsx"),
    path("checks/new/<str:kind>/", checks.new, name="check-new"),
    path("checks/files/<int:pk>/", checks.file, name="check-file"),
    path("checks/<int:pk>/", checks.check, name="check"),
    path("heavy-roads/", weighing.heavy, name="heavy"),
    path("heavy-roads/open/", weighing.open_heavy, name="heavy-open"),
]
