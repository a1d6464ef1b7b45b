"""The addresses of `tasklists`."""

from typing import Any

app_name = "tasklists"
urlpatterns: list[Any] = []
