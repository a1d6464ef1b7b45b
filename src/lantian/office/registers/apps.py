"""The app `registers`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    """The engine of registers: what follows from a declaration."""

    name = "lantian.office.registers"
    label = "registers"
    verbose_name = _("Registers")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lantian.office.frame import navigation, panels, words
        from lantian.office.registers import figures

        words.VERBS.update(
            {
                "add_record": _("added to the register"),
                "change_record": _("changed in the register"),
                "withdraw_record": _("withdrew from the register"),
                "attach_file": _("added files"),
                "import_records": _("imported a table"),
                "save_filter": _("kept a filter"),
                "rename_filter": _("renamed a filter"),
                "delete_filter": _("deleted a filter"),
                "merge_enterprise": _("merged into another enterprise"),
                "take_over_enterprise": _("took over another enterprise"),
                "tell_apart": _("told two enterprises apart"),
            }
        )
        navigation.register(_("Registers"), "inventory_2", "/registers/", order=18, group=navigation.WORK)
        panels.register("registers", "registers:panel", 13, _("Registers"), width="half", height=180)
        figures.register_all()
