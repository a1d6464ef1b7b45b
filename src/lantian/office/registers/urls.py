"""The addresses of `registers`: each room of pages names its own."""

from django.urls import include, path

app_name = "registers"
urlpatterns = [
    path("", include("lantian.office.registers.crossing.urls")),
    path("registers/", include("lantian.office.ledgers.urls")),
    path("registers/", include("lantian.office.registers.sheets.urls")),
    path("registers/", include("lantian.office.registers.writing.urls")),
    path("registers/", include("lantian.office.registers.listing.urls")),
]
