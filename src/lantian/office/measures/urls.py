"""The addresses of `measures`."""

from django.urls import path

from lantian.office.measures import dustfall_views, panels, road_views, species_views, upload_views

app_name = "measures"
urlpatterns = [
    path("measures/dustfall/", dustfall_views.dustfall, name="dustfall"),
    path("measures/dustfall/export.xlsx", dustfall_views.dustfall_export, name="dustfall-export"),
    path("measures/dustfall/template.xlsx", dustfall_views.dustfall_template, name="dustfall-template"),
    path("measures/dustfall/upload/", upload_views.dustfall_upload, name="dustfall-upload"),
    path("measures/dustfall/<str:code>/", dustfall_views.dustfall_unit, name="dustfall-unit"),
    path("measures/road-dust/", road_views.road_dust, name="road-dust"),
    path("measures/road-dust/road/", road_views.road, name="road"),
    path("measures/road-dust/export.xlsx", road_views.road_export, name="road-export"),
    path("measures/road-dust/template.xlsx", road_views.road_template, name="road-template"),
    path("measures/road-dust/upload/", upload_views.road_upload, name="road-upload"),
    path("measures/species/", species_views.species, name="species"),
    path("measures/species/export.xlsx", species_views.species_export, name="species-export"),
    path("measures/species/template.xlsx", species_views.species_template, name="species-template"),
    path("measures/species/upload/", upload_views.species_upload, name="species-upload"),
    path("measures/species/sites/", upload_views.site_new, name="site-new"),
    path("measures/uploads/", upload_views.uploads, name="uploads"),
    path("measures/uploads/<int:pk>/", upload_views.upload, name="upload"),
    path("measures/uploads/<int:pk>/file/", upload_views.upload_file, name="upload-file"),
    path("measures/uploads/<int:pk>/refused.csv", upload_views.upload_refused, name="upload-refused"),
    path("regions/<str:code>/panels/dustfall/", panels.dustfall, name="panel-dustfall"),
]
