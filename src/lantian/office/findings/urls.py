"""The addresses of `findings`."""

from typing import Any

app_name = "findings"
urlpatterns: list[Any] = []
