"""The addresses of `coverage`."""

from typing import Any

app_name = "coverage"
urlpatterns: list[Any] = []
