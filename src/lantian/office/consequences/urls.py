"""The addresses of `consequences`."""

from typing import Any

app_name = "consequences"
urlpatterns: list[Any] = []
