"""The addresses of `indicators`."""

from typing import Any

app_name = "indicators"
urlpatterns: list[Any] = []
