"""The app `tasklists`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasklistsConfig(AppConfig):
    """Lists of tasks: of one task, one county, one unit; calendar, Gantt, print and Excel."""

    name = "lantian.office.tasklists"
    label = "tasklists"
    verbose_name = _("Task lists")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lantian.office.frame import navigation

        navigation.register(_("Tasks"), "task_alt", "/tasks/", order=10, group=navigation.WORK)
