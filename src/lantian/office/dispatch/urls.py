"""The addresses of `dispatch`."""

from typing import Any

app_name = "dispatch"
urlpatterns: list[Any] = []
