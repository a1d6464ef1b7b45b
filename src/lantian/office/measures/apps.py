"""The app `measures`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeasuresConfig(AppConfig):
    """Dustfall, road dust and species; hangs dustfall on the region page."""

    name = "lantian.office.measures"
    label = "measures"
    verbose_name = _("Other measures")

    def ready(self) -> None:
        from lantian.office.frame import navigation, panels, words

        navigation.register(_("Dustfall"), "grain", "/measures/dustfall/", order=50)
        navigation.register(_("Road dust"), "add_road", "/measures/road-dust/", order=51)
        navigation.register(_("Species"), "science", "/measures/species/", order=52)
        panels.register(
            "dustfall",
            "measures:panel-dustfall",
            45,
            _("Dustfall"),
            pages=("region",),
            width="half",
            height=180,
        )
        words.VERBS.update({"load_table": _("loaded a table"), "register_site": _("registered a site")})
        words.FIELDS.update(
            {
                "rows_taken": _("Rows taken"),
                "rows_refused": _("Rows refused"),
                "version": _("Data version"),
                "kind_of_table": _("Kind of table"),
                "sha256": _("Content (SHA-256)"),
            }
        )
