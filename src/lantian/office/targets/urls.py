"""The addresses of `targets`."""

from typing import Any

app_name = "targets"
urlpatterns: list[Any] = []
