"""Every address of the office. `/` is the public portal; all else but sign-in asks for a signed-in person."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from lantian.office.api import api

urlpatterns = [
    path("language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("api/", RedirectView.as_view(url="/api/docs")),
    path("api/", api.urls),
    path("", include("lantian.office.frame.urls")),
    *(path("", include(f"lantian.office.{app}.urls")) for app in settings.OFFICE_APPS),
]

handler403 = "lantian.office.frame.views.forbidden"
handler404 = "lantian.office.frame.views.not_found"
handler500 = "lantian.office.frame.views.server_error"
